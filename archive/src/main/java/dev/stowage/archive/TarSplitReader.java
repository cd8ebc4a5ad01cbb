package dev.stowage.archive;

import dev.stowage.linux.FileNames;
import dev.stowage.model.Bytes;
import dev.stowage.model.MalformedException;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/// Reads a tar-split, Podman's or ours, item by item.
///
/// @see TarSplitWriter
public final class TarSplitReader implements Closeable {
  /// The longest line accepted, in bytes. Podman's segments hold the headers of one entry, which
  /// are a few MiB at most, or 1 MiB of padding.
  private static final int LONGEST_LINE = 64 << 20;

  /// One line of a tar-split.
  public sealed interface Item {}

  /// Bytes of the archive.
  public record Segment(Bytes bytes) implements Item {}

  /// The place of a file's content in the archive.
  ///
  /// @param name as in the archive
  /// @param crc the CRC-64 of the content, 0 if there is none
  public record FileContent(String name, long size, long crc) implements Item {}

  private final InputStream in;
  private byte[] buffer = new byte[64 * 1024];
  private int position;
  private int limit;
  private long line;

  /// @param in the compressed form, closed with this reader
  public TarSplitReader(InputStream in) {
    this.in = new GunzipInputStream(in);
  }

  /// The next item; empty at the end.
  public Optional<Item> next() throws IOException {
    while (true) {
      int end = lineEnd();
      if (end < 0) {
        return Optional.empty();
      }
      line++;
      int start = position;
      position = Math.min(end + 1, limit);
      if (end > start) {
        try {
          return Optional.of(new Line(start, end).item());
        } catch (ArrayIndexOutOfBoundsException | IllegalArgumentException e) {
          throw broken();
        }
      }
    }
  }

  private MalformedException broken() {
    return new MalformedException("line " + line + " of the tar-split is broken");
  }

  /// Finds the end of the line that begins at the position, reading as far as need be; -1 at the
  /// end.
  private int lineEnd() throws IOException {
    int from = position;
    while (true) {
      for (int i = from; i < limit; i++) {
        if (buffer[i] == '\n') {
          return i;
        }
      }
      if (position > 0) {
        System.arraycopy(buffer, position, buffer, 0, limit - position);
        limit -= position;
        position = 0;
      }
      from = limit;
      if (limit == buffer.length) {
        if (limit >= LONGEST_LINE) {
          throw new MalformedException("a line of the tar-split is longer than " + LONGEST_LINE);
        }
        buffer = Arrays.copyOf(buffer, limit * 2);
      }
      int count = in.read(buffer, limit, buffer.length - limit);
      if (count < 0) {
        return limit > 0 ? limit : -1;
      }
      limit += count;
    }
  }

  /// The parser of one line: a flat JSON object whose members may come in any order.
  private final class Line {
    private int at;
    private final int end;

    Line(int start, int end) {
      this.at = start;
      this.end = end;
    }

    Item item() throws MalformedException {
      long type = 0;
      long size = 0;
      String name = "";
      byte[] payload = new byte[0];
      expect('{');
      if (peek() == '}') {
        throw broken();
      }
      do {
        String key = new String(string(), StandardCharsets.UTF_8);
        expect(':');
        switch (key) {
          case "type" -> type = number();
          case "size" -> size = number();
          case "name" -> name = FileNames.text(string());
          case "name_raw" -> {
            byte[] raw = base64();
            name = raw.length > 0 ? FileNames.text(raw) : name;
          }
          case "payload" -> payload = base64();
          case "position" -> number();
          default -> throw broken();
        }
      } while (comma());
      expect('}');
      if (type == 2) {
        return new Segment(Bytes.owning(payload));
      }
      if (type != 1 || size < 0 || (payload.length != 0 && payload.length != 8)) {
        throw broken();
      }
      long crc = 0;
      for (byte b : payload) {
        crc = crc << 8 | (b & 0xFF);
      }
      return new FileContent(name, size, crc);
    }

    private byte peek() throws MalformedException {
      while (at < end && (buffer[at] == ' ' || buffer[at] == '\t' || buffer[at] == '\r')) {
        at++;
      }
      if (at >= end) {
        throw broken();
      }
      return buffer[at];
    }

    private void expect(char wanted) throws MalformedException {
      if (peek() != wanted) {
        throw broken();
      }
      at++;
    }

    private boolean comma() throws MalformedException {
      if (peek() != ',') {
        return false;
      }
      at++;
      return true;
    }

    private long number() throws MalformedException {
      peek();
      int start = at;
      while (at < end && (buffer[at] == '-' || (buffer[at] >= '0' && buffer[at] <= '9'))) {
        at++;
      }
      return TarField.decimal(buffer, start, at - start);
    }

    private byte[] base64() throws MalformedException {
      if (peek() == 'n') {
        for (char c : "null".toCharArray()) {
          expect(c);
        }
        return new byte[0];
      }
      return Base64.getDecoder().decode(string());
    }

    private byte[] string() throws MalformedException {
      expect('"');
      int start = at;
      while (buffer[at] != '"' && buffer[at] != '\\') {
        if (++at >= end) {
          throw broken();
        }
      }
      if (buffer[at] == '"') {
        return Arrays.copyOfRange(buffer, start, at++);
      }
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      text.write(buffer, start, at - start);
      while (at < end && buffer[at] != '"') {
        if (buffer[at] == '\\') {
          at++;
          escape(text);
        } else {
          text.write(buffer[at++]);
        }
      }
      expect('"');
      return text.toByteArray();
    }

    private void escape(ByteArrayOutputStream text) throws MalformedException {
      char c = (char) buffer[at++];
      switch (c) {
        case '"', '\\', '/' -> text.write(c);
        case 'b' -> text.write('\b');
        case 'f' -> text.write('\f');
        case 'n' -> text.write('\n');
        case 'r' -> text.write('\r');
        case 't' -> text.write('\t');
        case 'u' -> {
          char first = hex();
          if (Character.isHighSurrogate(first) && buffer[at] == '\\' && buffer[at + 1] == 'u') {
            at += 2;
            text.writeBytes(new String(new char[] {first, hex()}).getBytes(StandardCharsets.UTF_8));
          } else {
            text.writeBytes(String.valueOf(first).getBytes(StandardCharsets.UTF_8));
          }
        }
        default -> throw broken();
      }
    }

    private char hex() throws MalformedException {
      if (at + 4 > end) {
        throw broken();
      }
      int value = 0;
      for (int i = 0; i < 4; i++) {
        int digit = Character.digit(buffer[at++], 16);
        if (digit < 0) {
          throw broken();
        }
        value = value << 4 | digit;
      }
      return (char) value;
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
