package dev.stowage.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a manifest says of a piece of content: its type, digest and size.
///
/// @param size in bytes; never negative
/// @param urls places besides the registry from which the content may be had
/// @see <a href="https://github.com/opencontainers/image-spec/blob/main/descriptor.md">OCI
///   descriptors</a>
public record Descriptor(
    MediaType type,
    Digest digest,
    long size,
    Optional<Platform> platform,
    Map<String, String> annotations,
    List<String> urls) {

  public Descriptor {
    if (size < 0) {
      throw new IllegalArgumentException("a negative size: " + size);
    }
    annotations = Map.copyOf(annotations);
    urls = List.copyOf(urls);
  }

  public Descriptor(MediaType type, Digest digest, long size) {
    this(type, digest, size, Optional.empty(), Map.of(), List.of());
  }

  /// Reads one from its JSON form, whose other keys are not looked at.
  public static Descriptor from(Json.Obj json) throws MalformedException {
    long size = json.number("size").orElseThrow(() -> json.missing("size"));
    if (size < 0) {
      throw new MalformedException("a descriptor with the negative size " + size);
    }
    Optional<Json.Obj> platform = json.object("platform");
    return new Descriptor(
        new MediaType(json.string("mediaType").orElse("")),
        Digest.parse(json.string("digest").orElseThrow(() -> json.missing("digest"))),
        size,
        platform.isPresent() ? Optional.of(Platform.from(platform.get())) : Optional.empty(),
        json.strings("annotations"),
        json.texts("urls"));
  }
}
