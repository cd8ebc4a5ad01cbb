package dev.stowage.transfer.seal;

import dev.stowage.model.MalformedException;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.Arrays;

/// As much of DER (X.690) as the oldest form of keys needs.
final class Der {
  private Der() {}

  static byte[] tagged(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 6);
    out.write(tag);
    int length = content.length;
    if (length < 0x80) {
      out.write(length);
    } else {
      int bytes = length > 0xFFFF ? 3 : length > 0xFF ? 2 : 1;
      out.write(0x80 | bytes);
      for (int i = bytes - 1; i >= 0; i--) {
        out.write(length >>> 8 * i);
      }
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  /// Reads one element after the other.
  static final class Reader {
    private final byte[] bytes;
    private int position;

    Reader(byte[] bytes) {
      this.bytes = bytes;
    }

    Reader sequence() throws MalformedException {
      return new Reader(element(0x30));
    }

    BigInteger integer() throws MalformedException {
      byte[] content = element(2);
      if (content.length == 0) {
        throw new MalformedException("an empty number in a key");
      }
      return new BigInteger(content);
    }

    private byte[] element(int tag) throws MalformedException {
      if (position + 2 > bytes.length || (bytes[position] & 0xFF) != tag) {
        throw new MalformedException("a key that is not laid out as keys are");
      }
      int length = bytes[position + 1] & 0xFF;
      position += 2;
      if (length >= 0x80) {
        int count = length & 0x7F;
        length = 0;
        for (int i = 0; i < count && i < 4 && position < bytes.length; i++) {
          length = length << 8 | bytes[position++] & 0xFF;
        }
      }
      if (length < 0 || length > bytes.length - position) {
        throw new MalformedException("a key that is cut off");
      }
      position += length;
      return Arrays.copyOfRange(bytes, position - length, position);
    }
  }
}
