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
    return switch (location) {
      case Location.AtRegistry at ->
          throw new UnsupportedException(at + " is opened through a registry desk");
      case Location.InStore at ->
          throw new UnsupportedException(at + " is opened through an open store");
      case Location.InLayout layout -> new LayoutSink(layout, access, form);
      case Location.InOciArchive archive ->
          OciArchiveSink.to(archive.file(), archive.choice(), access, form);
      case Location.InDockerArchive archive -> dockerArchive(archive, access, form);
      case Location.InDirectory(var directory) -> new DirectorySink(directory, form);
      case Location.AtDaemon at -> DaemonImages.write(at, access, form);
      case Location.InTarballs ignored ->
          throw new UnsupportedException(
              "\"tarball:\" locations can only be read from, not written to");
    };
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
    switch (archive.choice()) {
      case Choice.Only ignored -> {}
      case Choice.Named(String name) -> names.add(Reference.parse(name));
      case Choice.Numbered(int index) -> throw LayoutSink.indexNamed(index);
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
