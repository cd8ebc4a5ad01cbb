package dev.stowage.registry;

import dev.stowage.model.Descriptor;
import dev.stowage.model.MediaType;
import java.util.Optional;

/// A manifest that says of itself that it belongs to another: a signature, a bill of materials.
///
/// @param artifactType what kind of thing it is
/// @see <a
///   href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers">OCI
///   distribution, listing referrers</a>
public record Referrer(Descriptor manifest, Optional<MediaType> artifactType) {}
