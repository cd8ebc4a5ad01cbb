package dev.stowage.archive;

import dev.stowage.linux.FileNames;
import dev.stowage.model.MalformedException;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.Deflater;

/// Writes a tar-split: what a directory tree does not keep of the archive it was unpacked from.
///
/// ```
/// {"type":2,"payload":"<raw bytes, base64>","position":0}        a segment: headers and padding
/// {"type":1,"name":"etc/x","size":5,"payload":"<CRC-64>","position":1}    the content of a file
/// ```
///
/// One JSON object a line, gzip around all; `name_raw` (base64) in place of `name` where that is
/// not UTF-8; `size` and `payload` (null) say nothing for what has no content. A name may occur
/// only once, as Podman refuses a second; an entry that needs no content is simply left out then.
/// Sparse files, whose stored form a file cannot tell, are wholly in segments and have no content
/// here.
///
/// @see <a href="https://github.com/vbatts/tar-split">tar-split</a>
public final class TarSplitWriter implements Closeable, RawBytes {
  /// Where a segment is cut, in bytes.
  private static final int LONGEST_SEGMENT = 1 << 20;

  private static final int LINES_BUFFER = 64 * 1024;

  private static final byte[] NO_CONTENT = new byte[0];
  private static final byte[] SEGMENT = ascii("{\"type\":2,\"payload\":\"");
  private static final byte[] FILE = ascii("{\"type\":1");
  private static final byte[] NAME = ascii(",\"name\":\"");
  private static final byte[] RAW_NAME = ascii(",\"name_raw\":\"");
  private static final byte[] SIZE = ascii(",\"size\":");
  private static final byte[] PAYLOAD = ascii(",\"payload\":\"");
  private static final byte[] NO_PAYLOAD = ascii(",\"payload\":null");
  private static final byte[] POSITION = ascii(",\"position\":");
  private static final byte[] END = ascii("}\n");

  private final OutputStream out;
  private final NameSet names = new NameSet();
  private byte[] segment = new byte[4096];
  private int length;
  private long position;

  /// @param out receives the compressed form and is closed with this writer
  public TarSplitWriter(OutputStream out) throws IOException {
    // Each write to the compressor is a native call: gather the many small ones.
    this.out =
        new BufferedOutputStream(new GzipOutputStream(out, Deflater.BEST_SPEED), LINES_BUFFER);
  }

  /// Adds raw bytes to the current segment.
  @Override
  public void accept(byte[] bytes, int offset, int count) throws IOException {
    int at = offset;
    int left = count;
    while (left > 0) {
      int part = Math.min(left, LONGEST_SEGMENT - length);
      if (length + part > segment.length) {
        segment = Arrays.copyOf(segment, Math.max(length + part, segment.length * 2));
      }
      System.arraycopy(bytes, at, segment, length, part);
      length += part;
      at += part;
      left -= part;
      if (length == LONGEST_SEGMENT) {
        endSegment();
      }
    }
  }

  /// Adds an entry of the archive that has no content to fetch from the tree.
  ///
  /// @param path where the name leads, as [EntryPath] says
  void entry(String name, String path) throws IOException {
    switch (names.add(path, false)) {
      case UNKNOWN -> write(name, 0, NO_CONTENT);
      case WITHOUT_CONTENT -> {}
      case WITH_CONTENT -> throw duplicate(name);
    }
  }

  /// Adds a file whose content is to be fetched from the tree.
  void file(String name, String path, long size, byte[] crc) throws IOException {
    if (names.add(path, true) != NameSet.Before.UNKNOWN) {
      throw duplicate(name);
    }
    write(name, size, crc);
  }

  /// Whether an entry has led to a path.
  boolean knows(String path) {
    return names.contains(path);
  }

  private static MalformedException duplicate(String name) {
    return new MalformedException(
        "the archive has "
            + Shown.name(name)
            + " twice; a layer that replaces content of its own cannot be kept");
  }

  private void write(String name, long size, byte[] crc) throws IOException {
    endSegment();
    out.write(FILE);
    if (!name.isEmpty()) {
      writeName(name);
    }
    if (size != 0) {
      out.write(SIZE);
      out.write(ascii(Long.toString(size)));
      out.write(PAYLOAD);
      out.write(Base64.getEncoder().encode(crc));
      out.write('"');
    } else {
      out.write(NO_PAYLOAD);
    }
    writePosition();
  }

  private void writeName(String name) throws IOException {
    byte[] bytes = FileNames.bytes(name);
    if (name.contentEquals(new String(bytes, StandardCharsets.UTF_8))) {
      out.write(NAME);
      for (byte b : bytes) {
        if (b == '"' || b == '\\') {
          out.write('\\');
          out.write(b);
        } else if (b >= 0 && b < ' ') {
          out.write(ascii("\\u00" + (b < 16 ? "0" : "1") + Character.forDigit(b & 15, 16)));
        } else {
          out.write(b);
        }
      }
    } else {
      out.write(RAW_NAME);
      out.write(Base64.getEncoder().encode(bytes));
    }
    out.write('"');
  }

  private void endSegment() throws IOException {
    if (length > 0) {
      out.write(SEGMENT);
      out.write(Base64.getEncoder().encode(Arrays.copyOf(segment, length)));
      out.write('"');
      length = 0;
      writePosition();
    }
  }

  private void writePosition() throws IOException {
    out.write(POSITION);
    out.write(ascii(Long.toString(position++)));
    out.write(END);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() throws IOException {
    endSegment();
    out.close();
  }
}
