package dev.stowage.engine;

import dev.stowage.config.EngineConfig;
import dev.stowage.model.Descriptor;
import dev.stowage.model.PlatformChoice;
import dev.stowage.model.Reference;
import dev.stowage.store.Scope;
import dev.stowage.transfer.Copier;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.TrustChoice;
import dev.stowage.transfer.place.DockerImages;
import dev.stowage.transfer.place.Guard;
import dev.stowage.transfer.place.Identities;
import dev.stowage.transfer.place.OciImages;
import dev.stowage.transfer.place.Sources;
import dev.stowage.transfer.place.StoreSink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Takes images from files, directories and daemons into the local store, under the names that they
/// have there.
final class Intake {
  private static final String ID = "sha256:";

  private final Engine engine;
  private final PlatformChoice platforms;
  private final Guard guard;
  private final Listener listener;

  /// @param trust which images are taken
  Intake(Engine engine, PlatformChoice platforms, TrustChoice trust, Listener listener)
      throws IOException {
    this.engine = engine;
    this.platforms = platforms;
    this.guard = Guard.of(engine.surroundings(), trust);
    this.listener = listener;
  }

  /// Takes the image of a place.
  List<Loaded.Named> from(Location location) throws IOException {
    refuseAtOnce(location);
    if (location instanceof Location.InDockerArchive archive) {
      try (DockerImages images = DockerImages.open(archive.file(), engine.localAccess())) {
        DockerImages.Item item = images.choose(archive.choice());
        return archive.choice() instanceof Location.Choice.Named(String name)
            ? item(images, item, List.of(name), location)
            : item(images, item, item.names(), location);
      }
    }
    if (location instanceof Location.InOciArchive archive) {
      try (OciImages images = OciImages.inArchive(archive.file(), engine.localAccess())) {
        return entry(images, images.choose(archive.choice()), location);
      }
    }
    try (ImageSource source = Sources.openForStore(location, engine.localAccess())) {
      Optional<Reference> name = location.localName();
      return take(source, location, name.isPresent() ? List.of(name.get()) : List.of());
    }
  }

  /// Refuses what the policy refuses whatever it is, before anything of it is read.
  void refuseAtOnce(Location location) throws IOException {
    guard.refuseAtOnce(Identities.of(location, engine.store().options()));
  }

  /// Takes an image of a docker-archive.
  ///
  /// @param names as they are written there
  List<Loaded.Named> item(
      DockerImages images, DockerImages.Item item, List<String> names, Location location)
      throws IOException {
    List<Reference> references = new ArrayList<>();
    for (String name : names) {
      references.add(Names.normalize(name));
    }
    try (ImageSource source = images.sourceForStore(item)) {
      return take(source, location, references);
    }
  }

  /// Takes an image of an OCI archive under the name that its annotations say.
  List<Loaded.Named> entry(OciImages images, Descriptor entry, Location location)
      throws IOException {
    Optional<String> name = OciImages.nameOf(entry);
    try (ImageSource source = images.source(entry)) {
      return take(
          source, location, name.isPresent() ? List.of(Names.normalize(name.get())) : List.of());
    }
  }

  /// Takes an image in.
  ///
  /// @param location where it comes from, for the policy
  /// @param names the names it gets, which whatever image has them loses
  List<Loaded.Named> take(ImageSource from, Location location, List<Reference> names)
      throws IOException {
    ImageSource source = guard.watch(from, Identities.of(location, engine.store().options()));
    EngineConfig config = EngineConfig.read(engine.surroundings());
    int configured = config.parallelCopies().value();
    Image image;
    try (StoreSink sink =
        new StoreSink(
            engine.store(), names.isEmpty() ? Optional.empty() : Optional.of(names.getFirst()))) {
      Copier.copy(
          source,
          sink,
          CopyOptions.of(platforms)
              .withAtOnce(configured > 0 ? configured : CopyOptions.USUAL_AT_ONCE),
          listener);
      image = engine.images().byId(sink.imageId());
    }
    if (names.isEmpty()) {
      return List.of(new Loaded.Named(ID + image.id(), image));
    }
    if (names.size() > 1) {
      List<String> others = new ArrayList<>();
      names.subList(1, names.size()).forEach(name -> others.add(name.toString()));
      Image taken = image;
      engine.store().write(Scope.IMAGES, edit -> edit.addNames(taken.id(), others));
      image = engine.images().byId(taken.id());
    }
    List<Loaded.Named> taken = new ArrayList<>();
    for (Reference name : names) {
      taken.add(new Loaded.Named(name.toString(), image));
    }
    return taken;
  }
}
