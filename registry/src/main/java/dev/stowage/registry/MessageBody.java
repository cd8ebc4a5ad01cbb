package dev.stowage.registry;

import dev.stowage.model.MalformedException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/// The body of an answer, as framed on its connection. It ends where the framing says; a line cut
/// before that is an [EOFException], never a quiet end.
final class MessageBody extends InputStream {

  /// How the end of a body is known.
  enum Framing {
    /// The length was stated.
    LENGTH,
    /// Chunks, each with its length.
    CHUNKS,
    /// The connection ends with it.
    CLOSE
  }

  private final Connection connection;
  private final Framing framing;
  private final long length;
  private long delivered;
  private long left;
  private boolean started;
  private boolean finished;
  private boolean closed;

  private MessageBody(Connection connection, Framing framing, long length) {
    this.connection = connection;
    this.framing = framing;
    this.length = length;
    this.left = framing == Framing.LENGTH ? length : 0;
    if (framing == Framing.LENGTH && length == 0) {
      finish();
    }
  }

  static MessageBody ofLength(Connection connection, long length) {
    return new MessageBody(connection, Framing.LENGTH, length);
  }

  static MessageBody inChunks(Connection connection) {
    return new MessageBody(connection, Framing.CHUNKS, -1);
  }

  static MessageBody untilClose(Connection connection) {
    return new MessageBody(connection, Framing.CLOSE, -1);
  }

  OptionalLong length() {
    return length < 0 ? OptionalLong.empty() : OptionalLong.of(length);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int wanted) throws IOException {
    if (closed) {
      throw new IOException("the body was closed");
    }
    if (wanted == 0) {
      return 0;
    }
    if (finished) {
      return -1;
    }
    if (framing == Framing.CHUNKS && left == 0 && !nextChunk()) {
      finish();
      return -1;
    }
    int most = framing == Framing.CLOSE ? wanted : (int) Math.min(wanted, left);
    int got = connection.read(target, offset, most);
    if (got < 0) {
      if (framing == Framing.CLOSE) {
        finish();
        return -1;
      }
      throw new EOFException(
          framing == Framing.LENGTH
              ? "unexpected EOF: the connection was cut after "
                  + delivered
                  + " of "
                  + length
                  + " bytes"
              : "unexpected EOF: the connection was cut after " + delivered + " bytes");
    }
    delivered += got;
    if (framing != Framing.CLOSE) {
      left -= got;
      if (framing == Framing.LENGTH && left == 0) {
        finish();
      }
    }
    return got;
  }

  private boolean nextChunk() throws IOException {
    if (started && !connection.readLine().isEmpty()) {
      throw new MalformedException("a chunk of the body is not followed by a line end");
    }
    started = true;
    String line = connection.readLine();
    int end = line.indexOf(';');
    String digits = (end < 0 ? line : line.substring(0, end)).strip();
    if (digits.isEmpty() || digits.length() > 15) {
      throw new MalformedException("a chunk of the body has no length");
    }
    long size = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = Character.digit(digits.charAt(i), 16);
      if (digit < 0) {
        throw new MalformedException("a chunk of the body has no length");
      }
      size = size * 16 + digit;
    }
    left = size;
    if (size > 0) {
      return true;
    }
    for (int trailers = 0; !connection.readLine().isEmpty(); trailers++) {
      if (trailers >= Limits.HEADER_FIELDS) {
        throw new MalformedException("too many trailers after a body");
      }
    }
    return false;
  }

  private void finish() {
    finished = true;
    connection.release(framing == Framing.CLOSE ? Connection.Fate.DROP : Connection.Fate.KEEP);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      if (!finished) {
        connection.release(Connection.Fate.DROP);
      }
    }
  }
}
