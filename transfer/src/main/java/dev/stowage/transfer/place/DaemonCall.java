package dev.stowage.transfer.place;

import dev.stowage.model.Bytes;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.transfer.DaemonAccess;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// One call of a Docker daemon: a request and its answer on a connection of their own. Closing it
/// before the answer was read breaks the request off.
///
/// @see <a href="https://docs.docker.com/reference/api/engine/">Docker Engine API</a>
final class DaemonCall implements Closeable {
  private static final int LONGEST_LINE = 16 * 1024;
  private static final int MOST_HEADERS = 200;
  private static final int LONGEST_COMPLAINT = 64 * 1024;
  private static final int BUFFER = 64 * 1024;
  private static final int OK = 200;

  private final DaemonLine line;
  private final InputStream in;
  private final OutputStream out;

  private DaemonCall(DaemonLine line) {
    this.line = line;
    this.in = new BufferedInputStream(line.in(), BUFFER);
    this.out = new BufferedOutputStream(line.out(), BUFFER);
  }

  /// Connects.
  static DaemonCall connect(DaemonAccess access) throws IOException {
    return new DaemonCall(DaemonLine.connect(access));
  }

  /// Sends a request without content.
  void get(String target) throws IOException {
    request("GET " + target, "");
    out.flush();
  }

  /// Begins a request with content of a length that is not known.
  ///
  /// @return where the content goes; closing it ends the content
  OutputStream post(String target, String type) throws IOException {
    request("POST " + target, "Content-Type: " + type + "\r\nTransfer-Encoding: chunked\r\n");
    return new Chunked();
  }

  private void request(String line, String headers) throws IOException {
    write(
        line
            + " HTTP/1.1\r\nHost: docker\r\nUser-Agent: stowage\r\nConnection: close\r\n"
            + headers
            + "\r\n");
  }

  private void write(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /// The content of the answer.
  ///
  /// @throws IOException with the daemon's own words where it refuses
  InputStream answer() throws IOException {
    String[] status = line().split(" ", 3);
    while (status.length > 1 && status[1].equals("100")) {
      Map<String, String> _ = headers();
      status = line().split(" ", 3);
    }
    if (status.length < 2 || !status[0].startsWith("HTTP/1.")) {
      throw new MalformedException("the Docker daemon does not answer in HTTP");
    }
    Map<String, String> headers = headers();
    InputStream body;
    String length = headers.get("content-length");
    if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
      body = new Chunks();
    } else if (length != null) {
      body = new Limited(number(length, 10));
    } else {
      body = in;
    }
    if (!status[1].equals(Integer.toString(OK))) {
      throw new IOException("Error response from daemon: " + complaint(body, status));
    }
    return body;
  }

  private static String complaint(InputStream body, String[] status) throws IOException {
    byte[] text = body.readNBytes(LONGEST_COMPLAINT);
    try {
      return Json.parseObject(Bytes.owning(text)).string("message").orElse(status[1]);
    } catch (MalformedException e) {
      return status.length > 2 ? status[1] + " " + status[2] : status[1];
    }
  }

  private Map<String, String> headers() throws IOException {
    Map<String, String> headers = new HashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      if (colon < 0 || headers.size() > MOST_HEADERS) {
        throw new MalformedException("the Docker daemon's answer has no proper headers");
      }
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return headers;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the Docker daemon hung up");
      }
      if (line.length() > LONGEST_LINE) {
        throw new MalformedException("a line of the Docker daemon's answer does not end");
      }
      line.append((char) c);
    }
    int end = line.length() - 1;
    return end >= 0 && line.charAt(end) == '\r' ? line.substring(0, end) : line.toString();
  }

  private static long number(String text, int radix) throws MalformedException {
    try {
      long number = Long.parseLong(text, radix);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new MalformedException("the Docker daemon's answer has the length \"" + text + "\"");
  }

  @Override
  public void close() throws IOException {
    line.close();
  }

  /// Content of a request, in chunks.
  private final class Chunked extends OutputStream {
    private boolean ended;

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (length > 0) {
        DaemonCall.this.write(Integer.toHexString(length) + "\r\n");
        out.write(bytes, offset, length);
        DaemonCall.this.write("\r\n");
      }
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      if (!ended) {
        ended = true;
        DaemonCall.this.write("0\r\n\r\n");
        out.flush();
      }
    }
  }

  /// Content of an answer of a stated length.
  private class Limited extends InputStream {
    private long left;

    Limited(long length) {
      this.left = length;
    }

    /// Goes on to what follows; false where nothing does.
    boolean more() throws IOException {
      return false;
    }

    void expect(long length) {
      left = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (left == 0 && !more()) {
        return -1;
      }
      int count = in.read(bytes, offset, (int) Math.min(length, left));
      if (count < 0) {
        throw new EOFException("the Docker daemon hung up in the midst of its answer");
      }
      left -= count;
      return count;
    }
  }

  /// Content of an answer in chunks.
  private final class Chunks extends Limited {
    private boolean begun;
    private boolean ended;

    Chunks() {
      super(0);
    }

    @Override
    boolean more() throws IOException {
      if (ended) {
        return false;
      }
      if (begun && !line().isEmpty()) {
        throw new MalformedException("a chunk of the Docker daemon's answer has no end");
      }
      begun = true;
      String size = line();
      int semicolon = size.indexOf(';');
      long length = number((semicolon < 0 ? size : size.substring(0, semicolon)).strip(), 16);
      expect(length);
      ended = length == 0;
      return !ended;
    }
  }
}
