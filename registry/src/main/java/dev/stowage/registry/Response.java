package dev.stowage.registry;

import dev.stowage.model.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.OptionalLong;

/// One HTTP answer whose body is still on the line. Whoever got it closes it; a body read to its
/// end gives the connection back to the pool, any other close drops the connection.
final class Response implements Closeable {
  private final URI uri;
  private final int status;
  private final String reason;
  private final Headers headers;
  private final MessageBody body;

  Response(URI uri, int status, String reason, Headers headers, MessageBody body) {
    this.uri = uri;
    this.status = status;
    this.reason = reason;
    this.headers = headers;
    this.body = body;
  }

  /// Where the answer came from, after redirects.
  URI uri() {
    return uri;
  }

  int status() {
    return status;
  }

  /// `404 Not Found`.
  String statusLine() {
    return reason.isEmpty() ? Integer.toString(status) : status + " " + reason;
  }

  Headers headers() {
    return headers;
  }

  InputStream body() {
    return body;
  }

  /// The length that the answer states for its body.
  OptionalLong length() {
    return body.length();
  }

  /// The whole body, which must not be longer than the limit.
  ///
  /// @throws TooLargeException if it is
  Bytes readAtMost(int limit) throws IOException {
    if (length().orElse(0) > limit) {
      throw new TooLargeException(limit);
    }
    ByteArrayOutputStream content = new ByteArrayOutputStream(1024);
    byte[] chunk = new byte[8192];
    int got = body.read(chunk, 0, chunk.length);
    while (got >= 0) {
      if (content.size() + got > limit) {
        throw new TooLargeException(limit);
      }
      content.write(chunk, 0, got);
      got = body.read(chunk, 0, chunk.length);
    }
    return Bytes.owning(content.toByteArray());
  }

  @Override
  public void close() {
    body.close();
  }

  /// A body beyond its named limit.
  static final class TooLargeException extends IOException {
    TooLargeException(int limit) {
      super("exceeded maximum allowed size of " + limit + " bytes");
    }
  }
}
