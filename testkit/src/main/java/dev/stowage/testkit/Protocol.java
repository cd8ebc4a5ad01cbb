package dev.stowage.testkit;

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
import dev.stowage.model.Repository;
import dev.stowage.model.Tag;
import dev.stowage.model.UnsupportedException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The rules of the distribution specification: what each request does to the shelf and what it is
/// answered.
final class Protocol {
  private final Shelf shelf;
  private final EmbeddedRegistry.Setup setup;
  private final TokenServer tokens;
  private final Uploads uploads;

  Protocol(Shelf shelf, EmbeddedRegistry.Setup setup, String url) {
    this.shelf = shelf;
    this.setup = setup;
    this.tokens = new TokenServer(setup.access(), url);
    this.uploads = new Uploads(shelf, setup.places(), url);
  }

  TokenServer tokens() {
    return tokens;
  }

  Uploads uploads() {
    return uploads;
  }

  Answer answer(LoggedRequest request, InputStream body, List<Fault> faults) throws IOException {
    for (Fault fault : faults) {
      Optional<Answer> instead = instead(fault);
      if (instead.isPresent()) {
        return instead.get();
      }
    }
    if (request.path().equals("/token")) {
      return tokens.answer(request);
    }
    if (!request.path().startsWith("/v2/")) {
      return Answer.of(404, "text/plain", "404 page not found");
    }
    Optional<Answer> refused = tokens.refuse(request);
    if (refused.isPresent()) {
      return refused.get();
    }
    return route(request, body, faults);
  }

  private static Optional<Answer> instead(Fault fault) {
    return switch (fault) {
      case Fault.Redirect(int status, String location) ->
          Optional.of(Answer.of(status).with("Location", location));
      case Fault.Refuse(int status, String code, String message) ->
          Optional.of(code.isEmpty() ? Answer.of(status) : Answer.error(status, code, message));
      case Fault.Busy(int status, String retryAfter) ->
          Optional.of(
              Answer.error(status, "TOOMANYREQUESTS", "slow down").with("Retry-After", retryAfter));
      case Fault.Challenge(String header) ->
          Optional.of(
              Answer.error(401, "UNAUTHORIZED", "authentication required")
                  .with("WWW-Authenticate", header));
      case Fault.Page() ->
          Optional.of(
              Answer.of(200, "text/html; charset=utf-8", "<!DOCTYPE html><title>Hello</title>"));
      default -> Optional.empty();
    };
  }

  private Answer route(LoggedRequest request, InputStream body, List<Fault> faults)
      throws IOException {
    String path = request.path().substring("/v2/".length());
    if (path.isEmpty()) {
      return Answer.of(200, "application/json", "{}");
    }
    if (path.equals("_catalog")) {
      return list(request, "repositories", shelf.names());
    }
    for (String verb :
        List.of("/blobs/uploads/", "/manifests/", "/blobs/", "/tags/list", "/referrers/")) {
      int at = path.lastIndexOf(verb);
      if (at > 0) {
        String name = path.substring(0, at);
        String rest = path.substring(at + verb.length());
        if (!isName(name)) {
          return Answer.error(400, "NAME_INVALID", "invalid repository name");
        }
        return switch (verb) {
          case "/blobs/uploads/" -> uploads.answer(request, name, rest, body);
          case "/manifests/" -> manifests(request, name, rest, body);
          case "/blobs/" -> blobs(request, name, rest, faults);
          case "/referrers/" -> referrers(request, name, rest);
          default -> tags(request, name);
        };
      }
    }
    return Answer.of(404, "text/plain", "404 page not found");
  }

  private static boolean isName(String name) {
    try {
      return Repository.parse("registry.test/" + name).path().equals(name);
    } catch (MalformedException e) {
      return false;
    }
  }

  private Answer tags(LoggedRequest request, String name) {
    Optional<Shelf.Room> room = shelf.existing(name);
    if (room.isEmpty()) {
      return unknownName();
    }
    return list(request, "tags", new ArrayList<>(room.get().tags.keySet()))
        .with("X-Repository", name);
  }

  private Answer list(LoggedRequest request, String key, List<String> all) {
    String last = parameter(request.query(), "last").orElse("");
    int most = Integer.parseInt(parameter(request.query(), "n").orElse("" + setup.mostTags()));
    List<String> rest = all.stream().filter(entry -> entry.compareTo(last) > 0).toList();
    List<String> page = rest.subList(0, Math.min(rest.size(), Math.min(most, setup.mostTags())));
    Answer answer =
        Answer.of(
            200,
            "application/json",
            Json.object().put(key, Json.ofStrings(page)).build().compact());
    return page.size() == rest.size() || page.isEmpty()
        ? answer
        : answer.with(
            "Link",
            "<" + request.path() + "?last=" + page.getLast() + "&n=" + most + ">; rel=\"next\"");
  }

  Optional<Document> find(String name, String which) {
    Optional<Shelf.Room> room = shelf.existing(name);
    if (room.isEmpty()) {
      return Optional.empty();
    }
    Optional<Digest> digest =
        Digest.isDigest(which) ? digest(which) : Optional.ofNullable(room.get().tags.get(which));
    return digest.isPresent()
        ? Optional.ofNullable(room.get().manifests.get(digest.get()))
        : Optional.empty();
  }

  private Answer manifests(LoggedRequest request, String name, String which, InputStream body)
      throws IOException {
    if (!Tag.isTag(which) && !Digest.isDigest(which)) {
      return Answer.error(400, "MANIFEST_INVALID", "neither a tag nor a digest: " + which);
    }
    return switch (request.method()) {
      case "GET", "HEAD" -> get(request, name, which);
      case "PUT" -> put(request, name, which, body);
      case "DELETE" -> delete(name, which);
      default -> unsupported();
    };
  }

  private Answer get(LoggedRequest request, String name, String which) {
    Optional<Document> found = find(name, which);
    if (found.isEmpty()) {
      return Answer.error(404, "MANIFEST_UNKNOWN", "manifest unknown");
    }
    String accepted = String.join(",", request.headers().getOrDefault("accept", List.of("*/*")));
    String type = found.get().type().value();
    if (!accepted.contains(type) && !accepted.contains("*/*")) {
      return Answer.error(404, "MANIFEST_UNKNOWN", "no manifest of an accepted type");
    }
    Digest digest = Digest.of(found.get().bytes());
    return Answer.of(200, Content.of(found.get().bytes().toArray()))
        .with("Content-Type", type)
        .with("Docker-Content-Digest", digest.toString())
        .with("ETag", "\"" + digest + "\"");
  }

  private Answer delete(String name, String which) {
    Optional<Document> found = find(name, which);
    if (Tag.isTag(which) && setup.age() == EmbeddedRegistry.Age.OLD) {
      return Answer.error(400, "DIGEST_INVALID", "provided digest did not match");
    }
    if (found.isEmpty()) {
      return Answer.error(404, "MANIFEST_UNKNOWN", "manifest unknown");
    }
    Shelf.Room room = shelf.room(name);
    if (Tag.isTag(which)) {
      room.tags.remove(which);
    } else {
      Digest digest = Digest.of(found.get().bytes());
      room.manifests.remove(digest);
      room.tags.values().removeIf(digest::equals);
    }
    return Answer.of(202);
  }

  private Answer put(LoggedRequest request, String name, String which, InputStream body)
      throws IOException {
    byte[] bytes = body.readNBytes(Manifest.LARGEST + 1);
    if (bytes.length > Manifest.LARGEST) {
      return Answer.error(413, "SIZE_INVALID", "the manifest is larger than 4 MiB");
    }
    Document document =
        new Document(new MediaType(request.header("Content-Type").orElse("")), Bytes.owning(bytes));
    Digest digest = document.digest();
    if (Digest.isDigest(which) && !which.equals(digest.toString())) {
      return Answer.error(400, "DIGEST_INVALID", "the manifest has the digest " + digest);
    }
    Shelf.Room room = shelf.room(name);
    try {
      for (Descriptor part : partsOf(Manifest.parse(document))) {
        boolean there =
            document.type().isIndex()
                ? room.manifests.containsKey(part.digest())
                : room.blobs.containsKey(part.digest());
        if (!there && !part.type().isForeignLayer()) {
          return Answer.error(404, "MANIFEST_BLOB_UNKNOWN", "blob unknown: " + part.digest());
        }
      }
    } catch (MalformedException | UnsupportedException e) {
      return Answer.error(400, "MANIFEST_INVALID", String.valueOf(e.getMessage()));
    }
    shelf.put(name, document, Tag.isTag(which) ? Optional.of(which) : Optional.empty());
    Answer answer =
        Answer.of(201)
            .with("Location", "/v2/" + name + "/manifests/" + digest)
            .with("Docker-Content-Digest", digest.toString());
    Optional<Digest> subject = subjectOf(document);
    return subject.isPresent() && setup.age() == EmbeddedRegistry.Age.CURRENT
        ? answer.with("OCI-Subject", subject.get().toString())
        : answer;
  }

  private static Optional<Digest> subjectOf(Document document) {
    try {
      Optional<Descriptor> subject =
          switch (Manifest.parse(document)) {
            case ImageManifest image -> image.subject();
            case ImageIndex index -> index.subject();
          };
      return subject.map(Descriptor::digest);
    } catch (MalformedException | UnsupportedException e) {
      return Optional.empty();
    }
  }

  private Answer referrers(LoggedRequest request, String name, String which) {
    Optional<Digest> subject = digest(which);
    if (setup.age() == EmbeddedRegistry.Age.OLD || subject.isEmpty()) {
      return Answer.of(404, "text/plain", "404 page not found");
    }
    Optional<String> wanted = parameter(request.query(), "artifactType");
    List<Json> entries = new ArrayList<>();
    for (Document document : shelf.room(name).manifests.values()) {
      if (subjectOf(document).equals(subject)) {
        String type = artifactType(document);
        if (wanted.isEmpty() || wanted.get().equals(type)) {
          entries.add(
              Json.object()
                  .put("mediaType", document.type().value())
                  .put("digest", document.digest().toString())
                  .put("size", document.bytes().length())
                  .put("artifactType", type)
                  .build());
        }
      }
    }
    Answer answer =
        Answer.of(
            200,
            MediaType.OCI_INDEX.value(),
            Json.object()
                .put("schemaVersion", 2)
                .put("mediaType", MediaType.OCI_INDEX.value())
                .put("manifests", new Json.Arr(entries))
                .build()
                .compact());
    return wanted.isPresent() ? answer.with("OCI-Filters-Applied", "artifactType") : answer;
  }

  private static String artifactType(Document document) {
    try {
      return switch (Manifest.parse(document)) {
        case ImageManifest image -> image.artifactType().orElse(image.config().type()).value();
        case ImageIndex index -> index.artifactType().map(MediaType::value).orElse("");
      };
    } catch (MalformedException | UnsupportedException e) {
      return "";
    }
  }

  private static List<Descriptor> partsOf(Manifest manifest) {
    return switch (manifest) {
      case ImageIndex index -> index.manifests();
      case ImageManifest image -> {
        List<Descriptor> parts = new ArrayList<>(image.layers());
        parts.add(image.config());
        yield parts;
      }
    };
  }

  private Answer blobs(LoggedRequest request, String name, String which, List<Fault> faults) {
    Optional<Digest> digest = digest(which);
    if (digest.isEmpty()) {
      return Answer.error(400, "DIGEST_INVALID", "invalid digest");
    }
    Shelf.Room room = shelf.room(name);
    Optional<Content> content = Optional.ofNullable(room.blobs.get(digest.get()));
    if (content.isEmpty()) {
      return Answer.error(404, "BLOB_UNKNOWN", "blob unknown to registry");
    }
    return switch (request.method()) {
      case "GET", "HEAD" -> {
        Answer whole =
            Answer.of(200, content.get())
                .with("Content-Type", "application/octet-stream")
                .with("Docker-Content-Digest", digest.get().toString())
                .with("Accept-Ranges", "bytes")
                .with("ETag", "\"" + digest.get() + "\"");
        yield part(request, whole, faults);
      }
      case "DELETE" -> {
        room.blobs.remove(digest.get());
        yield Answer.of(202);
      }
      default -> unsupported();
    };
  }

  private static Answer part(LoggedRequest request, Answer whole, List<Fault> faults) {
    Optional<String> range = request.header("Range");
    if (range.isEmpty() || faults.contains(new Fault.IgnoreRange())) {
      return whole;
    }
    long size = whole.content().length();
    String[] ends = range.get().replace("bytes=", "").split("-", -1);
    try {
      long first = Long.parseLong(ends[0]);
      long last = ends[1].isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(ends[1]));
      for (Fault fault : faults) {
        if (fault instanceof Fault.WrongRange(long shift)) {
          first += shift;
        }
      }
      if (first >= size || last < first) {
        return Answer.error(416, "RANGE_INVALID", "invalid range")
            .with("Content-Range", "bytes */" + size);
      }
      return whole.part(first, last - first + 1);
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return Answer.error(400, "RANGE_INVALID", "not one range of bytes: " + range.get());
    }
  }

  private static Answer unknownName() {
    return Answer.error(404, "NAME_UNKNOWN", "repository name not known to registry");
  }

  static Answer unsupported() {
    return Answer.error(405, "UNSUPPORTED", "The operation is unsupported.");
  }

  static Optional<Digest> digest(String text) {
    try {
      return Optional.of(Digest.parse(text));
    } catch (MalformedException e) {
      return Optional.empty();
    }
  }

  /// The value of a parameter in a query or a form.
  static Optional<String> parameter(String query, String name) {
    return parameters(query, name).stream().findFirst();
  }

  static List<String> parameters(String query, String name) {
    List<String> values = new ArrayList<>();
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0 && pair.substring(0, equals).equals(name)) {
        values.add(URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return values;
  }
}
