package dev.stowage.testkit;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The server's end of one HTTP/1.1 connection: requests in, answers out, with faults where they
/// are asked for.
final class HttpLine {
  /// The first byte of a client that believes to talk TLS.
  private static final int TLS_HANDSHAKE = 22;

  private static final int PIECE = 256 * 1024;

  /// A request with its body still on the line.
  record Received(LoggedRequest request, InputStream body) {}

  private final InputStream in;
  private final OutputStream out;
  private final int number;

  HttpLine(Socket socket, int number) throws IOException {
    this.in = new BufferedInputStream(socket.getInputStream());
    this.out = socket.getOutputStream();
    this.number = number;
  }

  /// The next request; empty where the client has gone.
  Optional<Received> receive() throws IOException {
    in.mark(1);
    if (in.read() == TLS_HANDSHAKE) {
      sendRaw("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      return Optional.empty();
    }
    in.reset();
    String first = readLine();
    if (first.isEmpty()) {
      return Optional.empty();
    }
    String[] words = first.split(" ", -1);
    if (words.length != 3 || !words[2].equals("HTTP/1.1")) {
      throw new IOException("a request line that is not HTTP/1.1: " + first);
    }
    Map<String, List<String>> headers = new HashMap<>();
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      int colon = line.indexOf(':');
      if (colon <= 0) {
        throw new IOException("a malformed header: " + line);
      }
      headers
          .computeIfAbsent(
              line.substring(0, colon).toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
          .add(line.substring(colon + 1).strip());
    }
    if (!headers.containsKey("host")) {
      throw new IOException("a request without Host");
    }
    String target = words[1];
    int scheme = target.indexOf("://");
    if (scheme > 0) {
      target = target.substring(target.indexOf('/', scheme + 3));
    }
    int mark = target.indexOf('?');
    InputStream body = body(headers);
    String form = "";
    if (headers
        .getOrDefault("content-type", List.of(""))
        .getFirst()
        .equals("application/x-www-form-urlencoded")) {
      form = new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
    LoggedRequest request =
        new LoggedRequest(
            words[0],
            mark < 0 ? target : target.substring(0, mark),
            mark < 0 ? "" : target.substring(mark + 1),
            headers,
            form,
            number);
    return Optional.of(new Received(request, body));
  }

  private InputStream body(Map<String, List<String>> headers) throws IOException {
    if (headers.containsKey("transfer-encoding")) {
      if (headers.containsKey("content-length")) {
        throw new IOException("a request with both a length and chunks");
      }
      return new ChunkedInput(this);
    }
    long length = Long.parseLong(headers.getOrDefault("content-length", List.of("0")).getFirst());
    return new LimitedInput(in, length);
  }

  /// A line without its end; empty at the end of the connection.
  String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    int one = in.read();
    while (one >= 0 && one != '\n') {
      line.append((char) one);
      one = in.read();
    }
    int length = line.length();
    return length > 0 && line.charAt(length - 1) == '\r'
        ? line.substring(0, length - 1)
        : line.toString();
  }

  InputStream raw() {
    return in;
  }

  /// Sends an answer.
  ///
  /// @return whether the connection goes on
  boolean send(String method, Answer answer, Collection<Fault> faults)
      throws IOException, InterruptedException {
    Delivery delivery = new Delivery(answer);
    faults.forEach(delivery::bend);
    out.write(delivery.head().getBytes(StandardCharsets.ISO_8859_1));
    boolean goesOn = true;
    if (!method.equals("HEAD")) {
      goesOn = delivery.send(out);
    }
    out.flush();
    return goesOn;
  }

  void sendRaw(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  /// How one answer goes over the line.
  private static final class Delivery {
    private final Answer answer;
    private final Map<String, String> extra = new HashMap<>();
    private long statedLength;
    private long cut = Long.MAX_VALUE;
    private long stall = Long.MAX_VALUE;
    private long changed = -1;
    private int piece = PIECE;
    private Duration pause = Duration.ZERO;
    private boolean chunked;
    private boolean endless;

    Delivery(Answer answer) {
      this.answer = answer;
      this.statedLength = answer.length();
    }

    void bend(Fault fault) {
      switch (fault) {
        case Fault.Cut(long bytes) -> cut = bytes;
        case Fault.Stall(long bytes) -> stall = bytes;
        case Fault.Slow(int bytes, Duration wait) -> {
          piece = bytes;
          pause = wait;
        }
        case Fault.WrongLength(long difference) -> {
          statedLength += difference;
          cut = Math.min(answer.length(), statedLength);
        }
        case Fault.WrongContent() -> changed = answer.length() / 2;
        case Fault.Header(String name, String value) -> extra.put(name, value);
        case Fault.Chunked() -> chunked = true;
        case Fault.Endless() -> {
          chunked = true;
          endless = true;
        }
        default -> {}
      }
    }

    String head() {
      StringBuilder head = new StringBuilder(300);
      head.append("HTTP/1.1 ").append(answer.status()).append(' ').append(reason());
      head.append("\r\nDocker-Distribution-Api-Version: registry/2.0\r\n");
      answer
          .headers()
          .forEach(
              (name, value) -> {
                if (!extra.containsKey(name)) {
                  head.append(name).append(": ").append(value).append("\r\n");
                }
              });
      extra.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
      if (chunked) {
        head.append("Transfer-Encoding: chunked\r\n");
      } else if (answer.status() != 204) {
        head.append("Content-Length: ").append(statedLength).append("\r\n");
      }
      return head.append("\r\n").toString();
    }

    boolean send(OutputStream out) throws IOException, InterruptedException {
      long sent = 0;
      byte[] buffer = new byte[piece];
      try (InputStream content = answer.content().open(answer.offset())) {
        while (sent < answer.length()) {
          long most = Math.min(Math.min(answer.length(), cut), stall) - sent;
          if (most <= 0) {
            break;
          }
          int got = content.read(buffer, 0, (int) Math.min(buffer.length, most));
          if (got < 0) {
            break;
          }
          if (changed >= sent && changed < sent + got) {
            buffer[(int) (changed - sent)] ^= 1;
          }
          write(out, buffer, got);
          sent += got;
          if (!pause.isZero()) {
            out.flush();
            Thread.sleep(pause);
          }
        }
      }
      if (sent >= stall) {
        out.flush();
        Thread.sleep(Duration.ofMinutes(10));
      }
      if (sent >= cut) {
        out.flush();
        return false;
      }
      while (endless) {
        write(out, buffer, buffer.length);
      }
      if (chunked) {
        out.write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      }
      return true;
    }

    private void write(OutputStream out, byte[] buffer, int count) throws IOException {
      if (chunked) {
        out.write((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      }
      out.write(buffer, 0, count);
      if (chunked) {
        out.write("\r\n".getBytes(StandardCharsets.ISO_8859_1));
      }
    }

    private String reason() {
      return switch (answer.status()) {
        case 200 -> "OK";
        case 201 -> "Created";
        case 202 -> "Accepted";
        case 204 -> "No Content";
        case 206 -> "Partial Content";
        case 307 -> "Temporary Redirect";
        case 400 -> "Bad Request";
        case 401 -> "Unauthorized";
        case 403 -> "Forbidden";
        case 404 -> "Not Found";
        case 405 -> "Method Not Allowed";
        case 416 -> "Range Not Satisfiable";
        case 429 -> "Too Many Requests";
        case 500 -> "Internal Server Error";
        case 503 -> "Service Unavailable";
        default -> "Other";
      };
    }
  }

  /// A body of a stated length.
  private static final class LimitedInput extends InputStream {
    private final InputStream in;
    private long left;

    LimitedInput(InputStream in, long length) {
      this.in = in;
      this.left = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int wanted) throws IOException {
      if (left == 0) {
        return -1;
      }
      int got = in.read(target, offset, (int) Math.min(wanted, left));
      if (got < 0) {
        throw new EOFException("the client ended before its body did");
      }
      left -= got;
      return got;
    }
  }

  /// A body in chunks.
  private static final class ChunkedInput extends InputStream {
    private final HttpLine line;
    private long left;
    private boolean first = true;
    private boolean ended;

    ChunkedInput(HttpLine line) {
      this.line = line;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int wanted) throws IOException {
      if (ended) {
        return -1;
      }
      if (left == 0) {
        if (!first && !line.readLine().isEmpty()) {
          throw new IOException("a chunk without its line end");
        }
        first = false;
        left = Long.parseLong(line.readLine().strip(), 16);
        if (left == 0) {
          ended = true;
          line.readLine();
          return -1;
        }
      }
      int got = line.raw().read(target, offset, (int) Math.min(wanted, left));
      if (got < 0) {
        throw new EOFException("the client ended before its body did");
      }
      left -= got;
      return got;
    }
  }
}
