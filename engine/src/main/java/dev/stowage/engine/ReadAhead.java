package dev.stowage.engine;

import dev.stowage.model.Bytes;
import dev.stowage.store.ImageRecord;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Data items that were read before the store was locked, for whoever asks for them while it is:
/// the lock is not held for reading thousands of files.
final class ReadAhead implements ImageData {
  /// Larger ones are not kept, in bytes: what has to be read once more is little then.
  private static final int LARGEST = 64 * 1024;

  private final ImageData before;
  private final Map<ImageRecord, Map<String, Bytes>> kept = new HashMap<>();

  ReadAhead(ImageData before) {
    this.before = before;
  }

  @Override
  public Bytes read(ImageRecord image, String name) throws IOException {
    Optional<Bytes> known = known(image, name);
    if (known.isPresent()) {
      return known.get();
    }
    Bytes content = before.read(image, name);
    if (content.length() <= LARGEST) {
      kept.computeIfAbsent(image, _ -> new HashMap<>()).put(name, content);
    }
    return content;
  }

  /// A record that was read again meanwhile is another one, whose items are read again too.
  private Optional<Bytes> known(ImageRecord image, String name) {
    return Optional.ofNullable(kept.getOrDefault(image, Map.of()).get(name));
  }

  /// What was kept, and for the rest what there is now.
  ImageData beside(ImageData now) {
    return (image, name) -> {
      Optional<Bytes> known = known(image, name);
      return known.isPresent() ? known.get() : now.read(image, name);
    };
  }
}
