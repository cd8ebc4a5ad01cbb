package dev.stowage.registry;

import dev.stowage.config.Endpoint;
import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Manifest;
import dev.stowage.model.MediaType;
import dev.stowage.model.MismatchException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Reference;
import dev.stowage.model.RegistryException;
import dev.stowage.model.Repository;
import dev.stowage.model.Tag;
import dev.stowage.model.UnsupportedException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/// One repository at one endpoint, read and written by one user. Safe for use by several threads;
/// there is nothing to close.
///
/// @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md">OCI
///   distribution specification</a>
public final class RemoteRepository {
  private static final String ACCEPTED =
      String.join(
          ", ",
          MediaType.OCI_MANIFEST.value(),
          MediaType.DOCKER_MANIFEST.value(),
          MediaType.OCI_INDEX.value(),
          MediaType.DOCKER_LIST.value(),
          MediaType.DOCKER_SCHEMA1_SIGNED.value(),
          MediaType.DOCKER_SCHEMA1.value());

  private final Endpoint endpoint;
  private final RegistrySession session;
  private final Retries retries;
  private final Scope scope;
  private final Scope pushing;

  RemoteRepository(Endpoint endpoint, RegistrySession session, Retries retries) {
    this.endpoint = endpoint;
    this.session = session;
    this.retries = retries;
    this.scope = Scope.pull(endpoint.reference().repository());
    this.pushing = Scope.push(endpoint.reference().repository());
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  public Repository repository() {
    return endpoint.reference().repository();
  }

  /// The manifest that a tag points at now, exactly as sent; a digest that the registry states for
  /// it is checked.
  ///
  /// @throws NotFoundException if there is no such tag
  public Document manifest(Tag tag) throws IOException {
    return manifest(tag.value(), Optional.empty());
  }

  /// The manifest with the digest, exactly as sent and checked against it.
  ///
  /// @throws NotFoundException if the repository has no such manifest
  /// @throws MismatchException if the registry sends something else
  public Document manifest(Digest digest) throws IOException {
    return manifest(digest.toString(), Optional.of(digest));
  }

  /// The digest of the manifest that a tag points at now, without its content where the registry
  /// states it.
  ///
  /// @throws NotFoundException if there is no such tag
  public Digest digest(Tag tag) throws IOException {
    try (Response response = request("HEAD", tag.value(), "reading digest ")) {
      if (response.status() == 200) {
        Optional<Digest> stated = statedDigest(response);
        if (stated.isPresent()) {
          return stated.get();
        }
      } else if (response.status() != 405 && response.status() != 404) {
        throw refused("reading digest " + tag + " in " + repository(), Refusal.of(response));
      }
    }
    // A registry explains a refusal only in a body, which HEAD does not have.
    return manifest(tag).digest();
  }

  /// What the registry says of the manifest of a tag or a digest, asked by HEAD alone; empty where
  /// there is none, where the caller may not know, and where no digest is stated.
  public Optional<Glimpse> glimpse(Reference name) throws IOException {
    Reference exact = name.tagged().withoutRedundantTag();
    String which =
        exact.digest().isPresent()
            ? exact.digest().get().toString()
            : exact.tag().orElse(Tag.LATEST).value();
    try (Response response = request("HEAD", which, "reading digest ")) {
      return switch (response.status()) {
        case 200 -> {
          Optional<Digest> stated = statedDigest(response);
          String type = statedType(response);
          yield stated.isPresent()
              ? Optional.of(
                  new Glimpse(
                      stated.get(),
                      type.startsWith("application/vnd.")
                          ? Optional.of(new MediaType(type))
                          : Optional.empty()))
              : Optional.empty();
        }
        case 400, 401, 403, 404, 405 -> Optional.empty();
        default ->
            throw refused("reading digest " + which + " in " + repository(), Refusal.of(response));
      };
    }
  }

  /// Whether a manifest is there.
  boolean holds(Digest manifest) throws IOException {
    try (Response response = request("HEAD", manifest.toString(), "looking for ")) {
      return response.status() == 200;
    }
  }

  private Response request(String method, String which, String prefix) throws IOException {
    try {
      return session.send(
          Order.of(method, "/v2/" + repository().path() + "/manifests/" + which, scope)
              .with("Accept", ACCEPTED),
          retries);
    } catch (IOException e) {
      throw told(prefix + which + " in " + repository() + ": ", e);
    }
  }

  private Document manifest(String which, Optional<Digest> wanted) throws IOException {
    String place = which + " in " + repository();
    try (Response response = request("GET", which, "fetching manifest ")) {
      if (response.status() != 200) {
        Refusal refusal = Refusal.of(response);
        if (absent(refusal)) {
          throw new NotFoundException(
              NotFoundException.Kind.MANIFEST,
              repository() + (wanted.isPresent() ? "@" : ":") + which,
              "reading manifest "
                  + place
                  + ": "
                  + (refusal.nature() == Refusal.Nature.REGISTRY
                      ? refusal.text()
                      : "manifest unknown"));
        }
        throw refused("reading manifest " + place, refusal);
      }
      Bytes body;
      try {
        body = response.readAtMost(Limits.MANIFEST);
      } catch (IOException e) {
        throw Wording.told("reading manifest body " + place + ": ", e);
      }
      Digest expected = wanted.isPresent() ? wanted.get() : statedDigest(response).orElse(null);
      if (expected != null) {
        check("manifest " + place, expected, body);
      }
      return new Document(type(response, body, place), body);
    }
  }

  private static void check(String subject, Digest expected, Bytes body) throws IOException {
    Digest got = Digest.of(body, expected.algorithm());
    if (!got.equals(expected)) {
      throw new MismatchException(subject, expected.toString(), got.toString());
    }
  }

  static Optional<Digest> statedDigest(Response response) {
    Optional<String> stated = response.headers().first("Docker-Content-Digest");
    try {
      return stated.isPresent() ? Optional.of(Digest.parse(stated.get())) : Optional.empty();
    } catch (MalformedException e) {
      // An algorithm we do not know says nothing to us.
      return Optional.empty();
    }
  }

  /// The type that the answer states, without its parameters.
  private static String statedType(Response response) {
    String stated = response.headers().first("Content-Type").orElse("");
    int end = stated.indexOf(';');
    return (end < 0 ? stated : stated.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }

  /// The type that the answer states; where that is no type of a manifest, what the manifest says
  /// of itself.
  private MediaType type(Response response, Bytes body, String place) throws IOException {
    String stated = statedType(response);
    if (stated.startsWith("application/vnd.")) {
      return new MediaType(stated);
    }
    try {
      return Manifest.guessType(body);
    } catch (MalformedException e) {
      boolean page = stated.contains("html") || body.utf8().stripLeading().startsWith("<");
      throw new RegistryException(
          "reading manifest "
              + place
              + ": the answer is "
              + (page
                  ? "a web page, not a manifest: "
                      + session.name()
                      + " is no registry, or a login page or a proxy stands before it"
                  : "no manifest (Content-Type \"" + stated + "\"): " + e.getMessage()),
          response.status(),
          List.of(),
          Optional.empty(),
          e);
    }
  }

  /// The content of a blob, as a stream that reconnects by itself where the line is cut. Its length
  /// is the descriptor's, or it fails; **the digest is the reader's to check**, over all bytes in
  /// their order. Content that may live elsewhere is looked for at the descriptor's URLs first,
  /// without credentials.
  ///
  /// @throws NotFoundException if the repository has no such blob
  public InputStream blob(Descriptor blob) throws IOException {
    return BlobStream.open(List.of(this), blob, 0, retries);
  }

  /// The content of a blob from an offset on, for a reader that has the beginning already.
  public InputStream blob(Descriptor blob, long offset) throws IOException {
    return BlobStream.open(List.of(this), blob, offset, retries);
  }

  /// Asks for a blob once.
  Response requestBlob(Digest digest, Headers headers) throws IOException {
    return session.sendOnce(
        Order.of("GET", "/v2/" + repository().path() + "/blobs/" + digest, scope).with(headers));
  }

  /// Asks for a blob at a place outside the registry, once.
  Response requestForeign(java.net.URI uri, Headers headers) throws IOException {
    return session.sendForeign(uri, headers);
  }

  /// The content at an address outside the registry, asked for without credentials.
  ///
  /// @param most the largest content to take, in bytes
  /// @return nothing where there is none
  public Optional<Bytes> fetch(java.net.URI address, int most) throws IOException {
    try (Response response = requestForeign(address, Headers.NONE)) {
      if (response.status() == 404) {
        return Optional.empty();
      }
      if (response.status() != 200) {
        throw refused("reading " + address, Refusal.of(response));
      }
      return Optional.of(response.readAtMost(most));
    } catch (RegistryException e) {
      throw e;
    } catch (IOException e) {
      throw Wording.told("reading " + address + ": ", e);
    }
  }

  /// The tags of the repository, as the registry orders them.
  public List<Tag> tags() throws IOException {
    return Listing.tags(session, repository(), scope, retries);
  }

  /// The size of a blob in bytes; empty where the repository lacks it.
  public OptionalLong sizeOf(Digest blob) throws IOException {
    String what = "looking for blob " + blob + " in " + repository();
    try (Response response =
        session.send(
            Order.of("HEAD", "/v2/" + repository().path() + "/blobs/" + blob, pushing), retries)) {
      if (response.status() == 404) {
        return OptionalLong.empty();
      }
      if (response.status() != 200) {
        throw refused(what, Refusal.of(response));
      }
      Optional<String> length = response.headers().first("Content-Length");
      return OptionalLong.of(
          length.isPresent() ? ContentRange.number(length.get(), "Content-Length") : 0);
    } catch (IOException e) {
      throw told(what + ": ", e);
    }
  }

  /// The size of a blob, asked for as one who reads: with no right to write, and by GET where HEAD
  /// is not answered.
  ///
  /// @return empty only where the registry itself says that the repository lacks it
  /// @throws RegistryException if the registry could not be asked, or does not say
  public OptionalLong sizeToRead(Digest blob) throws IOException {
    for (String method : List.of("HEAD", "GET")) {
      String what = "looking for blob " + blob + " in " + repository();
      try (Response response =
          session.send(
              Order.of(method, "/v2/" + repository().path() + "/blobs/" + blob, scope), retries)) {
        switch (response.status()) {
          case 200 -> {
            Optional<String> length = response.headers().first("Content-Length");
            return OptionalLong.of(
                length.isPresent() ? ContentRange.number(length.get(), "Content-Length") : 0);
          }
          case 404, 410 -> {
            return OptionalLong.empty();
          }
          case 400, 405 -> {
            // An answer to HEAD does not explain itself.
          }
          default -> throw refused(what, Refusal.of(response));
        }
      } catch (IOException e) {
        throw told(what + ": ", e);
      }
    }
    return OptionalLong.empty();
  }

  /// Asks the registry to take a blob from another of its repositories, without moving it.
  public Mount mount(Digest blob, Repository from) throws IOException {
    String what = "mounting blob " + blob + " from " + from + " into " + repository();
    Order order =
        Order.of(
                "POST",
                "/v2/"
                    + repository().path()
                    + "/blobs/uploads/?mount="
                    + URLEncoder.encode(blob.toString(), StandardCharsets.UTF_8)
                    + "&from="
                    + URLEncoder.encode(from.path(), StandardCharsets.UTF_8),
                pushing)
            .with(Scope.pull(from))
            .carrying(Request.Payload.empty());
    try (Response response = session.send(order, retries)) {
      if (response.status() == 201) {
        return Mount.DONE;
      }
      if (response.status() == 202) {
        takeBack(response);
        return Mount.DECLINED;
      }
      Refusal refusal = Refusal.of(response);
      if (refusal.status() == 401 || refusal.status() == 403 || refusal.status() == 404) {
        // Who may not read there may still write here.
        return Mount.DECLINED;
      }
      throw refused(what, refusal);
    } catch (IOException e) {
      throw told(what + ": ", e);
    }
  }

  /// Tells the registry that the upload it began instead is not wanted. It forgets it by itself in
  /// the end, so how that goes decides nothing.
  private void takeBack(Response begun) throws IOException {
    try {
      Optional<URI> place = location(begun);
      if (place.isPresent()) {
        session.sendOnce(Order.of("DELETE", place.get().toString(), pushing)).close();
      }
    } catch (IOException e) {
      if (Transience.interrupted(e)) {
        throw e;
      }
    }
  }

  /// The place that an answer names.
  static Optional<URI> location(Response response) throws MalformedException {
    Optional<String> location = response.headers().first("Location");
    return location.isPresent()
        ? Optional.of(RegistrySession.target(response.uri(), location.get()))
        : Optional.empty();
  }

  /// Uploads a blob in one pass. A cut line is taken up where the registry says; an upload that
  /// fails or is interrupted is taken back there.
  ///
  /// @param content is read to its end and not closed; that it is what the descriptor says is
  ///   judged by the registry
  public void push(Descriptor blob, InputStream content) throws IOException {
    BlobUpload.Uploaded _ = BlobUpload.run(this, session, retries, content, Optional.of(blob));
  }

  /// Uploads content whose digest is not known before its end.
  ///
  /// @return what was uploaded, under the type given
  public Descriptor push(MediaType type, InputStream content) throws IOException {
    BlobUpload.Uploaded uploaded =
        BlobUpload.run(this, session, retries, content, Optional.empty());
    return new Descriptor(type, uploaded.digest(), uploaded.size());
  }

  /// Puts a manifest under a tag.
  public PushedManifest push(Document manifest, Tag tag) throws IOException {
    return push(manifest, tag.value(), manifest.digest());
  }

  /// Puts a manifest under its SHA-256 digest alone.
  public PushedManifest push(Document manifest) throws IOException {
    return push(manifest, manifest.digest());
  }

  /// Puts a manifest under a digest of its own.
  ///
  /// @throws MismatchException if it is not the manifest's
  public PushedManifest push(Document manifest, Digest digest) throws IOException {
    check("manifest " + digest + " for " + repository(), digest, manifest.bytes());
    return push(manifest, digest.toString(), digest);
  }

  private PushedManifest push(Document manifest, String which, Digest digest) throws IOException {
    PushedManifest pushed = new ManifestPush(this, session, retries).put(manifest, which, digest);
    Optional<Digest> subject = ReferrerLists.subjectOf(manifest);
    if (subject.isPresent() && pushed.subject().isEmpty()) {
      new ReferrerLists(this, session, pushing, retries).note(manifest, digest, subject.get());
    }
    return pushed;
  }

  /// What belongs to a manifest: of the registry's own list, or of the one that users keep.
  ///
  /// @param artifactType only of this kind
  public List<Referrer> referrers(Digest subject, Optional<MediaType> artifactType)
      throws IOException {
    return new ReferrerLists(this, session, scope, retries).of(subject, artifactType);
  }

  /// Deletes a manifest, and with it every tag that points at it.
  ///
  /// @throws NotFoundException if there is no such manifest
  /// @throws UnsupportedException if the registry does not delete
  public void delete(Digest manifest) throws IOException {
    new Deletion(this, session, retries).delete(manifest);
  }

  /// Deletes a tag and nothing else.
  ///
  /// @throws NotFoundException if there is no such tag
  /// @throws UnsupportedException if the registry cannot delete a tag alone
  public TagDeletion delete(Tag tag) throws IOException {
    return new Deletion(this, session, retries).delete(tag);
  }

  private static boolean absent(Refusal refusal) {
    return refusal.absent()
        || refusal.codes().contains("MANIFEST_UNKNOWN")
        || refusal.codes().contains("UNKNOWN")
            && refusal.text().toLowerCase(Locale.ROOT).contains("not found");
  }

  /// The refusal as an exception that names who was calling where that matters.
  RegistryException refused(String what, Refusal refusal) {
    return refused(what, refusal, session);
  }

  static RegistryException refused(String what, Refusal refusal, RegistrySession session) {
    boolean credentials = refusal.status() == 401 || refusal.status() == 403;
    return new RegistryException(
        what
            + ": "
            + refusal.text()
            + (credentials ? Authorization.advice(session.credentials(), session.name()) : ""),
        refusal.status(),
        refusal.codes(),
        refusal.retryAfter(),
        null);
  }

  /// Failures of the line as failures of this registry; one that already names the registry stays
  /// as it is.
  static IOException told(String prefix, IOException e) {
    String text = String.valueOf(e.getMessage());
    return Wording.told(text.startsWith("pinging container registry ") ? "" : prefix, e);
  }

  @Override
  public String toString() {
    return repository().toString();
  }
}
