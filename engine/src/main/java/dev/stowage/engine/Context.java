package dev.stowage.engine;

import dev.stowage.model.Platform;
import dev.stowage.transfer.Listener;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.Supplier;

/// What the engine knows of the world outside the store.
///
/// @param machine the platform that instances of lists are chosen for
/// @param listener is told of changes and warnings
/// @param zone of dates that name none, looked up when first needed
/// @param chooser is asked what a short name means in registries
record Context(
    ShortNames shortNames,
    Platform machine,
    Listener listener,
    InstantSource clock,
    Supplier<ZoneId> zone,
    Optional<Chooser> chooser) {}
