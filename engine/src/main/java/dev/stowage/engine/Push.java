package dev.stowage.engine;

import dev.stowage.config.EngineConfig;
import dev.stowage.model.Event;
import dev.stowage.model.Family;
import dev.stowage.model.LayerCompression;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Reference;
import dev.stowage.registry.Retries;
import dev.stowage.transfer.Copied;
import dev.stowage.transfer.Copier;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.CopyOptions.Packing;
import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.Listener.Progress;
import dev.stowage.transfer.LocalForm;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.TrustChoice;
import dev.stowage.transfer.place.Guard;
import dev.stowage.transfer.place.LayerForms;
import dev.stowage.transfer.place.Originals;
import dev.stowage.transfer.place.StoreSource;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// One push: from an image of the local store to another place.
final class Push {
  private final Engine engine;
  private final PushOptions options;
  private final Listener listener;
  private final EngineConfig config;

  Push(Engine engine, PushOptions options, Listener listener) throws IOException {
    this.engine = engine;
    this.options = options;
    this.listener = listener;
    this.config = EngineConfig.read(engine.surroundings());
  }

  Pushed push(String text, Optional<String> destination) throws IOException {
    Found found =
        engine
            .images()
            .find(text, LookupOptions.DEFAULT.withLists(LookupOptions.Lists.INSTANCE_OR_LIST));
    return push(found, destination.orElse(found.name()));
  }

  /// Pushes a list itself, and of the images it lists those that the options name.
  Pushed push(ManifestList list, String to) throws IOException {
    return push(new Found(list.image(), ""), to);
  }

  private Pushed push(Found found, String to) throws IOException {
    Location location = Pushed.location(to);
    if (options.trust().policy() instanceof TrustChoice.Policy.InFile) {
      // Podman lets the store's own images go whatever a policy says, but the file has to be one.
      Guard _ = Guard.of(engine.surroundings(), options.trust());
    }
    Retries retries = Places.retries(config, options.retry());
    Copied copied = Retrying.run(retries, listener, () -> copy(found, location, retries));
    if (location instanceof Location.AtRegistry at) {
      LayerForms.learn(engine.store(), copied, at.name().repository());
    }
    Event event =
        new Event(
            Event.Kind.PUSH,
            Optional.of(found.image().id()),
            to,
            engine.context().clock().instant(),
            Optional.empty());
    listener.on(new Progress.Changed(event));
    return new Pushed(found.image(), location, copied.manifest(), copied.layers());
  }

  private Copied copy(Found found, Location location, Retries retries) throws IOException {
    try (Places places = new Places(engine, retries, listener)) {
      // Of a list all stays as it is wherever it goes.
      boolean fetching =
          options.originals() == PushOptions.Originals.FETCHED
              && (location instanceof Location.AtRegistry || found.image().list());
      Originals originals = fetching ? places.originals(options.access()) : Originals.NONE;
      ImageSource source = places.storedSource(found.image(), options.access(), originals);
      LocalForm form = form(found, location);
      ImageSink sink =
          places.sink(
              location,
              options.access(),
              source instanceof StoreSource stored ? form.withSizes(stored.sizes()) : form);
      return Copier.copy(source, sink, copyOptions(location), listener);
    }
  }

  /// An image keeps its name in an archive of Docker's.
  private LocalForm form(Found found, Location location) {
    if (location instanceof Location.InDockerArchive && options.form().moreNames().isEmpty()) {
      try {
        Reference name = Reference.parse(found.name());
        if (name.tag().isPresent()) {
          return options.form().withMoreNames(List.of(name));
        }
      } catch (MalformedException e) {
        // It was found by its ID.
      }
    }
    return options.form();
  }

  private CopyOptions copyOptions(Location location) throws IOException {
    CopyOptions copy = options.copy();
    int configured = config.parallelCopies().value();
    if (configured > 0 && copy.atOnce() == CopyOptions.USUAL_AT_ONCE) {
      copy = copy.withAtOnce(configured);
    }
    boolean onlyGzip =
        location instanceof Location.InDockerArchive
            || location instanceof Location.AtDaemon
            || copy.form().manifest().equals(Optional.of(Family.DOCKER));
    boolean usual =
        copy.form().packing() instanceof Packing.Kept(OptionalInt level) && level.isEmpty();
    if (usual && !onlyGzip) {
      copy = copy.withForm(copy.form().withPacking(packing()));
    }
    return copy;
  }

  /// As containers.conf says. Gzip is what comes about where nothing is said.
  private Packing packing() {
    OptionalInt level =
        config.compressionLevel().isPresent()
            ? OptionalInt.of(config.compressionLevel().get().value())
            : OptionalInt.empty();
    String word = config.compression().value();
    return word.startsWith(LayerCompression.ZSTD.word())
        ? new Packing.As(LayerCompression.ZSTD, level, Packing.Others.REUSED)
        : new Packing.Kept(level);
  }
}
