package dev.stowage.engine;

import dev.stowage.config.EngineConfig;
import dev.stowage.engine.SaveOptions.Format;
import dev.stowage.model.Event;
import dev.stowage.model.Family;
import dev.stowage.model.ImageId;
import dev.stowage.model.MalformedException;
import dev.stowage.model.PlatformChoice;
import dev.stowage.model.Reference;
import dev.stowage.model.UnsupportedException;
import dev.stowage.transfer.Copier;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.CopyOptions.Form;
import dev.stowage.transfer.CopyOptions.Signing;
import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.LocalForm;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.Location.Choice;
import dev.stowage.transfer.place.DockerArchiveWriter;
import dev.stowage.transfer.place.Guard;
import dev.stowage.transfer.place.Identities;
import dev.stowage.transfer.place.Originals;
import dev.stowage.transfer.place.Sinks;
import dev.stowage.transfer.place.StoreSource;
import dev.stowage.trust.ImageIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One save: from images of the local store to an archive or a directory.
final class Save {
  private final Engine engine;
  private final SaveOptions options;
  private final Listener listener;
  private final Guard guard;

  /// The image of each name that is asked for, however many lead to the same.
  private final List<Image> asked = new ArrayList<>();

  Save(Engine engine, SaveOptions options, Listener listener) throws IOException {
    this.engine = engine;
    this.options = options;
    this.listener = listener;
    this.guard = Guard.of(engine.surroundings(), options.trust());
  }

  /// Saves, and announces each name that was asked for.
  List<Image> save(List<String> names, SaveOutput output) throws IOException {
    check(names);
    List<Image> saved =
        options.format() == Format.DOCKER_ARCHIVE
            ? dockerArchive(names, output)
            : List.of(single(names.getFirst(), output));
    Announcer announcer = new Announcer(listener, engine.context().clock());
    for (Image image : asked) {
      announcer.changed(Event.Kind.SAVE, image.id(), output.toString());
    }
    return saved;
  }

  private void check(List<String> names) throws UnsupportedException {
    if (names.isEmpty()) {
      throw new UnsupportedException("no image specified for saving images");
    }
    if (names.size() > 1 && options.format() != Format.DOCKER_ARCHIVE) {
      throw new UnsupportedException(
          "unsupported format \""
              + options.format().word()
              + "\" for saving multiple images (only docker-archive)");
    }
    if (names.size() > 1 && !options.moreNames().isEmpty()) {
      throw new UnsupportedException("cannot save multiple images with multiple tags");
    }
  }

  private Image single(String name, SaveOutput output) throws IOException {
    Found found = engine.images().find(name);
    asked.add(found.image());
    Choice choice =
        found.name().isEmpty() || found.image().id().value().startsWith(found.name())
            ? Choice.ONLY
            : new Choice.Named(found.name());
    ImageIdentity identity = accepted(found.image());
    try (ImageSource source = guard.watch(source(found.image()), identity);
        ImageSink sink = sink(output, choice)) {
      Copier.copy(source, sink, copyOptions(), listener);
    }
    return found.image();
  }

  private ImageSink sink(SaveOutput output, Choice choice) throws IOException {
    if (options.format() == Format.OCI_ARCHIVE && output instanceof SaveOutput.To to) {
      return Sinks.ociArchive(to.name(), to.stream(), choice, engine.localAccess(), options.form());
    }
    if (!(output instanceof SaveOutput.At(Path path))) {
      throw new UnsupportedException(
          "a directory (" + options.format().word() + ") cannot be written to a stream");
    }
    Location location =
        switch (options.format()) {
          case OCI_ARCHIVE -> new Location.InOciArchive(path, choice);
          case OCI_DIRECTORY -> new Location.InLayout(path, choice);
          case DOCKER_DIRECTORY -> new Location.InDirectory(path);
          case DOCKER_ARCHIVE -> new Location.InDockerArchive(path, choice);
        };
    return Sinks.open(location, engine.localAccess(), options.form());
  }

  /// An image with the names it is saved under.
  private record Tagged(Image image, List<Reference> names) {}

  private List<Image> dockerArchive(List<String> names, SaveOutput output) throws IOException {
    List<Tagged> tagged = tagged(names);
    try (DockerArchiveWriter writer = dockerArchive(output)) {
      for (Tagged each : tagged) {
        ImageIdentity identity = accepted(each.image());
        StoreSource stored = source(each.image());
        try (ImageSource source = guard.watch(stored, identity);
            ImageSink sink =
                writer.image(each.names(), LocalForm.USUAL.withSizes(stored.sizes()))) {
          Copier.copy(source, sink, copyOptions(), listener);
        }
      }
      writer.commit();
    }
    List<Image> images = new ArrayList<>();
    tagged.forEach(each -> images.add(each.image()));
    return images;
  }

  private DockerArchiveWriter dockerArchive(SaveOutput output) throws IOException {
    return output instanceof SaveOutput.To(String name, var stream)
        ? DockerArchiveWriter.to(name, stream, engine.localAccess())
        : DockerArchiveWriter.to(((SaveOutput.At) output).path(), engine.localAccess());
  }

  /// The images, each once, with the names they were asked for by.
  private List<Tagged> tagged(List<String> names) throws IOException {
    List<Reference> additional = new ArrayList<>();
    for (String name : options.moreNames()) {
      Reference reference = Names.normalize(name);
      if (reference.tag().isEmpty()) {
        throw new MalformedException(
            "invalid additional tag \""
                + name
                + "\": normalized to untagged \""
                + reference
                + "\"");
      }
      additional.add(reference);
    }
    Map<ImageId, Tagged> images = new LinkedHashMap<>();
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      Found found = engine.images().find(name);
      if (seen.add(found.name())) {
        asked.add(found.image());
        Tagged tagged =
            images.computeIfAbsent(
                found.image().id(), _ -> new Tagged(found.image(), new ArrayList<>(additional)));
        Optional<Reference> reference = Names.stored(found.name());
        if (reference.isPresent() && reference.get().tag().isPresent()) {
          tagged.names().add(reference.get());
        }
      }
    }
    return List.copyOf(images.values());
  }

  private StoreSource source(Image image) throws IOException {
    return Places.source(engine.store(), image, Originals.NONE);
  }

  /// What an image is to the policy, which has not refused it outright. Podman asks of an image by
  /// its ID alone, whatever it is called.
  private ImageIdentity accepted(Image image) throws IOException {
    ImageIdentity identity = Identities.of(image.location(), engine.store().options());
    guard.refuseAtOnce(identity);
    return identity;
  }

  private CopyOptions copyOptions() throws IOException {
    // Layers come from this disk and go to it: more of them at once than there are processors cost
    // memory and gain nothing.
    int configured = EngineConfig.read(engine.surroundings()).parallelCopies().value();
    int processors = Math.max(1, engine.surroundings().machine().processors());
    Form form =
        switch (options.format()) {
          case OCI_ARCHIVE -> Form.AS_IT_IS;
          case OCI_DIRECTORY -> Form.AS_IT_IS.withManifest(Family.OCI);
          case DOCKER_ARCHIVE, DOCKER_DIRECTORY -> Form.AS_IT_IS.withManifest(Family.DOCKER);
        };
    return CopyOptions.of(PlatformChoice.of(engine.surroundings().machine().platform()))
        .withForm(form)
        .withSigning(Signing.REMOVE)
        .withAtOnce(configured > 0 ? Math.min(configured, processors) : processors);
  }
}
