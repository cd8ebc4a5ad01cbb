package dev.stowage.store;

import dev.stowage.linux.Disk;
import dev.stowage.model.Bytes;
import dev.stowage.model.CorruptException;
import dev.stowage.model.Digest;
import dev.stowage.model.MalformedException;
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

  /// The digest that a data item has to have: what the record says, else what its name says.
  static Optional<Digest> digestOf(ImageRecord image, String item) {
    String prefix = ImageRecord.MANIFEST_PREFIX + "-";
    String named = item.startsWith(prefix) ? item.substring(prefix.length()) : item;
    if (Digest.isDigest(named)) {
      try {
        return Optional.of(Digest.parse(named));
      } catch (MalformedException e) {
        return Optional.empty();
      }
    }
    if (image.dataSize(item).orElse(1) == 0) {
      return Optional.of(Digest.of(Bytes.empty()));
    }
    Optional<Digest> recorded = image.dataDigest(item);
    if (!item.equals(ImageRecord.MANIFEST_PREFIX)) {
      return recorded;
    }
    // Every manifest is kept by its digest too, which tells a wrong record.
    Optional<Digest> stated = image.digest();
    boolean wrong = recorded.isPresent() && !image.dataNames().contains(prefix + recorded.get());
    boolean right = stated.isPresent() && image.dataNames().contains(prefix + stated.get());
    return recorded.isEmpty() || (wrong && right) ? stated : recorded;
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
              + " is missing; see `stowage system check`; `stowage system repair` fetches it"
              + " again");
    }
    throw new NotFoundException(
        NotFoundException.Kind.FILE, item, "image " + image.id() + " has no data item " + item);
  }
}
