package dev.stowage.engine;

import dev.stowage.model.Descriptor;
import dev.stowage.model.Event;
import dev.stowage.model.MalformedException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.PlatformChoice;
import dev.stowage.registry.WebDownload;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.LocalAccess;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.place.ArchiveImages;
import dev.stowage.transfer.place.DockerImages;
import dev.stowage.transfer.place.OciImages;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// One load: from an archive or a directory of any form to images of the local store.
///
/// The forms are tried in Podman's order: an OCI layout in a directory, one in an archive, what
/// `docker save` writes, a plain directory.
final class Load {
  private final Engine engine;
  private final Listener listener;
  private final Intake intake;

  Load(Engine engine, LoadOptions options, Listener listener) throws IOException {
    this.engine = engine;
    this.listener = listener;
    this.intake =
        new Intake(
            engine,
            PlatformChoice.of(engine.surroundings().machine().platform()),
            options.trust(),
            listener);
  }

  /// Loads, and announces each image.
  Loaded load(ArchiveInput input) throws IOException {
    Loaded loaded = new Loaded(images(input));
    Announcer announcer = new Announcer(listener, engine.context().clock());
    for (Loaded.Named each : loaded.images()) {
      announcer.changed(Event.Kind.LOAD, each.image().id(), input.toString());
    }
    return loaded;
  }

  private List<Loaded.Named> images(ArchiveInput input) throws IOException {
    LocalAccess access = engine.localAccess();
    if (input instanceof ArchiveInput.At(Path path)) {
      return Files.isDirectory(path)
          ? directory(path)
          : archive(path, () -> ArchiveImages.open(path, access));
    }
    Path standardInput = Path.of("/dev/stdin");
    if (input instanceof ArchiveInput.Web(URI address)) {
      try (InputStream in = WebDownload.open(address, engine.surroundings())) {
        return archive(
            standardInput, () -> ArchiveImages.open(WebDownload.shown(address), in, access));
      }
    }
    ArchiveInput.From from = (ArchiveInput.From) input;
    return archive(standardInput, () -> ArchiveImages.open(from.name(), from.stream(), access));
  }

  /// Opens an archive.
  @FunctionalInterface
  private interface Opening {
    ArchiveImages open() throws IOException;
  }

  private List<Loaded.Named> directory(Path path) throws IOException {
    if (Files.exists(path.resolve("index.json"))) {
      Location location = new Location.InLayout(path, Location.Choice.ONLY);
      intake.refuseAtOnce(location);
      try (OciImages images = OciImages.inDirectory(path, engine.localAccess())) {
        if (images.entries().size() == 1) {
          return intake.take(images.source(images.entries().getFirst()), location, List.of());
        }
        return all(images, location);
      }
    }
    if (Files.exists(path.resolve("manifest.json"))) {
      return intake.from(new Location.InDirectory(path));
    }
    throw unknown(
        "open " + path.resolve("index.json") + ": no such file or directory",
        "read " + path + ": is a directory",
        "read " + path + ": is a directory",
        "open " + path.resolve("manifest.json") + ": no such file or directory");
  }

  /// @param path what it is to the policy
  private List<Loaded.Named> archive(Path path, Opening opening) throws IOException {
    ArchiveImages archive;
    try {
      archive = opening.open();
    } catch (NotFoundException e) {
      throw e;
    } catch (MalformedException | java.io.EOFException e) {
      String complaint = String.valueOf(e.getMessage());
      throw unknown(
          "open " + path.resolve("index.json") + ": not a directory",
          complaint,
          complaint,
          "open " + path.resolve("manifest.json") + ": not a directory");
    }
    try (archive) {
      if (archive.holdsLayout()) {
        Location location = new Location.InOciArchive(path, Location.Choice.ONLY);
        intake.refuseAtOnce(location);
        OciImages images = archive.layout();
        // An archive of today's Docker is of both forms; only one of them has all the names.
        if (images.entries().size() == 1 || !archive.holdsDockerImages()) {
          return all(images, location);
        }
      }
      if (archive.holdsDockerImages()) {
        Location location = new Location.InDockerArchive(path, Location.Choice.ONLY);
        intake.refuseAtOnce(location);
        DockerImages images = archive.dockerImages();
        List<Loaded.Named> loaded = new ArrayList<>();
        for (DockerImages.Item item : images.items()) {
          loaded.addAll(intake.item(images, item, item.names(), location));
        }
        return loaded;
      }
      throw unknown(
          "open " + path.resolve("index.json") + ": not a directory",
          "loading index: open index.json: no such file or directory",
          "loading tar component \"manifest.json\": file does not exist",
          "open " + path.resolve("manifest.json") + ": not a directory");
    }
  }

  private List<Loaded.Named> all(OciImages images, Location location) throws IOException {
    List<Loaded.Named> loaded = new ArrayList<>();
    for (Descriptor entry : images.entries()) {
      loaded.addAll(intake.entry(images, entry, location));
    }
    return loaded;
  }

  private static MalformedException unknown(
      String oci, String ociArchive, String dockerArchive, String directory) {
    return new MalformedException(
        "payload does not match any of the supported image formats:"
            + "\n * oci: "
            + oci
            + "\n * oci-archive: "
            + ociArchive
            + "\n * docker-archive: "
            + dockerArchive
            + "\n * dir: "
            + directory);
  }
}
