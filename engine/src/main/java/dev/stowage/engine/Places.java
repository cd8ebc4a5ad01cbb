package dev.stowage.engine;

import dev.stowage.config.EngineConfig;
import dev.stowage.config.RegistriesConfig;
import dev.stowage.config.StorageOverrides;
import dev.stowage.config.Surroundings;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Document;
import dev.stowage.model.ImageId;
import dev.stowage.model.Reference;
import dev.stowage.model.Repository;
import dev.stowage.model.UnsupportedException;
import dev.stowage.registry.Retries;
import dev.stowage.store.Store;
import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.LocalAccess;
import dev.stowage.transfer.LocalForm;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.Location.StorePlace;
import dev.stowage.transfer.RegistryAccess;
import dev.stowage.transfer.place.LayerForms;
import dev.stowage.transfer.place.Originals;
import dev.stowage.transfer.place.RegistryDesk;
import dev.stowage.transfer.place.Sinks;
import dev.stowage.transfer.place.Sources;
import dev.stowage.transfer.place.StoreSink;
import dev.stowage.transfer.place.StoreSource;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The places of one copy, opened for it and closed with it.
final class Places implements Closeable {
  private final Optional<Engine> engine;
  private final Surroundings surroundings;
  private final Listener listener;
  private final Retries retries;
  private final Deque<Closeable> open = new ArrayDeque<>();
  private final Map<RegistryAccess, RegistryDesk> desks = new HashMap<>();

  Places(Engine engine, Retries retries, Listener listener) {
    this(engine.surroundings(), Optional.of(engine), retries, listener);
  }

  /// @param engine whose store is meant where none is named; empty where no store is meant at all
  Places(Surroundings surroundings, Optional<Engine> engine, Retries retries, Listener listener) {
    this.engine = engine;
    this.surroundings = surroundings;
    this.retries = retries;
    this.listener = listener;
  }

  /// How often requests are repeated: as the caller says, else as containers.conf does.
  static Retries retries(EngineConfig config, Optional<PullOptions.Retry> asked) {
    int times = asked.map(PullOptions.Retry::times).orElse(config.retries().value());
    Duration delay = asked.map(PullOptions.Retry::delay).orElse(Retries.DEFAULT.first());
    return new Retries(times + 1, delay, Retries.DEFAULT.longest(), Retries.DEFAULT.total());
  }

  private <T extends Closeable> T opened(T place) {
    open.push(place);
    return place;
  }

  RegistryDesk desk(RegistryAccess access) throws IOException {
    RegistryDesk known = desks.get(access);
    if (known == null) {
      known = desk(access, retries);
      desks.put(access, known);
    }
    return known;
  }

  private RegistryDesk desk(RegistryAccess access, Retries often) throws IOException {
    return opened(
        RegistryDesk.open(
            surroundings, RegistriesConfig.read(surroundings), access, often, listener));
  }

  private Engine engine() {
    return engine.orElseThrow(() -> new IllegalStateException("no store was opened"));
  }

  /// A place to read from.
  ImageSource source(Location location, RegistryAccess access, Originals originals)
      throws IOException {
    return source(location, access, originals, engine().localAccess());
  }

  /// A place to read from for a copy to a store.
  ImageSource sourceForStore(Location location, RegistryAccess access, LocalAccess local)
      throws IOException {
    return location instanceof Location.AtRegistry || location instanceof Location.InStore
        ? source(location, access, Originals.NONE, local)
        : opened(Sources.openForStore(location, local));
  }

  /// A place to read from.
  ///
  /// @param local how it is read where it is a file, a directory or a daemon
  ImageSource source(
      Location location, RegistryAccess access, Originals originals, LocalAccess local)
      throws IOException {
    return source(location, access, originals, local, Set.of());
  }

  /// @param within the lists that this is read for: one that lists itself is read plainly
  private ImageSource source(
      Location location,
      RegistryAccess access,
      Originals originals,
      LocalAccess local,
      Set<ImageId> within)
      throws IOException {
    if (location instanceof Location.AtRegistry at) {
      return opened(desk(access).open(at.name()));
    }
    if (!(location instanceof Location.InStore at)) {
      return opened(Sources.open(location, local));
    }
    Store store = store(at.store());
    Images images =
        store == engine().store() ? engine().images() : new Images(store, engine().context());
    Found found =
        images.find(
            "containers-storage:" + at.name(),
            LookupOptions.DEFAULT.withLists(LookupOptions.Lists.INSTANCE_OR_LIST));
    return store == engine().store()
        ? stored(found.image(), access, originals, within)
        : opened(source(store, found.image(), originals));
  }

  /// An image of a registry that has been asked for it; nothing is repeated.
  ImageSource probed(Location location, RegistryAccess access) throws IOException {
    if (!(location instanceof Location.AtRegistry at)) {
      throw new IllegalArgumentException("not in a registry: " + location);
    }
    ImageSource source = opened(desk(access, Retries.ONCE).open(at.name()));
    Document _ = source.manifest();
    return source;
  }

  /// An image of this engine's store; a list with all that it lists.
  ImageSource storedSource(Image image, RegistryAccess access, Originals originals)
      throws IOException {
    return stored(image, access, originals, Set.of());
  }

  private ImageSource stored(
      Image image, RegistryAccess access, Originals originals, Set<ImageId> within)
      throws IOException {
    StoreSource source = source(engine().store(), image, originals);
    if (!image.list() || within.contains(image.id())) {
      return source;
    }
    Set<ImageId> inside = new HashSet<>(within);
    inside.add(image.id());
    return new ListSource(
        ListRecord.read(image.record(), engine().store()::imageData),
        source,
        location -> source(location, access, originals, engine().localAccess(), inside));
  }

  /// An image of a store.
  static StoreSource source(Store store, Image image, Originals originals) {
    return new StoreSource(
        store, image.view().snapshot(), image.record(), LayerForms.read(store), originals);
  }

  /// A place to write to.
  ImageSink sink(Location location, RegistryAccess access, LocalForm form) throws IOException {
    return sink(location, access, form, engine().localAccess());
  }

  /// A place to write to.
  ///
  /// @param local how it is written where it is a file, a directory or a daemon
  ImageSink sink(Location location, RegistryAccess access, LocalForm form, LocalAccess local)
      throws IOException {
    if (location instanceof Location.AtRegistry at) {
      return opened(desk(access).sink(at.name()));
    }
    if (location instanceof Location.InStore at) {
      Optional<Reference> name = at.name().startsWith("@") ? Optional.empty() : at.localName();
      return opened(new StoreSink(store(at.store()), name));
    }
    return opened(Sinks.open(location, local, form));
  }

  /// This engine's store as a place for an index with all of its images.
  ///
  /// @param from where the index comes from
  ImageSink whole(Location.InStore at, Location from) throws IOException {
    if (store(at.store()) != engine().store()) {
      throw new UnsupportedException(
          at + ": whole indexes are written to the store that is opened, not to another");
    }
    return opened(
        new WholeIndexSink(
            engine(),
            at.name().startsWith("@") ? Optional.<Reference>empty() : at.localName(),
            from instanceof Location.AtRegistry(Reference name)
                ? Optional.of(name.repository())
                : Optional.empty(),
            listener));
  }

  /// The ID of what a sink of a local store has taken in; empty for any other sink.
  static Optional<ImageId> taken(ImageSink sink) {
    if (sink instanceof StoreSink store) {
      return Optional.of(store.imageId());
    }
    return sink instanceof WholeIndexSink whole ? Optional.of(whole.imageId()) : Optional.empty();
  }

  /// A local store: this engine's, or another.
  Store store(Optional<StorePlace> place) throws IOException {
    Store own = engine().store();
    if (place.isEmpty()) {
      return own;
    }
    StorePlace wanted = place.get();
    boolean same =
        wanted.root().equals(own.options().graphRoot())
            && (wanted.driver().isEmpty()
                || wanted.driver().get().equals(own.options().driver().text()));
    if (same) {
      return own;
    }
    StorageOverrides overrides =
        StorageOverrides.NONE.withRoot(wanted.root()).withOptions(wanted.options());
    if (wanted.driver().isPresent()) {
      overrides = overrides.withDriver(wanted.driver().get());
    }
    if (wanted.runRoot().isPresent()) {
      overrides = overrides.withRunRoot(wanted.runRoot().get());
    }
    return opened(
        Opening.store(
            surroundings,
            EngineOptions.DEFAULT
                .withStorage(overrides)
                .withLifetime(EngineOptions.Lifetime.LONG)));
  }

  /// The way to layers where they came from: asked once, and not again where nobody answers.
  Originals originals(RegistryAccess access) throws IOException {
    RegistryDesk desk = desk(access, Retries.ONCE);
    Set<String> silent = new HashSet<>();
    return new Originals() {
      @Override
      public boolean has(Repository place, Descriptor blob) {
        synchronized (silent) {
          if (silent.contains(place.toString())) {
            return false;
          }
        }
        try {
          return desk.repository(Reference.of(place, blob.digest()))
              .sizeOf(blob.digest())
              .isPresent();
        } catch (IOException e) {
          synchronized (silent) {
            silent.add(place.toString());
          }
          return false;
        }
      }

      @Override
      public InputStream open(Repository place, Descriptor blob) throws IOException {
        return desk.repository(Reference.of(place, blob.digest())).blob(blob);
      }
    };
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
