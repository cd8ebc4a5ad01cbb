package dev.stowage.testkit;

import dev.stowage.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/// The rules of the distribution specification for uploads of blobs: begun, sent whole or in
/// chunks, asked for, ended and given up.
final class Uploads {
  private final Shelf shelf;
  private final EmbeddedRegistry.Places places;
  private final String url;

  Uploads(Shelf shelf, EmbeddedRegistry.Places places, String url) {
    this.shelf = shelf;
    this.places = places;
    this.url = url;
  }

  Answer answer(LoggedRequest request, String name, String id, InputStream body)
      throws IOException {
    Shelf.Room room = shelf.room(name);
    if (request.method().equals("POST") && id.isEmpty()) {
      Optional<Digest> mounted =
          Protocol.parameter(request.query(), "mount").flatMap(Protocol::digest);
      Optional<String> from = Protocol.parameter(request.query(), "from");
      if (mounted.isPresent() && from.isPresent()) {
        Optional<Content> content =
            Optional.ofNullable(shelf.room(from.get()).blobs.get(mounted.get()));
        if (content.isPresent()) {
          room.blobs.put(mounted.get(), content.get());
          return created(name, mounted.get());
        }
      }
      String begun = shelf.begin(name);
      Optional<String> digest = Protocol.parameter(request.query(), "digest");
      return digest.isPresent() ? complete(name, begun, digest, body) : accepted(name, begun, 0);
    }
    Optional<Shelf.Upload> upload = Optional.ofNullable(room.uploads.get(id));
    if (upload.isEmpty()) {
      return Answer.error(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
    }
    boolean stale =
        places == EmbeddedRegistry.Places.WITH_STATE
            && !request.method().equals("GET")
            && !request.method().equals("DELETE")
            && !Protocol.parameter(request.query(), "_state")
                .equals(Optional.of("at " + upload.get().length()));
    if (stale) {
      return Answer.error(400, "BLOB_UPLOAD_INVALID", "the state is not the one given out last");
    }
    return switch (request.method()) {
      case "GET" ->
          new Answer(
              204,
              accepted(name, id, upload.get().length()).headers(),
              Content.of(new byte[0]),
              0,
              0);
      case "PATCH" -> patch(request, name, id, upload.get(), body);
      case "PUT" -> complete(name, id, Protocol.parameter(request.query(), "digest"), body);
      case "DELETE" -> {
        room.uploads.remove(id);
        yield Answer.of(204);
      }
      default -> Protocol.unsupported();
    };
  }

  private Answer patch(
      LoggedRequest request, String name, String id, Shelf.Upload upload, InputStream body)
      throws IOException {
    Optional<String> range = request.header("Content-Range");
    if (range.isPresent() && !range.get().startsWith(upload.length() + "-")) {
      return Answer.error(416, "BLOB_UPLOAD_INVALID", "a chunk out of order");
    }
    upload.append(body);
    return accepted(name, id, upload.length());
  }

  private Answer complete(String name, String id, Optional<String> stated, InputStream body)
      throws IOException {
    Optional<Digest> wanted = stated.flatMap(Protocol::digest);
    if (wanted.isEmpty()) {
      return Answer.error(400, "DIGEST_INVALID", "an upload ends with a digest");
    }
    Optional<Shelf.Upload> upload = Optional.ofNullable(shelf.room(name).uploads.get(id));
    if (upload.isPresent()) {
      upload.get().append(body);
    }
    Digest got = shelf.finish(name, id, wanted);
    return got.equals(wanted.get())
        ? created(name, got)
        : Answer.error(400, "DIGEST_INVALID", "the upload has the digest " + got);
  }

  private static Answer created(String name, Digest digest) {
    return Answer.of(201)
        .with("Location", "/v2/" + name + "/blobs/" + digest)
        .with("Docker-Content-Digest", digest.toString());
  }

  /// Forgets the upload that a request belongs to.
  void forget(LoggedRequest request) {
    int at = request.path().lastIndexOf("/blobs/uploads/");
    if (at > 0) {
      shelf
          .room(request.path().substring("/v2/".length(), at))
          .uploads
          .remove(request.path().substring(at + "/blobs/uploads/".length()));
    }
  }

  private Answer accepted(String name, String id, long length) {
    String path = "/v2/" + name + "/blobs/uploads/" + id;
    String place =
        switch (places) {
          case RELATIVE -> path;
          case ABSOLUTE -> url + path;
          case WITH_STATE -> path + "?_state=at+" + length;
        };
    return Answer.of(202)
        .with("Location", place)
        .with("Range", "0-" + Math.max(0, length - 1))
        .with("Docker-Upload-UUID", id);
  }
}
