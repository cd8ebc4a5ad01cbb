package dev.stowage.registry;

import dev.stowage.model.MalformedException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/// One HTTP/1.1 connection, used by one request after the other. Bodies are read from the socket
/// straight into the caller's array.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112</a>
final class Connection {

  /// What becomes of a connection after an answer.
  enum Fate {
    KEEP,
    DROP
  }

  /// Writing an URL in the request line: alone, or in full as a proxy needs it.
  enum Target {
    PATH,
    FULL
  }

  /// How long the answer of a server is waited for that stopped to listen.
  private static final int EARLY_MILLIS = 1000;

  /// What is read at once at most: the JDK reads into memory of its own of the size asked for.
  private static final int PIECE = 128 * 1024;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final Timeouts timeouts;
  private final BiConsumer<Connection, Fate> released;
  private final byte[] buffer = new byte[8192];
  private int position;
  private int limit;
  private int wait = -1;
  private boolean persistent;
  private boolean spent;
  private boolean used;
  private boolean answering;
  private long idleSince;
  private long windowNanos;
  private long windowBytes;

  Connection(Socket socket, Timeouts timeouts, BiConsumer<Connection, Fate> released)
      throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
    this.timeouts = timeouts;
    this.released = released;
  }

  /// Whether an answer was already read from this connection, so that the other side may have given
  /// it up meanwhile.
  boolean used() {
    return used;
  }

  /// Whether any byte of the answer to the latest request arrived.
  boolean answering() {
    return answering;
  }

  long idleSince() {
    return idleSince;
  }

  Response exchange(Request request, Target target, Headers extra) throws IOException {
    return exchange(request, target, extra, timeouts.answer());
  }

  /// @param answer how long to wait for the first byte of the answer
  Response exchange(Request request, Target target, Headers extra, Duration answer)
      throws IOException {
    answering = false;
    position = limit;
    windowNanos = 0;
    windowBytes = 0;
    try {
      write(request, target, extra);
    } catch (PayloadException e) {
      throw e;
    } catch (IOException e) {
      return earlyAnswer(request, e);
    }
    patience(answer.toMillis());
    fill();
    answering = true;
    patience(timeouts.idle().toMillis());
    for (int interim = 0; interim <= Limits.INTERIM_ANSWERS; interim++) {
      Response response = readResponse(request);
      if (response.status() >= 200) {
        return response;
      }
    }
    throw new MalformedException("the server sent nothing but 1xx answers");
  }

  /// The answer of a server that did not wait for the end of the body: what it says explains more
  /// than that it stopped to listen.
  private Response earlyAnswer(Request request, IOException failure) throws IOException {
    if (request.payload().isEmpty()
        || failure instanceof InterruptedIOException
        || Thread.currentThread().isInterrupted()) {
      throw interrupted(failure);
    }
    spent = true; // the rest of the body is still owed
    try {
      patience(Math.min(EARLY_MILLIS, timeouts.answer().toMillis()));
      fill();
      answering = true;
      Response response = readResponse(request);
      if (response.status() >= 300) {
        return response;
      }
      response.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    throw failure;
  }

  private static IOException interrupted(IOException e) {
    if (e instanceof InterruptedIOException || !Thread.currentThread().isInterrupted()) {
      return e;
    }
    InterruptedIOException interrupted = new InterruptedIOException("interrupted");
    interrupted.initCause(e);
    return interrupted;
  }

  private void write(Request request, Target target, Headers extra) throws IOException {
    Origin origin = Origin.of(request.uri());
    StringBuilder head = new StringBuilder(512);
    head.append(request.method()).append(' ');
    if (target == Target.FULL) {
      head.append(origin.scheme()).append("://").append(origin.authority());
    }
    String path = request.uri().getRawPath();
    head.append(path == null || path.isEmpty() ? "/" : path);
    if (request.uri().getRawQuery() != null) {
      head.append('?').append(request.uri().getRawQuery());
    }
    head.append(" HTTP/1.1\r\nHost: ").append(origin.authority()).append("\r\n");
    append(head, request.headers());
    append(head, extra);
    if (request.payload().isPresent()) {
      long length = request.payload().get().length();
      head.append(length < 0 ? "Transfer-Encoding: chunked" : "Content-Length: " + length)
          .append("\r\n");
    }
    head.append("\r\n");
    out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    if (request.payload().isPresent()) {
      Request.Payload payload = request.payload().get();
      try (WatchedOutput watched = new WatchedOutput(socket, out, timeouts.idle())) {
        if (payload.length() >= 0) {
          payload.writeTo(watched);
        } else {
          ChunkedOutput chunks = new ChunkedOutput(watched);
          payload.writeTo(chunks);
          chunks.finish();
        }
      }
    }
    out.flush();
  }

  private static void append(StringBuilder head, Headers headers) {
    for (Headers.Field field : headers.fields()) {
      head.append(field.name()).append(": ").append(field.value()).append("\r\n");
    }
  }

  private Response readResponse(Request request) throws IOException {
    String line = readLine();
    if (!line.startsWith("HTTP/1.") || line.length() < 12 || line.charAt(8) != ' ') {
      throw new MalformedException("malformed HTTP response \"" + beginning(line) + "\"");
    }
    int status = 0;
    for (int i = 9; i < 12; i++) {
      char digit = line.charAt(i);
      if (digit < '0' || digit > '9') {
        throw new MalformedException("malformed HTTP status \"" + beginning(line) + "\"");
      }
      status = status * 10 + digit - '0';
    }
    String reason = line.length() > 13 ? line.substring(13) : "";
    Headers headers = readHeaders();
    persistent = line.charAt(7) == '1';
    for (String option : headers.all("Connection")) {
      if (option.equalsIgnoreCase("close")) {
        persistent = false;
      }
    }
    return new Response(request.uri(), status, reason, headers, body(request, status, headers));
  }

  private Headers readHeaders() throws IOException {
    List<Headers.Field> fields = new ArrayList<>();
    String line = readLine();
    while (!line.isEmpty()) {
      int colon = line.indexOf(':');
      if (colon <= 0 || line.charAt(0) == ' ' || line.charAt(0) == '\t') {
        throw new MalformedException("malformed header field \"" + beginning(line) + "\"");
      }
      if (fields.size() >= Limits.HEADER_FIELDS) {
        throw new MalformedException("more than " + Limits.HEADER_FIELDS + " header fields");
      }
      fields.add(new Headers.Field(line.substring(0, colon), line.substring(colon + 1).strip()));
      line = readLine();
    }
    return new Headers(fields);
  }

  private MessageBody body(Request request, int status, Headers headers) throws IOException {
    if (status < 200) {
      return MessageBody.untilClose(this);
    }
    if (request.method().equals("HEAD") || status == 204 || status == 304) {
      return MessageBody.ofLength(this, 0);
    }
    Optional<String> encoding = headers.first("Transfer-Encoding");
    if (encoding.isPresent()) {
      if (!encoding.get().equalsIgnoreCase("chunked")) {
        throw new MalformedException("unsupported transfer encoding \"" + encoding.get() + "\"");
      }
      return MessageBody.inChunks(this);
    }
    List<String> lengths = headers.all("Content-Length");
    if (lengths.isEmpty()) {
      return MessageBody.untilClose(this);
    }
    for (String other : lengths) {
      if (!other.equals(lengths.getFirst())) {
        throw new MalformedException("two different Content-Length header fields");
      }
    }
    return MessageBody.ofLength(this, ContentRange.number(lengths.getFirst(), "Content-Length"));
  }

  /// A line without its end.
  String readLine() throws IOException {
    StringBuilder line = new StringBuilder(80);
    while (true) {
      if (position == limit) {
        fill();
      }
      char c = (char) (buffer[position++] & 0xff);
      if (c == '\n') {
        int length = line.length();
        if (length > 0 && line.charAt(length - 1) == '\r') {
          line.setLength(length - 1);
        }
        return line.toString();
      }
      if (line.length() >= Limits.HEADER_LINE) {
        throw new MalformedException("a header line of more than " + Limits.HEADER_LINE + " bytes");
      }
      line.append(c);
    }
  }

  private void fill() throws IOException {
    position = 0;
    limit = 0;
    int got = receive(buffer, 0, buffer.length);
    if (got < 0) {
      throw new EOFException("EOF: the server closed the connection without an answer");
    }
    limit = got;
  }

  /// Reads body bytes; -1 at the end of the connection.
  int read(byte[] target, int offset, int wanted) throws IOException {
    if (position < limit) {
      int got = Math.min(wanted, limit - position);
      System.arraycopy(buffer, position, target, offset, got);
      position += got;
      return got;
    }
    return receive(target, offset, wanted);
  }

  private int receive(byte[] target, int offset, int wanted) throws IOException {
    long before = System.nanoTime();
    int got;
    try {
      got = in.read(target, offset, Math.min(wanted, PIECE));
    } catch (SocketTimeoutException e) {
      SocketTimeoutException timeout =
          new SocketTimeoutException("i/o timeout: nothing came for " + wait / 1000.0 + " s");
      timeout.initCause(e);
      throw timeout;
    } catch (IOException e) {
      throw interrupted(e);
    }
    if (answering) {
      windowNanos += System.nanoTime() - before;
      windowBytes += Math.max(0, got);
      if (windowNanos >= timeouts.window().toNanos()) {
        if (windowBytes < Timeouts.LEAST_BYTES) {
          throw new SocketTimeoutException(
              "i/o timeout: only " + windowBytes + " bytes came in " + windowNanos / 1e9 + " s");
        }
        windowNanos = 0;
        windowBytes = 0;
      }
    }
    return got;
  }

  private void patience(long millis) throws IOException {
    int wanted = (int) Math.min(Integer.MAX_VALUE, Math.max(1, millis));
    if (wanted != wait) {
      wait = wanted;
      socket.setSoTimeout(wanted);
    }
  }

  /// Called once by the body when nothing more of it will be read.
  void release(Fate fate) {
    idleSince = System.nanoTime();
    used = true;
    boolean sound = persistent && !spent && position == limit;
    released.accept(this, fate == Fate.KEEP && sound ? fate : Fate.DROP);
  }

  void drop() {
    try {
      socket.close();
    } catch (IOException e) {
      // The connection is given up in any case.
    }
  }

  private static String beginning(String line) {
    return line.length() > 60 ? line.substring(0, 60) + "…" : line;
  }
}
