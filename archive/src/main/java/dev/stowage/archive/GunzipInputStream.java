package dev.stowage.archive;

import dev.stowage.model.MalformedException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/// The content of a gzip stream of one or more members (RFC 1952).
///
/// Each member's CRC and length are checked before its end is reported. Anything after the last
/// member that is not another member, zero padding included, is an error, as it is to Podman.
final class GunzipInputStream extends InputStream {
  private static final int TEXT = 1;
  private static final int HEADER_CRC = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int KNOWN = TEXT | HEADER_CRC | EXTRA | NAME | COMMENT;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final InputStream in;
  private final Inflation inflation;

  /// What was read last, behind the last bytes of what was read before, since a decoder may give
  /// some of those back.
  private final byte[] input = new byte[Inflation.READ_AHEAD + Inflation.LARGEST_FEED];

  private final CRC32 crc = new CRC32();
  private int position = Inflation.READ_AHEAD;
  private int limit = Inflation.READ_AHEAD;
  private long length;
  private State state = State.BEFORE_FIRST;

  private enum State {
    BEFORE_FIRST,
    IN_MEMBER,
    BETWEEN_MEMBERS,
    ENDED,
    CLOSED
  }

  GunzipInputStream(InputStream in) {
    this(in, Inflation.fastest());
  }

  /// @param inflation closed with the stream
  GunzipInputStream(InputStream in, Inflation inflation) {
    this.in = in;
    this.inflation = inflation;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  /// Reads until `length` bytes are there or the content ends.
  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (state == State.CLOSED) {
      throw new IOException("the stream is closed");
    }
    if (length == 0) {
      return 0;
    }
    int done = 0;
    while (done < length) {
      if (state != State.IN_MEMBER && !startMember()) {
        return done == 0 ? -1 : done;
      }
      int inflated = inflate(bytes, offset + done, length - done);
      crc.update(bytes, offset + done, inflated);
      this.length += inflated;
      done += inflated;
      if (inflation.finished()) {
        endMember();
      }
    }
    return done;
  }

  private int inflate(byte[] bytes, int offset, int length) throws IOException {
    while (true) {
      int inflated;
      try {
        inflated = inflation.inflate(bytes, offset, length);
      } catch (MalformedException e) {
        throw new MalformedException(
            "broken gzip stream: " + e.getMessage(), MalformedException.UNKNOWN_POSITION, e);
      }
      if (inflated > 0 || inflation.finished()) {
        return inflated;
      }
      need();
      feed();
    }
  }

  private void feed() {
    inflation.feed(input, position, limit - position);
    position = limit;
  }

  /// Begins the next member; false at the end of the stream.
  private boolean startMember() throws IOException {
    if (state == State.ENDED) {
      return false;
    }
    boolean first = state == State.BEFORE_FIRST;
    if (position == limit && !fill()) {
      if (first) {
        throw cutOff();
      }
      state = State.ENDED;
      return false;
    }
    readHeader(first);
    inflation.begin();
    feed();
    crc.reset();
    length = 0;
    state = State.IN_MEMBER;
    return true;
  }

  private void readHeader(boolean first) throws IOException {
    crc.reset();
    if (next() != 0x1F || next() != 0x8B) {
      throw new MalformedException(
          first
              ? "broken gzip stream: it does not begin as one"
              : "broken gzip stream: there is something after its end");
    }
    int method = next();
    int flags = next();
    if (method != 8 || (flags & ~KNOWN) != 0) {
      throw new MalformedException("broken gzip stream: unknown method or flags");
    }
    skip(6); // time, extra flags, system
    if ((flags & EXTRA) != 0) {
      int length = next();
      length |= next() << 8;
      skip(length);
    }
    if ((flags & NAME) != 0) {
      skipText();
    }
    if ((flags & COMMENT) != 0) {
      skipText();
    }
    if ((flags & HEADER_CRC) != 0) {
      int wanted = (int) crc.getValue() & 0xFFFF;
      int found = next();
      found |= next() << 8;
      if (wanted != found) {
        throw new MalformedException("broken gzip stream: wrong header checksum");
      }
    }
  }

  private void endMember() throws IOException {
    position = limit - inflation.remaining();
    byte[] trailer = new byte[8];
    for (int i = 0; i < trailer.length; i++) {
      need();
      trailer[i] = input[position++];
    }
    if ((int) INT.get(trailer, 0) != (int) crc.getValue()) {
      throw new MalformedException("broken gzip stream: wrong checksum");
    }
    if ((int) INT.get(trailer, 4) != (int) length) {
      throw new MalformedException("broken gzip stream: wrong length");
    }
    state = State.BETWEEN_MEMBERS;
  }

  private void skip(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      next();
    }
  }

  private void skipText() throws IOException {
    while (next() != 0) {
      // the text is of no use here
    }
  }

  private int next() throws IOException {
    need();
    int value = input[position++] & 0xFF;
    crc.update(value);
    return value;
  }

  private void need() throws IOException {
    if (position == limit && !fill()) {
      throw cutOff();
    }
  }

  private boolean fill() throws IOException {
    int kept = Inflation.READ_AHEAD;
    System.arraycopy(input, limit - kept, input, 0, kept);
    position = kept;
    limit = kept;
    int count = in.read(input, kept, Inflation.LARGEST_FEED);
    if (count <= 0) {
      return false;
    }
    limit += count;
    return true;
  }

  private static EOFException cutOff() {
    return new EOFException("the gzip stream is cut off");
  }

  @Override
  public void close() throws IOException {
    if (state != State.CLOSED) {
      state = State.CLOSED;
      inflation.close();
      in.close();
    }
  }
}
