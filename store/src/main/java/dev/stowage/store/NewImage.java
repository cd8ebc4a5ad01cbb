package dev.stowage.store;

import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.ImageId;
import dev.stowage.model.LayerId;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An image to be recorded.
///
/// @param names taken from whatever image has them
/// @param topLayer none for an image without layers and for a list of manifests
/// @param metadata what the maker notes down, often `{}`
/// @param created the moment of recording where it is not known
/// @param digest the digest of the image's main manifest
/// @param data the data items: `manifest`, `manifest-sha256:…`, the config under its digest, …
public record NewImage(
    ImageId id,
    List<String> names,
    Optional<LayerId> topLayer,
    String metadata,
    Optional<Instant> created,
    Optional<Digest> digest,
    Map<String, Bytes> data) {

  public NewImage {
    names = List.copyOf(names);
    data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
  }

  public NewImage withNames(List<String> wanted) {
    return new NewImage(id, wanted, topLayer, metadata, created, digest, data);
  }
}
