package dev.stowage.engine;

import dev.stowage.archive.Compression;
import dev.stowage.archive.DigestingInputStream;
import dev.stowage.archive.PlainTar;
import dev.stowage.archive.Stages;
import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Event;
import dev.stowage.model.Json;
import dev.stowage.model.MediaType;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Platform;
import dev.stowage.model.PlatformChoice;
import dev.stowage.model.Reference;
import dev.stowage.registry.WebDownload;
import dev.stowage.store.StagedLayer;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.Listener.Progress;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.place.LeftOpen;
import dev.stowage.transfer.place.MadeImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// One import: from a tar to an image of one layer. The tar is read once: it is digested,
/// decompressed and unpacked while it comes.
final class Import {
  /// What an import is to the policy.
  private static final Location PLACE =
      new Location.InTarballs(List.of(Location.InTarballs.STANDARD_INPUT));

  private final Engine engine;
  private final ImportOptions options;
  private final Listener listener;

  Import(Engine engine, ImportOptions options, Listener listener) {
    this.engine = engine;
    this.options = options;
    this.listener = listener;
  }

  Image make(ImportInput input) throws IOException {
    Json.Obj execution = ConfigChanges.of(options.changes());
    Optional<Reference> name =
        options.name().isPresent()
            ? Optional.of(Names.toAdd(options.name().get()))
            : Optional.empty();
    Image image = make(input, execution, name);
    Announcer announcer = new Announcer(listener, engine.context().clock());
    announcer.changed(Event.Kind.IMPORT, image.id(), options.name().orElse(""));
    if (options.name().isPresent()) {
      // All that Podman tells of an import.
      announcer.changed(Event.Kind.TAG, image.id(), options.name().get());
    }
    return image;
  }

  private Instant now() {
    return engine.context().clock().instant();
  }

  private Image make(ImportInput input, Json.Obj execution, Optional<Reference> name)
      throws IOException {
    if (input instanceof ImportInput.At(Path file)) {
      try (InputStream in = Files.newInputStream(file)) {
        return make(in, Files.getLastModifiedTime(file).toInstant(), execution, name);
      } catch (NoSuchFileException e) {
        throw new NotFoundException(
            NotFoundException.Kind.FILE,
            file.toString(),
            "error opening \"" + file + "\": open " + file + ": no such file or directory");
      }
    }
    if (input instanceof ImportInput.Web(var address)) {
      listener.on(new Progress.Noted("Downloading from \"" + WebDownload.shown(address) + "\""));
      try (InputStream in = WebDownload.open(address, engine.surroundings())) {
        return make(in, now(), execution, name);
      }
    }
    return make(((ImportInput.From) input).stream(), now(), execution, name);
  }

  private Image make(InputStream tar, Instant created, Json.Obj execution, Optional<Reference> name)
      throws IOException {
    DigestingInputStream stored = new DigestingInputStream(tar, Digest.Algorithm.SHA256);
    Compression.Decompressed opened = Compression.open(new LeftOpen(stored));
    Digest diffId;
    long size;
    // Let go of, the contents wait for the copy below, which finds them by their digest.
    try (StagedLayer staged = engine.store().stage(PlainTar.of(opened.content()), Stages.TWO)) {
      diffId = staged.digest();
      size = staged.size();
    }
    long _ = stored.skip(Long.MAX_VALUE);
    Descriptor layer =
        MadeImage.layer(opened.compression(), stored.digest(), stored.count(), diffId, size);
    Platform machine = engine.surroundings().machine().platform();
    Bytes config =
        MadeImage.config(
            new MadeImage.Facts(
                new Platform(
                    options.platform().os().isEmpty() ? machine.os() : options.platform().os(),
                    options.platform().architecture().isEmpty()
                        ? machine.architecture()
                        : options.platform().architecture(),
                    options.platform().variant()),
                execution,
                options.message()),
            List.of(new MadeImage.Layer(diffId, created)));
    try (ImageSource source = new MadeImage(config, List.of(layer), MediaType.OCI_MANIFEST)) {
      return new Intake(engine, PlatformChoice.of(machine), options.trust(), listener)
          .take(source, PLACE, name.isPresent() ? List.of(name.get()) : List.of())
          .getFirst()
          .image();
    }
  }
}
