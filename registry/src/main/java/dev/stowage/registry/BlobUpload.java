package dev.stowage.registry;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MismatchException;
import dev.stowage.model.RegistryException;
import dev.stowage.model.UnsupportedException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// One blob on its way to a registry, in one pass over its content: whole where it is small, in
/// chunks where it is not. After a cut the registry is asked what it has, and gets only what it
/// lacks. A failed or interrupted upload is taken back at the registry.
///
/// ```
/// POST  /v2/<name>/blobs/uploads/            202, Location
/// PATCH <Location>    0-8388607              202, Location, Range: 0-8388607
///   (cut)  GET <Location>                    204, Location, Range: 0-9437183
/// PATCH <Location>    9437184-9961471        202, …
/// PUT   <Location>?digest=sha256:…           201
/// ```
///
/// @see <a
///   href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-blobs">OCI
///   distribution, pushing blobs</a>
final class BlobUpload {
  /// The code of the failure of an upload that the registry lost: the same content, sent once more,
  /// may well arrive.
  static final String LOST = "BLOB_UPLOAD_UNKNOWN";

  /// What is sent at once as long as the line holds; registries that count whole chunks alone get
  /// this much again after the first cut.
  static final int CHUNK = 8 * 1024 * 1024;

  /// What is sent at once over a line that cuts, or through a proxy that takes no more.
  static final int SMALL_CHUNK = 512 * 1024;

  /// After so many bytes without a cut, chunks may grow again.
  private static final long SOUND_BYTES = 256L * 1024 * 1024;

  /// The largest smallest chunk that a registry may ask for; it has to fit into memory.
  private static final int LARGEST_CHUNK = 64 * 1024 * 1024;

  /// How long the registry is told that an upload is given up.
  private static final Duration FAREWELL = Duration.ofSeconds(5);

  private final RemoteRepository repository;
  private final RegistrySession session;
  private final Retries retries;
  private final Scope scope;
  private final UploadWindow window;
  private final Optional<Descriptor> expected;
  private final Backoff backoff;
  private Optional<Digest> digest;
  private String place = "";
  private int chunk = CHUNK;
  private int leastChunk;
  private boolean wholeAtOnce = true;
  private boolean finishing;
  private boolean finished;
  private boolean begunAnew;
  private int reconnections;
  private long sent;
  private long soundSince;
  private long progressSince;

  private BlobUpload(
      RemoteRepository repository,
      RegistrySession session,
      Retries retries,
      InputStream content,
      Optional<Descriptor> expected) {
    this.repository = repository;
    this.session = session;
    this.retries = retries;
    this.scope = Scope.push(repository.repository());
    this.window =
        new UploadWindow(
            content, expected.isPresent() ? UploadWindow.Name.KNOWN : UploadWindow.Name.COMPUTED);
    this.expected = expected;
    this.digest = expected.isPresent() ? Optional.of(expected.get().digest()) : Optional.empty();
    this.backoff = new Backoff(retries);
  }

  /// What was uploaded.
  record Uploaded(Digest digest, long size) {}

  /// Uploads the content.
  ///
  /// @param expected what it is, where that is known beforehand
  static Uploaded run(
      RemoteRepository repository,
      RegistrySession session,
      Retries retries,
      InputStream content,
      Optional<Descriptor> expected)
      throws IOException {
    BlobUpload upload = new BlobUpload(repository, session, retries, content, expected);
    try {
      upload.run();
      return new Uploaded(upload.digest.orElseThrow(), upload.window.end());
    } finally {
      if (!upload.finished) {
        upload.giveUp();
      }
    }
  }

  private void run() throws IOException {
    while (!finished) {
      try {
        step();
      } catch (PayloadException e) {
        if (window.ended()) {
          checkContent();
        }
        throw e.fault();
      } catch (IOException e) {
        recover(e);
      }
    }
  }

  private void step() throws IOException {
    if (expected.isPresent() && expected.get().size() - window.start() > chunk) {
      if (place.isEmpty()) {
        begin();
      } else {
        sendChunk(chunk);
      }
      return;
    }
    window.fill(chunk);
    if (window.ended()) {
      checkContent();
    }
    if (place.isEmpty()) {
      begin();
    } else if (window.ended() && (window.length() == 0 || wholeAtOnce && window.start() == 0)) {
      finish();
    } else {
      sendChunk(Math.min(chunk, window.length()));
    }
  }

  private void checkContent() throws MismatchException {
    if (digest.isEmpty()) {
      digest = Optional.of(window.digest());
    }
    if (expected.isPresent() && expected.get().size() != window.end()) {
      throw new MismatchException(
          "blob " + expected.get().digest(), expected.get().size() + " bytes", window.end() + "");
    }
  }

  private void begin() throws IOException {
    String path = "/v2/" + repository.repository().path() + "/blobs/uploads/";
    try (Response response =
        session.sendOnce(Order.of("POST", path, scope).carrying(Request.Payload.empty()))) {
      if (response.status() != 202) {
        throw refused(Refusal.of(response));
      }
      place = place(response).orElseThrow(() -> noPlace(response));
      chunk = Math.max(chunk, leastChunk(response));
      response.readAtMost(Limits.ERROR_BODY);
    }
  }

  private MalformedException noPlace(Response response) {
    return new MalformedException(
        what()
            + ": the registry began an upload without a Location ("
            + response.statusLine()
            + ")");
  }

  private int leastChunk(Response response) throws IOException {
    Optional<String> stated = response.headers().first("OCI-Chunk-Min-Length");
    if (stated.isPresent()) {
      long least = ContentRange.number(stated.get(), "OCI-Chunk-Min-Length");
      if (least > LARGEST_CHUNK) {
        throw new UnsupportedException(
            what()
                + ": the registry wants chunks of at least "
                + least
                + " bytes; at most "
                + LARGEST_CHUNK
                + " are kept in memory");
      }
      leastChunk = (int) least;
    }
    return leastChunk;
  }

  /// @param count how much the window holds, or the content is known to have from its beginning on
  private void sendChunk(int count) throws IOException {
    sent = Math.max(sent, window.start() + count);
    Order order =
        Order.of("PATCH", place, scope)
            .with("Content-Type", "application/octet-stream")
            .with("Content-Range", window.start() + "-" + (window.start() + count - 1))
            .carrying(window.first(count));
    try (Response response = session.sendOnce(order)) {
      if (response.status() == 413 && chunk > Math.max(SMALL_CHUNK, leastChunk)) {
        // A proxy that limits bodies; what it let through is asked for below.
        shrink();
        synchronize();
        return;
      }
      if (response.status() < 200 || response.status() > 299) {
        throw answered(response);
      }
      place = place(response).orElse(place);
      accept(received(response).orElse(window.start() + count));
      response.readAtMost(Limits.ERROR_BODY);
    }
  }

  /// Notes how much the registry has.
  private void accept(long offset) throws IOException {
    long handed = Math.min(sent, window.end()); // of a chunk that was cut off not all was read
    if (offset < window.start() || offset > handed) {
      throw new LostException(
          offset < window.start()
              ? "the registry has lost what it had: it keeps " + offset + " bytes of " + sent
              : "the registry claims " + offset + " bytes, of which " + handed + " were sent",
          404);
    }
    window.release(offset);
    if (offset - soundSince >= SOUND_BYTES && chunk < CHUNK) {
      soundSince = offset;
      chunk *= 2;
    }
    if (offset - progressSince >= Retries.PROGRESS_BYTES) {
      progressSince = offset;
      backoff.reset();
    }
  }

  private void finish() throws IOException {
    finishing = true;
    String query =
        "digest=" + URLEncoder.encode(digest.orElseThrow().toString(), StandardCharsets.UTF_8);
    int count = window.length();
    sent = window.end();
    Order order =
        Order.of("PUT", place + (place.indexOf('?') < 0 ? "?" : "&") + query, scope)
            .with("Content-Type", "application/octet-stream")
            .carrying(count == 0 ? Request.Payload.empty() : window.first(count));
    if (count > 0) {
      order = order.with("Content-Range", window.start() + "-" + (window.end() - 1));
    }
    try (Response response = session.sendOnce(order)) {
      if (response.status() == 413 && count > Math.max(SMALL_CHUNK, leastChunk)) {
        wholeAtOnce = false;
        shrink();
        giveUp();
        forget();
        return;
      }
      if (response.status() < 200 || response.status() > 299) {
        throw ended(response);
      }
      Optional<Digest> stated = RemoteRepository.statedDigest(response);
      if (stated.isPresent() && !stated.get().equals(digest.orElseThrow())) {
        throw new MismatchException(
            what(), digest.orElseThrow().toString(), stated.get().toString());
      }
      finished = true;
      response.readAtMost(Limits.ERROR_BODY);
    }
  }

  /// What the registry says against the end of an upload. After a cut it may have put the parts
  /// together wrongly; what its digest was computed of is then lost with it.
  private IOException ended(Response response) {
    Refusal refusal = Refusal.of(response);
    if (refusal.codes().contains("DIGEST_INVALID") && reconnections > 0 && !begunAnew) {
      begunAnew = true;
      return new LostException(refusal.text(), refusal.status());
    }
    return answered(refusal);
  }

  private void shrink() {
    soundSince = window.start();
    chunk = Math.max(SMALL_CHUNK, leastChunk);
  }

  private void forget() {
    place = "";
    sent = 0;
  }

  /// Waits and finds out where things stand, or tells the failure.
  private void recover(IOException first) throws IOException {
    IOException failure = first;
    while (true) {
      boolean lost = failure instanceof LostException;
      if (lost && window.start() == 0) {
        forget();
      }
      Optional<Duration> pause =
          passes(failure) && ++reconnections <= retries.total()
              ? backoff.next(
                  failure instanceof RegistryException busy ? busy.retryAfter() : Optional.empty())
              : Optional.empty();
      if (pause.isEmpty()) {
        throw told(failure);
      }
      Backoff.sleep(pause.get());
      try {
        if (!isThere()) {
          long before = window.start();
          synchronize();
          if (window.start() == before && !(failure instanceof RegistryException)) {
            shrink();
          }
        }
        return;
      } catch (IOException e) {
        e.addSuppressed(first);
        failure = e;
      }
    }
  }

  private boolean passes(IOException failure) {
    if (failure instanceof LostException) {
      return window.start() == 0;
    }
    if (failure instanceof RegistryException refused) {
      return RegistrySession.passing(refused.status());
    }
    return Transience.passes(
        failure, place.isEmpty() ? Transience.Line.NEVER_OPEN : Transience.Line.KNOWN_GOOD);
  }

  /// Whether an end whose answer was cut off did succeed.
  private boolean isThere() throws IOException {
    if (finishing && repository.sizeOf(digest.orElseThrow()).isPresent()) {
      finished = true;
    }
    finishing = false;
    return finished;
  }

  /// Asks the registry how much it has.
  private void synchronize() throws IOException {
    if (place.isEmpty()) {
      return;
    }
    if (wholeAtOnce && window.ended() && window.start() == 0) {
      // What came of it is not known everywhere; the next attempt can be asked about.
      wholeAtOnce = false;
      giveUp();
      forget();
      return;
    }
    try (Response response = session.sendOnce(Order.of("GET", place, scope))) {
      if (response.status() < 200 || response.status() > 299) {
        throw answered(response);
      }
      place = place(response).orElse(place);
      long offset = received(response).orElse(window.start());
      // "0-0" is how a registry that has nothing says so, and one that has a single byte.
      accept(offset == 1 && window.start() == 0 ? 0 : offset);
      response.readAtMost(Limits.ERROR_BODY);
    }
  }

  /// The place that an answer names for what follows.
  private static Optional<String> place(Response response) throws MalformedException {
    return RemoteRepository.location(response).map(URI::toString);
  }

  /// How many bytes an answer says have arrived: `0-1023`, from some with `bytes=` before it.
  private static OptionalLong received(Response response) throws MalformedException {
    Optional<String> range = response.headers().first("Range");
    if (range.isEmpty()) {
      return OptionalLong.empty();
    }
    String text = range.get().startsWith("bytes=") ? range.get().substring(6) : range.get();
    int dash = text.indexOf('-');
    if (dash < 0) {
      throw new MalformedException("malformed Range header \"" + range.get() + "\"");
    }
    return OptionalLong.of(ContentRange.number(text.substring(dash + 1), "Range") + 1);
  }

  private IOException answered(Response response) {
    return answered(Refusal.of(response));
  }

  private IOException answered(Refusal refusal) {
    boolean gone =
        refusal.absent()
            || refusal.status() == 410
            || refusal.codes().contains(LOST)
            || refusal.codes().contains("BLOB_UPLOAD_INVALID") && refusal.status() != 416;
    if (gone && !refusal.codes().contains("NAME_UNKNOWN")) {
      return new LostException(refusal.text(), refusal.status());
    }
    return refusal.status() == 416
        ? new IOException("the registry counts otherwise: " + refusal.text())
        : refused(refusal);
  }

  private RegistryException refused(Refusal refusal) {
    return repository.refused(what(), refusal);
  }

  private String what() {
    return "uploading "
        + (digest.isPresent() ? "blob " + digest.get() : "a blob")
        + " to "
        + repository;
  }

  private IOException told(IOException failure) {
    if (failure instanceof LostException lost) {
      return new RegistryException(
          what()
              + ": stopped at byte "
              + window.start()
              + " of "
              + (expected.isPresent() ? expected.get().size() + "" : "an unknown number")
              + ", and the registry does not let the upload go on: "
              + lost.getMessage(),
          lost.status,
          List.of(LOST),
          Optional.empty(),
          lost);
    }
    String text = String.valueOf(failure.getMessage());
    String prefix = what() + ": ";
    if (window.start() > 0 && !text.startsWith(prefix)) {
      prefix +=
          "stopped at byte "
              + window.start()
              + " after "
              + reconnections
              + (reconnections == 1 ? " attempt: " : " attempts: ");
    }
    return text.startsWith(what()) ? failure : RemoteRepository.told(prefix, failure);
  }

  /// Tells the registry that nothing follows. How that goes matters to nobody here; it happens on a
  /// thread of its own, because this one may be interrupted.
  private void giveUp() {
    if (place.isEmpty()) {
      return;
    }
    Order order = Order.of("DELETE", place, scope);
    Thread farewell =
        Thread.ofVirtual()
            .name("stowage-upload-farewell")
            .start(
                () -> {
                  try (Response response = session.sendOnce(order)) {
                    Bytes _ = response.readAtMost(Limits.ERROR_BODY);
                  } catch (IOException e) {
                    // The registry forgets the upload by itself, in the end.
                  }
                });
    boolean interrupted = Thread.interrupted();
    try {
      if (!farewell.join(FAREWELL)) {
        farewell.interrupt();
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// The registry no longer knows the upload, or has less of it than can be sent again.
  private static final class LostException extends IOException {
    private final int status;

    LostException(String message, int status) {
      super(message);
      this.status = status;
    }
  }
}
