package dev.stowage.config;

import dev.stowage.model.Platform;

/// What this process runs on.
///
/// @param platform in the names of the OCI specification
/// @param hostname the host's name
/// @param kernel the kernel's release
/// @param processors how many processors there are for this process
public record Machine(Platform platform, String hostname, String kernel, int processors) {}
