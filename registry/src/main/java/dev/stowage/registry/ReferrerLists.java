package dev.stowage.registry;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageIndex;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Manifest;
import dev.stowage.model.MediaType;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Tag;
import dev.stowage.model.UnsupportedException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The lists of what belongs to a manifest: kept by the registry, or where it does not know such
/// lists, by its users as an index under the tag `sha256-<hex>`.
///
/// @see <a
///   href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema">OCI
///   distribution, referrers tag schema</a>
final class ReferrerLists {
  private final RemoteRepository repository;
  private final RegistrySession session;
  private final Scope scope;
  private final Retries retries;

  ReferrerLists(
      RemoteRepository repository, RegistrySession session, Scope scope, Retries retries) {
    this.repository = repository;
    this.session = session;
    this.scope = scope;
    this.retries = retries;
  }

  /// The tag under which users keep the list.
  static Tag tagOf(Digest subject) {
    String hex = subject.hex();
    return new Tag(
        subject.algorithm().prefix() + "-" + (hex.length() > 64 ? hex.substring(0, 64) : hex));
  }

  List<Referrer> of(Digest subject, Optional<MediaType> artifactType) throws IOException {
    Optional<List<Json.Obj>> listed = fromRegistry(subject, artifactType);
    List<Json.Obj> entries = listed.isPresent() ? listed.get() : fromTag(subject);
    List<Referrer> referrers = new ArrayList<>();
    for (Json.Obj entry : entries) {
      Referrer referrer = read(entry);
      if (artifactType.isEmpty() || artifactType.equals(referrer.artifactType())) {
        referrers.add(referrer);
      }
    }
    return referrers;
  }

  private static Referrer read(Json.Obj entry) throws MalformedException {
    return new Referrer(
        Descriptor.from(entry),
        entry.string("artifactType").filter(type -> !type.isEmpty()).map(MediaType::new));
  }

  /// The registry's own list; empty where it keeps none.
  private Optional<List<Json.Obj>> fromRegistry(Digest subject, Optional<MediaType> artifactType)
      throws IOException {
    String path = "/v2/" + repository.repository().path() + "/referrers/" + subject;
    if (artifactType.isPresent()) {
      path +=
          "?artifactType=" + URLEncoder.encode(artifactType.get().value(), StandardCharsets.UTF_8);
    }
    String what = "listing what belongs to " + subject + " in " + repository;
    List<Json.Obj> entries = new ArrayList<>();
    Optional<String> page = Optional.of(path);
    for (int pages = 0; page.isPresent(); pages++) {
      if (pages >= Limits.LIST_PAGES) {
        throw new MalformedException(what + ": the registry's pages do not end");
      }
      try (Response response =
          session.send(
              Order.of("GET", page.get(), scope).with("Accept", MediaType.OCI_INDEX.value()),
              retries)) {
        int status = response.status();
        if (pages == 0 && (status == 404 || status == 400 || status == 405 || status == 501)) {
          return Optional.empty();
        }
        if (status != 200) {
          throw repository.refused(what, Refusal.of(response));
        }
        if (!response.headers().first("Content-Type").orElse("").contains("json")) {
          return Optional.empty(); // a page for people, not a list
        }
        entries.addAll(entries(response.readAtMost(Limits.LIST_BODY)));
        page = Listing.next(response, what);
      } catch (IOException e) {
        throw RemoteRepository.told(what + ": ", e);
      }
    }
    return Optional.of(entries);
  }

  private static List<Json.Obj> entries(Bytes index) throws MalformedException {
    return Json.parseObject(index).objects("manifests");
  }

  private List<Json.Obj> fromTag(Digest subject) throws IOException {
    Optional<Document> kept = kept(subject);
    return kept.isPresent() && kept.get().type().equals(MediaType.OCI_INDEX)
        ? entries(kept.get().bytes())
        : List.of();
  }

  private Optional<Document> kept(Digest subject) throws IOException {
    try {
      return Optional.of(repository.manifest(tagOf(subject)));
    } catch (NotFoundException e) {
      return Optional.empty();
    }
  }

  /// Notes a manifest in the list that users keep of its subject; all else that the list says
  /// stays. Two who note at the same moment may lose one of the notes, as the scheme is made.
  ///
  /// @throws UnsupportedException if the list's tag holds something else
  void note(Document manifest, Digest digest, Digest subject) throws IOException {
    Map<String, Json> index = new LinkedHashMap<>();
    index.put("schemaVersion", new Json.Num("2"));
    index.put("mediaType", new Json.Str(MediaType.OCI_INDEX.value()));
    List<Json> entries = new ArrayList<>();
    Optional<Document> kept = kept(subject);
    if (kept.isPresent()) {
      if (!kept.get().type().equals(MediaType.OCI_INDEX)) {
        throw new UnsupportedException(
            "noting what belongs to "
                + subject
                + " in "
                + repository
                + ": the tag "
                + tagOf(subject)
                + ", where the list of it is kept, holds a manifest of type "
                + kept.get().type().value()
                + ": give that another tag and delete this one");
      }
      Json.Obj list = Json.parseObject(kept.get().bytes());
      for (Json.Obj entry : list.objects("manifests")) {
        if (entry.string("digest").orElse("").equals(digest.toString())) {
          return;
        }
        entries.add(entry);
      }
      index.putAll(list.fields());
    }
    entries.add(entryOf(manifest, digest));
    index.put("manifests", new Json.Arr(entries));
    Json.Builder builder = Json.object();
    index.forEach(builder::put);
    Document document = new Document(MediaType.OCI_INDEX, Bytes.utf8(builder.build().compact()));
    PushedManifest _ =
        new ManifestPush(repository, session, retries)
            .put(document, tagOf(subject).value(), document.digest());
  }

  private static Json entryOf(Document document, Digest digest) throws IOException {
    Manifest manifest = Manifest.parse(document);
    Map<String, String> annotations;
    Optional<MediaType> type;
    if (manifest instanceof ImageManifest image) {
      annotations = image.annotations();
      type =
          image.artifactType().isPresent()
              ? image.artifactType()
              : Optional.of(image.config().type());
    } else {
      ImageIndex index = (ImageIndex) manifest;
      annotations = index.annotations();
      type = index.artifactType();
    }
    Json.Builder entry =
        Json.object()
            .put("mediaType", document.type().value())
            .put("digest", digest.toString())
            .put("size", document.bytes().length());
    if (type.isPresent()) {
      entry.put("artifactType", type.get().value());
    }
    if (!annotations.isEmpty()) {
      Json.Builder texts = Json.object();
      new java.util.TreeMap<>(annotations).forEach(texts::put);
      entry.put("annotations", texts.build());
    }
    return entry.build();
  }

  /// What a manifest belongs to.
  static Optional<Digest> subjectOf(Document document) throws IOException {
    if (!document.type().isIndex() && !document.type().isImageManifest()) {
      return Optional.empty();
    }
    Optional<Json.Obj> subject = Json.parseObject(document.bytes()).object("subject");
    return subject.isPresent()
        ? Optional.of(Digest.parse(subject.get().string("digest").orElse("")))
        : Optional.empty();
  }
}
