package dev.stowage.linux;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// File names as text, without loss: UTF-8, and for each byte that is not UTF-8 a lone surrogate.
///
/// To the kernel a name is any bytes but `/` and NUL. The byte `0x80 + n` outside a valid UTF-8
/// sequence is carried as `U+DC80 + n`, which no valid UTF-8 produces, so that every name survives
/// the way there and back. This is the `surrogateescape` of Python's PEP 383. The names, link
/// targets and attribute names of a [Directory] are such text.
public final class FileNames {
  private static final char FIRST_ESCAPE = 0xDC80;
  private static final char LAST_ESCAPE = 0xDCFF;

  private FileNames() {}

  /// The text of a name in a range of an array.
  public static String text(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (bytes[i] < 0) {
        return decode(bytes, offset, length);
      }
    }
    return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
  }

  public static String text(byte[] bytes) {
    return text(bytes, 0, bytes.length);
  }

  /// The bytes of a name; what is neither text nor an escaped byte becomes `?`.
  public static byte[] bytes(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isEscape(text, i)) {
        return encode(text);
      }
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static boolean isEscape(String text, int at) {
    char c = text.charAt(at);
    return c >= FIRST_ESCAPE
        && c <= LAST_ESCAPE
        && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
  }

  private static byte[] encode(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() + 16);
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      if (isEscape(text, i)) {
        out.writeBytes(text.substring(start, i).getBytes(StandardCharsets.UTF_8));
        out.write(text.charAt(i) - FIRST_ESCAPE + 0x80);
        start = i + 1;
      }
    }
    out.writeBytes(text.substring(start).getBytes(StandardCharsets.UTF_8));
    return out.toByteArray();
  }

  private static String decode(byte[] bytes, int offset, int length) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes, offset, length);
    CharBuffer out = CharBuffer.allocate(length);
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      if (result.isUnderflow()) {
        return out.flip().toString();
      }
      if (!result.isError()) {
        throw new AssertionError(new CharacterCodingException());
      }
      for (int i = 0; i < result.length(); i++) {
        out.put((char) (FIRST_ESCAPE + (in.get() & 0x7F)));
      }
      decoder.reset();
    }
  }
}
