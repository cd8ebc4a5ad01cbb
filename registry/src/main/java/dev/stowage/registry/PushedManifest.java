package dev.stowage.registry;

import dev.stowage.model.Digest;
import java.util.Optional;

/// A manifest that a registry has taken.
///
/// @param subject the manifest it belongs to, where the registry itself keeps the list of what does
public record PushedManifest(Digest digest, Optional<Digest> subject) {}
