package dev.stowage.store;

import dev.stowage.model.LayerId;
import java.nio.file.Path;

/// One mounted layer as `mountpoints.json` records it.
///
/// @param count how many have mounted it and not yet unmounted it
public record MountRecord(LayerId layer, Path path, int count) {}
