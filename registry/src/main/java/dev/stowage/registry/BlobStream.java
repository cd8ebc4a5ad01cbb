package dev.stowage.registry;

import dev.stowage.model.Descriptor;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MismatchException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.RegistryException;
import dev.stowage.model.StowageException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// A blob on its way from a registry. A cut line is taken up again at the byte where it was cut, at
/// the same place or at the next that has the blob; the reader sees one run of bytes, as long as
/// the descriptor says, or a failure.
///
/// One thread reads it, and closes it.
final class BlobStream extends InputStream {
  private final List<RemoteRepository> sources;
  private final Descriptor blob;
  private final Retries retries;
  private final Backoff backoff;
  private int source;
  private long position;
  private long connectedAt;
  private int reconnections;
  private Optional<Response> line = Optional.empty();
  private Optional<String> entityTag = Optional.empty();
  private boolean ended;
  private boolean closed;

  private BlobStream(
      List<RemoteRepository> sources, Descriptor blob, long offset, Retries retries) {
    this.sources = sources;
    this.blob = blob;
    this.position = offset;
    this.retries = retries;
    this.backoff = new Backoff(retries);
  }

  /// @param sources where the blob may be had, the preferred first
  /// @param offset from where on it is wanted
  static InputStream open(
      List<RemoteRepository> sources, Descriptor blob, long offset, Retries retries)
      throws IOException {
    BlobStream stream = new BlobStream(sources, blob, offset, retries);
    if (offset == blob.size()) {
      stream.ended = true;
      return stream;
    }
    try {
      stream.line = stream.foreign();
      if (stream.line.isEmpty()) {
        stream.connect();
      }
    } catch (IOException e) {
      stream.reconnect(e);
    }
    return stream;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int wanted) throws IOException {
    if (closed) {
      throw new IOException("the blob was closed");
    }
    if (wanted == 0) {
      return 0;
    }
    while (!ended) {
      int got;
      try {
        got =
            line.orElseThrow()
                .body()
                .read(target, offset, (int) Math.min(wanted, blob.size() - position));
        if (got < 0) {
          throw new EOFException(
              "unexpected EOF: the server ended after "
                  + position
                  + " of "
                  + blob.size()
                  + " bytes");
        }
      } catch (IOException e) {
        reconnect(e);
        continue;
      }
      position += got;
      if (position == blob.size()) {
        end();
      }
      return got;
    }
    return -1;
  }

  /// Sees to it that nothing follows the last byte.
  private void end() throws IOException {
    ended = true;
    Response response = line.orElseThrow();
    line = Optional.empty();
    try (response) {
      if (response.length().isEmpty() && response.body().read() >= 0) {
        throw new MismatchException(
            subject(), blob.size() + " bytes", "more than " + blob.size() + " bytes");
      }
    } catch (MismatchException e) {
      throw e;
    } catch (IOException e) {
      // All bytes are here; how the line ended does not matter.
    }
  }

  /// Finds a new line after a failure, or tells it.
  private void reconnect(IOException first) throws IOException {
    drop();
    IOException failure = first;
    while (true) {
      if (position - connectedAt >= Retries.PROGRESS_BYTES) {
        backoff.reset();
      }
      connectedAt = position;
      Optional<Duration> pause =
          passes(failure) && ++reconnections <= retries.total()
              ? backoff.next(
                  failure instanceof RegistryException busy ? busy.retryAfter() : Optional.empty())
              : Optional.empty();
      if (pause.isPresent()) {
        Backoff.sleep(pause.get());
      } else if (!Transience.interrupted(failure)
          && !(failure instanceof MismatchException)
          && source + 1 < sources.size()) {
        source++;
        backoff.reset();
        entityTag = Optional.empty();
      } else {
        throw told(failure);
      }
      try {
        connect();
        return;
      } catch (IOException e) {
        e.addSuppressed(first);
        failure = e;
      }
    }
  }

  private boolean passes(IOException failure) {
    if (failure instanceof RegistryException refused) {
      return RegistrySession.passing(refused.status());
    }
    return Transience.passes(
        failure, position > 0 ? Transience.Line.KNOWN_GOOD : Transience.Line.NEVER_OPEN);
  }

  private IOException told(IOException failure) {
    String place = "fetching blob " + blob.digest() + " from " + sources.get(source) + ": ";
    String detail =
        position > 0 && !(failure instanceof StowageException)
            ? place
                + "stopped at byte "
                + position
                + " of "
                + blob.size()
                + " after "
                + reconnections
                + (reconnections == 1 ? " attempt: " : " attempts: ")
            : place;
    if (failure instanceof NotFoundException || failure instanceof MismatchException) {
      return failure;
    }
    IOException told = RemoteRepository.told(detail, failure);
    // Nonsense on the line is the registry's fault; whoever reads the content would take it for a
    // fault of the content.
    return told instanceof MalformedException
        ? new RegistryException(
            String.valueOf(told.getMessage()),
            RegistryException.NO_STATUS,
            List.of(),
            Optional.empty(),
            told)
        : told;
  }

  private void connect() throws IOException {
    Headers headers =
        position > 0 ? Headers.NONE.with("Range", "bytes=" + position + "-") : Headers.NONE;
    RemoteRepository repository = sources.get(source);
    Response response = repository.requestBlob(blob.digest(), headers);
    try {
      accept(repository, response);
      line = Optional.of(response);
    } finally {
      if (line.isEmpty()) {
        response.close();
      }
    }
  }

  private void accept(RemoteRepository repository, Response response) throws IOException {
    switch (response.status()) {
      case 200 -> {
        checkLength(response.length(), blob.size());
        skip(response);
      }
      case 206 -> {
        if (position == 0) {
          throw new MalformedException("a partial answer to a request for the whole");
        }
        ContentRange range = ContentRange.of(response.headers());
        if (range.first() != position || range.last() >= blob.size()) {
          throw new MalformedException(
              "asked for the bytes from "
                  + position
                  + " on, got "
                  + range.first()
                  + " to "
                  + range.last());
        }
        checkLength(range.complete(), blob.size());
        checkLength(response.length(), range.last() - range.first() + 1);
      }
      case 404 -> {
        Refusal refusal = Refusal.of(response);
        throw new NotFoundException(
            NotFoundException.Kind.BLOB,
            blob.digest().toString(),
            "fetching blob "
                + blob.digest()
                + " from "
                + repository
                + ": "
                + (refusal.nature() == Refusal.Nature.REGISTRY
                    ? refusal.text()
                    : "blob unknown to registry"));
      }
      case 416 ->
          throw new MismatchException(subject(), blob.size() + " bytes", "at most " + position);
      default -> {
        Refusal refusal = Refusal.of(response);
        RegistryException told =
            repository.refused("fetching blob " + blob.digest() + " from " + repository, refusal);
        throw told;
      }
    }
    Optional<String> tag = response.headers().first("ETag");
    if (position > 0
        && tag.isPresent()
        && entityTag.isPresent()
        && !tag.get().startsWith("W/")
        && !tag.get().equals(entityTag.get())) {
      throw new IOException(
          "the server's copy changed between two parts: ETag "
              + entityTag.get()
              + " became "
              + tag.get());
    }
    entityTag = entityTag.isPresent() ? entityTag : tag;
  }

  private void checkLength(OptionalLong stated, long wanted) throws MismatchException {
    if (stated.isPresent() && stated.getAsLong() != wanted) {
      throw new MismatchException(
          subject(), wanted + " bytes", "an announcement of " + stated.getAsLong());
    }
  }

  /// Reads over what the reader has already, where the server does not know ranges.
  private void skip(Response response) throws IOException {
    byte[] waste = new byte[64 * 1024];
    long left = position;
    while (left > 0) {
      int got = response.body().read(waste, 0, (int) Math.min(waste.length, left));
      if (got < 0) {
        throw new EOFException("unexpected EOF: the server ended before byte " + position);
      }
      left -= got;
    }
  }

  /// The blob at one of the places outside the registry that its descriptor names; empty where it
  /// names none that we can call.
  private Optional<Response> foreign() throws IOException {
    if (position > 0 || blob.urls().isEmpty()) {
      return Optional.empty();
    }
    Optional<IOException> failure = Optional.empty();
    for (String text : blob.urls()) {
      Optional<URI> uri = web(text);
      if (uri.isEmpty()) {
        continue;
      }
      try {
        Response response = sources.getFirst().requestForeign(uri.get(), Headers.NONE);
        if (response.status() == 200) {
          checkLength(response.length(), blob.size());
          return Optional.of(response);
        }
        response.close();
        throw new RegistryException(
            "fetching external blob from \""
                + Origin.redacted(uri.get())
                + "\": received unexpected HTTP status: "
                + response.statusLine(),
            response.status(),
            List.of(),
            Optional.empty(),
            null);
      } catch (IOException e) {
        if (Transience.interrupted(e)) {
          throw e;
        }
        if (failure.isPresent()) {
          e.addSuppressed(failure.get());
        }
        failure = Optional.of(e);
      }
    }
    if (failure.isPresent()) {
      // Registries that hold such blobs all the same come after the places that ought to.
      try {
        connect();
        return line;
      } catch (IOException e) {
        failure.get().addSuppressed(e);
        throw Wording.told(
            "failed fetching external blob " + blob.digest() + " from all urls: ", failure.get());
      }
    }
    return Optional.empty();
  }

  private static Optional<URI> web(String text) {
    try {
      URI uri = URI.create(text);
      Origin.of(uri);
      return Optional.of(uri);
    } catch (IllegalArgumentException | MalformedException e) {
      return Optional.empty();
    }
  }

  private String subject() {
    return "blob " + blob.digest() + " from " + sources.get(source);
  }

  private void drop() {
    if (line.isPresent()) {
      line.get().close();
      line = Optional.empty();
    }
  }

  @Override
  public void close() {
    closed = true;
    drop();
  }
}
