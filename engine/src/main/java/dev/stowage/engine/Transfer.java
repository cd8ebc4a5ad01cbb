package dev.stowage.engine;

import dev.stowage.config.EngineConfig;
import dev.stowage.config.Surroundings;
import dev.stowage.model.Event;
import dev.stowage.model.ImageId;
import dev.stowage.registry.Retries;
import dev.stowage.transfer.Copied;
import dev.stowage.transfer.Copier;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.LocalAccess;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.place.Guard;
import dev.stowage.transfer.place.Identities;
import dev.stowage.transfer.place.LayerForms;
import dev.stowage.transfer.place.Originals;
import dev.stowage.transfer.place.StoreSource;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// One copy of an image between any two places. The local store is opened only if it is one of
/// them.
final class Transfer {
  private final Surroundings surroundings;
  private final EngineOptions engineOptions;
  private final TransferOptions options;
  private final Listener listener;
  private Optional<ImageId> taken = Optional.empty();

  Transfer(
      Surroundings surroundings,
      EngineOptions engineOptions,
      TransferOptions options,
      Listener listener) {
    this.surroundings = surroundings;
    this.engineOptions = engineOptions;
    this.options = options;
    this.listener = listener;
  }

  Copied copy(Location from, Location to) throws IOException {
    if (from instanceof Location.InStore || to instanceof Location.InStore) {
      try (Engine engine = Engine.open(surroundings, engineOptions)) {
        return to instanceof Location.InStore
            ? told(from, to, engine)
            : copy(from, to, Optional.of(engine));
      }
    }
    return copy(from, to, Optional.empty());
  }

  /// To the store, a copy into it is a pull.
  private Copied told(Location from, Location to, Engine engine) throws IOException {
    Announcer announcer = new Announcer(listener, engine.context().clock());
    try {
      Copied copied = copy(from, to, Optional.of(engine));
      taken.ifPresent(id -> announcer.changed(Event.Kind.PULL, id, from.toString()));
      return copied;
    } catch (IOException e) {
      announcer.failed(Event.Kind.PULL_ERROR, from.toString(), e);
      throw e;
    }
  }

  private Copied copy(Location from, Location to, Optional<Engine> engine) throws IOException {
    EngineConfig config = EngineConfig.read(surroundings);
    Retries retries =
        options.retry().isPresent() ? Places.retries(config, options.retry()) : Retries.ONCE;
    Guard guard = Guard.of(surroundings, options.trust());
    int configured = config.parallelCopies().value();
    CopyOptions copy =
        configured > 0 && options.copy().atOnce() == CopyOptions.USUAL_AT_ONCE
            ? options.copy().withAtOnce(configured)
            : options.copy();
    return Retrying.run(
        retries,
        listener,
        () -> {
          try (Places places = new Places(surroundings, engine, retries, listener)) {
            var identity =
                Identities.of(
                    from,
                    engine.isPresent()
                        ? engine.get().store().options()
                        : Opening.storeOptions(surroundings, engineOptions));
            guard.refuseAtOnce(identity);
            LocalAccess temporary = access(config, engine, options.from());
            ImageSource source =
                to instanceof Location.InStore
                    ? places.sourceForStore(from, options.from().access(), temporary)
                    : places.source(
                        from, options.from().access(), originals(places, to), temporary);
            boolean whole = copy.instances() instanceof CopyOptions.Instances.All;
            ImageSink sink =
                to instanceof Location.InStore store && whole
                    ? places.whole(store, from)
                    : places.sink(
                        to,
                        options.to().access(),
                        source instanceof StoreSource stored
                            ? options.form().withSizes(stored.sizes())
                            : options.form(),
                        access(config, engine, options.to()));
            Copied copied = Copier.copy(guard.watch(source, identity), sink, copy, listener);
            taken = Places.taken(sink);
            if (engine.isPresent()) {
              learn(engine.get(), from, to, copied);
            }
            return copied;
          }
        });
  }

  private Originals originals(Places places, Location to) throws IOException {
    return to instanceof Location.AtRegistry
        ? places.originals(options.to().access())
        : Originals.NONE;
  }

  /// Notes down for the store what forms of layers this has shown.
  static void learn(Engine engine, Location from, Location to, Copied copied) {
    for (Location end : List.of(from, to)) {
      if (end instanceof Location.AtRegistry at) {
        LayerForms.learn(engine.store(), copied, at.name().repository());
      }
    }
  }

  private LocalAccess access(EngineConfig config, Optional<Engine> engine, TransferOptions.End end)
      throws IOException {
    return new LocalAccess(
        Opening.temporary(surroundings, config, engine.map(Engine::store)),
        surroundings.machine().platform(),
        end.sharedBlobs(),
        end.daemonAccess(surroundings));
  }
}
