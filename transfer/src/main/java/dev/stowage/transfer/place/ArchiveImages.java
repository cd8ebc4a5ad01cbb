package dev.stowage.transfer.place;

import dev.stowage.transfer.LocalAccess;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/// A tar file with images of a form that is not known beforehand; it may be of two at once. Whoever
/// opens it closes it, after what it gave out, which need not be closed.
public final class ArchiveImages implements Closeable {
  private final ArchiveFile archive;

  private ArchiveImages(ArchiveFile archive) {
    this.archive = archive;
  }

  /// Opens a file, compressed or not.
  public static ArchiveImages open(Path file, LocalAccess access) throws IOException {
    return new ArchiveImages(ArchiveFile.open(file, access.temporary()));
  }

  /// Opens what a stream brings.
  ///
  /// @param name how messages call it
  public static ArchiveImages open(String name, InputStream in, LocalAccess access)
      throws IOException {
    return new ArchiveImages(ArchiveFile.open(name, in, access.temporary()));
  }

  /// Whether it holds an OCI image layout.
  public boolean holdsLayout() {
    return archive.has(LayoutIndex.FILE, ArchiveFile.Duplicates.LAST);
  }

  /// Whether it holds what `docker save` writes.
  public boolean holdsDockerImages() {
    return archive.has(DockerImages.MANIFEST, ArchiveFile.Duplicates.FIRST);
  }

  public OciImages layout() throws IOException {
    return OciImages.inArchive(archive);
  }

  public DockerImages dockerImages() throws IOException {
    return DockerImages.open(archive);
  }

  @Override
  public void close() throws IOException {
    archive.close();
  }
}
