package dev.stowage.engine;

import dev.stowage.archive.Compression;
import dev.stowage.config.Candidates;
import dev.stowage.config.EngineConfig;
import dev.stowage.config.PullPolicy;
import dev.stowage.config.RegistriesConfig;
import dev.stowage.config.Surroundings;
import dev.stowage.model.Event;
import dev.stowage.model.ImageId;
import dev.stowage.model.MalformedException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Platform;
import dev.stowage.model.PlatformChoice;
import dev.stowage.model.Reference;
import dev.stowage.model.Repository;
import dev.stowage.model.Tag;
import dev.stowage.model.UnsupportedException;
import dev.stowage.model.Wanted;
import dev.stowage.registry.Retries;
import dev.stowage.transfer.Copied;
import dev.stowage.transfer.Copier;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.Listener.Progress;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.place.Guard;
import dev.stowage.transfer.place.Identities;
import dev.stowage.transfer.place.LayerForms;
import dev.stowage.transfer.place.RegistryDesk;
import dev.stowage.transfer.place.StoreSink;
import dev.stowage.trust.ImageIdentity;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One pull: from a name to an image of the local store.
final class Pull {
  /// Whoever removes layers that often is not just quicker.
  private static final int MOST_ATTEMPTS = 8;

  private final Engine engine;
  private final PullOptions options;
  private final Listener listener;
  private final Surroundings surroundings;
  private final EngineConfig config;

  Pull(Engine engine, PullOptions options, Listener listener) throws IOException {
    this.engine = engine;
    this.options = options;
    this.listener = listener;
    this.surroundings = engine.surroundings();
    this.config = EngineConfig.read(surroundings);
  }

  /// Pulls, and announces how it ended.
  Pulled pull(String text) throws IOException {
    try {
      Pulled pulled = dispatch(text);
      for (Image image : pulled.images()) {
        warnOfOtherPlatform(image);
        announce(Event.Kind.PULL, Optional.of(image.id()), text, Optional.empty());
      }
      return pulled;
    } catch (IOException e) {
      announce(
          Event.Kind.PULL_ERROR,
          Optional.empty(),
          text,
          Optional.of(String.valueOf(e.getMessage())));
      throw e;
    }
  }

  private Pulled dispatch(String text) throws IOException {
    Optional<String> transport = Location.transportOf(text);
    boolean registryName =
        transport.isPresent() && transport.get().equals("docker") && !text.startsWith("docker://");
    if (transport.isEmpty() || registryName) {
      return fromRegistry(text);
    }
    Location location = Location.parse(text);
    if (location instanceof Location.AtRegistry at) {
      return fromRegistry(at.name().toString());
    }
    if (options.tags() == PullOptions.Tags.ALL) {
      throw new UnsupportedException(
          "pulling all tags is not supported for " + transport.get() + " transport");
    }
    if (options.instances() == PullOptions.Instances.ALL) {
      return new Pulled(List.of(whole(location)));
    }
    List<Image> images = new ArrayList<>();
    Intake intake = new Intake(engine, PlatformChoice.of(platform()), options.trust(), listener);
    for (Loaded.Named each : intake.from(location)) {
      images.add(each.image());
    }
    return new Pulled(images);
  }

  /// An index of a place on this machine, with all of its images.
  private Image whole(Location location) throws IOException {
    Guard guard = Guard.of(surroundings, options.trust());
    ImageIdentity identity = Identities.of(location, engine.store().options());
    guard.refuseAtOnce(identity);
    try (Places places = new Places(engine, retries(), listener)) {
      ImageSource source =
          guard.watch(
              places.sourceForStore(location, options.access(), engine.localAccess()), identity);
      return copy(source, location.localName(), Optional.empty());
    }
  }

  private Pulled fromRegistry(String text) throws IOException {
    Wanted wanted = Wanted.parse(text);
    if (wanted instanceof Wanted.ById) {
      return new Pulled(List.of(byId(text)));
    }
    // Beside the first questions, which leave the other processors idle.
    Thread _ = Thread.ofPlatform().daemon().start(Compression::prepare);
    RegistriesConfig registries = RegistriesConfig.read(surroundings);
    try (RegistryDesk desk =
        RegistryDesk.open(surroundings, registries, options.access(), retries(), listener)) {
      if (options.tags() == PullOptions.Tags.ONE) {
        return new Pulled(List.of(one(text, wanted, registries, desk)));
      }
      List<Image> images = new ArrayList<>();
      Reference repository = Reference.parse(text);
      for (Tag tag : desk.tags(repository.repository())) {
        String tagged = Reference.of(repository.repository(), tag).toString();
        images.add(one(tagged, Wanted.parse(tagged), registries, desk));
      }
      if (images.isEmpty()) {
        throw new NotFoundException(
            NotFoundException.Kind.TAG,
            text,
            repository.repository() + ": the repository has no tags");
      }
      return new Pulled(images);
    }
  }

  private Image byId(String text) throws IOException {
    if (options.policy() == PullPolicy.ALWAYS) {
      throw byIdAlways(text);
    }
    return engine.images().find(text).image();
  }

  private static UnsupportedException byIdAlways(String text) {
    return new UnsupportedException(
        "pull policy is always but image has been referred to by ID (" + text + ")");
  }

  private Image one(String text, Wanted wanted, RegistriesConfig registries, RegistryDesk desk)
      throws IOException {
    Optional<Found> local = local(text);
    PullPolicy policy = policy();
    if (policy == PullPolicy.NEVER) {
      return local
          .orElseThrow(() -> new NotFoundException(NotFoundException.Kind.IMAGE, text))
          .image();
    }
    if (local.isPresent()) {
      if (policy == PullPolicy.MISSING) {
        return local.get().image();
      }
      if (local.get().image().id().value().startsWith(text)) {
        if (policy == PullPolicy.ALWAYS) {
          throw byIdAlways(text);
        }
        return local.get().image();
      }
    }
    Wanted exact =
        local.isPresent() && options.platform().isEmpty() && !local.get().name().isEmpty()
            ? Wanted.parse(local.get().name())
            : wanted;
    RemoteNames names = RemoteNames.of(engine);
    Candidates candidates;
    try {
      candidates = names.candidates(registries, exact);
    } catch (IOException e) {
      if (local.isPresent() && policy == PullPolicy.NEWER) {
        return local.get().image();
      }
      throw e;
    }
    return first(names.chosen(candidates), local, policy, desk);
  }

  /// The first candidate that can be pulled.
  private Image first(
      Candidates candidates, Optional<Found> local, PullPolicy policy, RegistryDesk desk)
      throws IOException {
    Guard guard = Guard.of(surroundings, options.trust());
    List<IOException> failures = new ArrayList<>();
    boolean described = false;
    for (Reference candidate : candidates.references()) {
      try {
        if (policy == PullPolicy.NEWER
            && local.isPresent()
            && !local.get().image().differsFrom(() -> desk.manifest(candidate))) {
          continue;
        }
        if (!described && !candidates.description().isEmpty()) {
          listener.on(new Progress.Noted(candidates.description()));
        }
        described = true;
        listener.on(new Progress.Trying(candidate));
        ImageIdentity identity = ImageIdentity.inRegistry(candidate);
        guard.refuseAtOnce(identity);
        try (ImageSource source = guard.watch(desk.open(candidate), identity)) {
          Image pulled = copy(source, Optional.of(candidate), Optional.of(candidate.repository()));
          RemoteNames.of(engine).record(candidates, listener);
          return pulled;
        }
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
        failures.add(e);
      }
    }
    if (local.isPresent() && policy == PullPolicy.NEWER) {
      return local.get().image();
    }
    throw joined(failures);
  }

  private static IOException joined(List<IOException> failures) {
    if (failures.size() == 1) {
      return failures.getFirst();
    }
    StringBuilder text = new StringBuilder();
    text.append(failures.size()).append(" errors occurred while pulling:");
    for (IOException failure : failures) {
      text.append("\n * ").append(failure.getMessage());
    }
    IOException all = new IOException(text.toString(), failures.getFirst());
    failures.subList(1, failures.size()).forEach(all::addSuppressed);
    return all;
  }

  /// Copies, and once more where a layer that the store had, and that the image was to stand on,
  /// has been removed by somebody meanwhile. Layers that came in the attempt before are not fetched
  /// again.
  private Image copy(ImageSource source, Optional<Reference> name, Optional<Repository> registry)
      throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return copyOnce(source, name, registry);
      } catch (NotFoundException e) {
        if (e.kind() != NotFoundException.Kind.LAYER || attempt == MOST_ATTEMPTS) {
          throw e;
        }
      } catch (MalformedException e) {
        throw new MalformedException(named(name, e), e.position(), e);
      } catch (UnsupportedException e) {
        throw new UnsupportedException(named(name, e), e);
      }
    }
  }

  /// What is wrong with an image, and which one it is.
  private static String named(Optional<Reference> name, IOException e) {
    String text = String.valueOf(e.getMessage());
    return name.isEmpty() || text.contains(name.get().toString()) ? text : name.get() + ": " + text;
  }

  private Image copyOnce(
      ImageSource source, Optional<Reference> name, Optional<Repository> registry)
      throws IOException {
    if (options.instances() == PullOptions.Instances.ALL) {
      return copyWhole(source, name, registry);
    }
    try (StoreSink sink = new StoreSink(engine.store(), name)) {
      int configured = config.parallelCopies().value();
      Copied copied =
          Copier.copy(
              source,
              sink,
              CopyOptions.of(PlatformChoice.of(platform()))
                  .withSealing(new CopyOptions.Sealing(List.of(), List.of(), options.decryption()))
                  .withAtOnce(configured > 0 ? configured : CopyOptions.USUAL_AT_ONCE),
              listener);
      if (registry.isPresent()) {
        LayerForms.learn(engine.store(), copied, registry.get());
      }
      return engine.images().byId(sink.imageId());
    }
  }

  private Image copyWhole(
      ImageSource source, Optional<Reference> name, Optional<Repository> registry)
      throws IOException {
    try (WholeIndexSink sink = new WholeIndexSink(engine, name, registry, listener)) {
      Copied copied =
          Copier.copy(source, sink, CopyOptions.of(CopyOptions.Instances.ALL), listener);
      if (registry.isPresent()) {
        LayerForms.learn(engine.store(), copied, registry.get());
      }
      return engine.images().byId(sink.imageId());
    }
  }

  /// The local image of the name, if there is one and nothing is wrong with it.
  private Optional<Found> local(String text) throws IOException {
    boolean whole = options.instances() == PullOptions.Instances.ALL;
    LookupOptions lookup =
        whole
            ? LookupOptions.DEFAULT.withLists(LookupOptions.Lists.ONLY_LIST)
            : LookupOptions.DEFAULT;
    if (options.platform().isPresent()) {
      lookup = lookup.withPlatform(platform());
    }
    Found found;
    try {
      found = engine.images().find(text, lookup);
    } catch (NotFoundException | MalformedException e) {
      return Optional.empty();
    }
    Optional<String> damage = found.image().damage();
    if (damage.isPresent()) {
      listener.on(
          new Progress.Warned(
              "the local image " + found.name() + " is damaged and pulled again: " + damage.get()));
      return Optional.empty();
    }
    return Optional.of(found);
  }

  /// Many images state a wrong platform, so that a local one cannot be trusted to be of the wanted
  /// one.
  private PullPolicy policy() {
    return options.platform().isPresent() && options.policy() == PullPolicy.MISSING
        ? PullPolicy.NEWER
        : options.policy();
  }

  private Platform platform() {
    Platform machine = surroundings.machine().platform();
    if (options.platform().isEmpty()) {
      return machine;
    }
    Platform wanted = options.platform().get();
    boolean sameCpu = wanted.architecture().isEmpty();
    return new Platform(
            wanted.os().isEmpty() ? machine.os() : wanted.os(),
            sameCpu ? machine.architecture() : wanted.architecture(),
            wanted.variant().isEmpty() && sameCpu ? machine.variant() : wanted.variant())
        .normalized();
  }

  private Retries retries() {
    int times = options.retry().map(PullOptions.Retry::times).orElse(config.retries().value());
    Duration delay = options.retry().map(PullOptions.Retry::delay).orElse(Retries.DEFAULT.first());
    return new Retries(times + 1, delay, Retries.DEFAULT.longest(), Retries.DEFAULT.total());
  }

  private void warnOfOtherPlatform(Image image) throws IOException {
    if (image.list()) {
      return;
    }
    Platform wanted = platform();
    Platform has = image.config().platform().normalized();
    boolean fits =
        has.os().equals(wanted.os())
            && has.architecture().equals(wanted.architecture())
            && (wanted.variant().isEmpty()
                || has.variant().isEmpty()
                || has.variant().equals(wanted.variant()));
    if (!fits) {
      listener.on(
          new Progress.Warned(
              "image platform ("
                  + has
                  + ") does not match the expected platform ("
                  + wanted
                  + ")"));
    }
  }

  private void announce(
      Event.Kind kind, Optional<ImageId> image, String name, Optional<String> failure) {
    Event event = new Event(kind, image, name, engine.context().clock().instant(), failure);
    listener.on(new Progress.Changed(event));
  }
}
