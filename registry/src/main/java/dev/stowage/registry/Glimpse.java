package dev.stowage.registry;

import dev.stowage.model.Digest;
import dev.stowage.model.MediaType;
import java.util.Optional;

/// What a registry says of a manifest without sending it. It is the registry's word, which nothing
/// has been checked against.
///
/// @param type empty where the answer states none that a manifest has
public record Glimpse(Digest digest, Optional<MediaType> type) {}
