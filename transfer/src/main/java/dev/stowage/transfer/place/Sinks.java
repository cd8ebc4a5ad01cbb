package dev.stowage.transfer.place;

import dev.stowage.model.Reference;
import dev.stowage.model.UnsupportedException;
import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.LocalAccess;
import dev.stowage.transfer.LocalForm;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.Location.Choice;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/// Opens the places on this machine that images are written to.
public final class Sinks {
  private Sinks() {}

  /// Opens a place for one image; whoever calls closes what is returned.
  ///
  /// @throws UnsupportedException for a registry and for a local store, which need to be opened
  ///   first, and for a place that is only read
  public static ImageSink open(Location location, LocalAccess access, LocalForm form)
      throws IOException {
    if (location instanceof Location.InLayout layout) {
      return new LayoutSink(layout, access, form);
    }
    if (location instanceof Location.InOciArchive archive) {
      return OciArchiveSink.to(archive.file(), archive.choice(), access, form);
    }
    if (location instanceof Location.InDockerArchive archive) {
      return dockerArchive(archive, access, form);
    }
    if (location instanceof Location.InDirectory(var directory)) {
      return new DirectorySink(directory, form);
    }
    if (location instanceof Location.AtDaemon at) {
      return DaemonImages.write(at, access, form);
    }
    if (location instanceof Location.InTarballs) {
      throw new UnsupportedException(
          "\"tarball:\" locations can only be read from, not written to");
    }
    throw Sources.elsewhere(location);
  }

  /// An OCI archive that is written to a stream, which is closed with it.
  ///
  /// @param place how messages call it
  public static ImageSink ociArchive(
      String place, OutputStream out, Choice choice, LocalAccess access, LocalForm form)
      throws IOException {
    return OciArchiveSink.to(place, out, choice, access, form);
  }

  /// An archive of one image.
  private static ImageSink dockerArchive(
      Location.InDockerArchive archive, LocalAccess access, LocalForm form) throws IOException {
    List<Reference> names = new ArrayList<>();
    if (archive.choice() instanceof Choice.Named(String name)) {
      names.add(Reference.parse(name));
    }
    if (archive.choice() instanceof Choice.Numbered(int index)) {
      throw LayoutSink.indexNamed(index);
    }
    names.addAll(form.moreNames());
    DockerArchiveWriter writer = DockerArchiveWriter.to(archive.file(), access);
    return new WholeArchive(
        writer.image(names, form),
        new WholeArchive.End() {
          @Override
          public void commit() throws IOException {
            writer.commit();
          }

          @Override
          public void close() throws IOException {
            writer.close();
          }
        });
  }
}
