package dev.stowage.store;

import dev.stowage.linux.Disk;
import dev.stowage.model.Bytes;
import dev.stowage.model.CorruptException;
import dev.stowage.model.NotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// The data items of images: small files in a directory for each image.
final class DataFiles {
  /// Far beyond every manifest and config a registry hands out (4 MiB), and no danger to memory.
  static final long LARGEST_ITEM = 64L << 20;

  private final Disk disk;
  private final Layout layout;

  DataFiles(Disk disk, Layout layout) {
    this.disk = disk;
    this.layout = layout;
  }

  Path file(ImageRecord image, String item) {
    return layout.imageData(image.id(), image.home()).resolve(Layout.dataFile(item));
  }

  /// @throws NotFoundException if the image has no such item
  /// @throws CorruptException if it should have it and the file is missing
  Bytes read(ImageRecord image, String item) throws IOException {
    Path file = file(image, item);
    Optional<Bytes> content = disk.read(file, LARGEST_ITEM);
    if (content.isPresent()) {
      return content.get();
    }
    if (image.dataNames().contains(item)) {
      throw new CorruptException(
          file,
          "the data item "
              + item
              + " of image "
              + image.id()
              + " is missing; remove the image and pull it again");
    }
    throw new NotFoundException(
        NotFoundException.Kind.FILE, item, "image " + image.id() + " has no data item " + item);
  }
}
