package dev.stowage.trust;

import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import java.util.Optional;
import java.util.Set;

/// What a signature says when it is right: that a manifest goes by a name. Simple and sigstore
/// signatures sign the same text but for its type.
///
/// @param manifest the digest of the manifest
/// @param reference the name, as it was written
/// @param creator the program that signed, where it says so
/// @param timestamp when, in seconds since 1970, where it says so
/// @see <a
///   href="https://github.com/containers/container-libs/blob/main/image/docs/containers-signature.5.md">
///   containers-signature(5)</a>
public record Claim(
    Digest manifest, String reference, Optional<String> creator, Optional<Long> timestamp) {

  /// The two kinds of signed text.
  public enum Kind {
    SIMPLE("atomic container signature"),
    SIGSTORE("cosign container image signature");

    private final String type;

    Kind(String type) {
      this.type = type;
    }
  }

  /// Reads a signed text, strictly.
  ///
  /// @throws MalformedException if it says anything more, less or else
  public static Claim parse(Bytes text, Kind kind) throws MalformedException {
    Json.Obj document = Strict.document(text);
    Strict.only(document, Set.of("critical", "optional"));
    if (document.get("critical").isEmpty() || !document.fields().containsKey("optional")) {
      Strict.exactly(document, "critical", "optional");
    }
    Json optionalPart = document.fields().getOrDefault("optional", new Json.Null());
    // What sigstore's own tool writes where there is nothing to say.
    Json.Obj optional =
        optionalPart instanceof Json.Null && kind == Kind.SIGSTORE
            ? Json.object().build()
            : Strict.object(optionalPart);
    Optional<String> creator = optional.string("creator");
    Optional<Long> timestamp = timestamp(optional);

    Json.Obj critical =
        Strict.exactly(Strict.child(document, "critical"), "type", "image", "identity");
    String type = Strict.text(critical, "type");
    if (!type.equals(kind.type)) {
      throw new MalformedException("Unrecognized signature type " + type);
    }
    Json.Obj image = Strict.exactly(Strict.child(critical, "image"), "docker-manifest-digest");
    String digest = Strict.text(image, "docker-manifest-digest");
    if (!Digest.isDigest(digest)) {
      throw new MalformedException("invalid docker-manifest-digest value \"" + digest + "\"");
    }
    Json.Obj identity = Strict.exactly(Strict.child(critical, "identity"), "docker-reference");
    return new Claim(
        Digest.parse(digest), Strict.text(identity, "docker-reference"), creator, timestamp);
  }

  private static Optional<Long> timestamp(Json.Obj optional) throws MalformedException {
    Optional<Json> value = optional.get("timestamp");
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (!(value.get() instanceof Json.Num number)) {
      throw new MalformedException("Field optional.timestamp is not a number");
    }
    double seconds = Double.parseDouble(number.text());
    if (seconds != Math.rint(seconds) || Math.abs(seconds) > 1L << 53) {
      throw new MalformedException("Field optional.timestamp is not an integer");
    }
    return Optional.of((long) seconds);
  }

  /// The text to be signed.
  public Bytes text(Kind kind) {
    Json.Obj critical =
        Json.object()
            .put("identity", Json.object().put("docker-reference", reference).build())
            .put("image", Json.object().put("docker-manifest-digest", manifest.toString()).build())
            .put("type", kind.type)
            .build();
    Json.Builder optional = Json.object();
    creator.ifPresent(text -> optional.put("creator", text));
    timestamp.ifPresent(seconds -> optional.put("timestamp", seconds.longValue()));
    return Bytes.utf8(
        Json.object()
            .put("critical", critical)
            .put("optional", optional.build())
            .build()
            .compact());
  }
}
