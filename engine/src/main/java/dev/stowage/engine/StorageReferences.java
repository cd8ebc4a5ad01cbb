package dev.stowage.engine;

import dev.stowage.model.Digest;
import dev.stowage.model.ImageId;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Reference;
import dev.stowage.model.UnsupportedException;
import dev.stowage.store.ImageRecord;
import java.io.IOException;
import java.util.Optional;

/// Reads what follows `containers-storage:`: a name, `@` and an ID, or both.
///
/// @see <a
///   href="https://github.com/containers/container-libs/blob/main/image/docs/containers-transports.5.md">
///   containers-transports(5)</a>
final class StorageReferences {
  /// The fewest digits an ID is shortened to here.
  private static final int SHORTEST = 3;

  private final View view;
  private final Lookup lookup;

  StorageReferences(View view, Lookup lookup) {
    this.view = view;
    this.lookup = lookup;
  }

  /// The image, exactly as it is named: no list is replaced by an instance, no platform looked at.
  Hit find(String text, String reference) throws IOException {
    if (reference.startsWith("[")) {
      throw new UnsupportedException(
          text + ": another store cannot be named here; open it with its root and runroot");
    }
    String name = reference;
    Optional<ImageRecord> byId = Optional.empty();
    int at = name.lastIndexOf('@');
    if (at >= 0 && !Digest.isDigest(name.substring(at + 1))) {
      String id = name.substring(at + 1);
      byId = withId(id);
      if (byId.isEmpty()) {
        throw Digest.isDigest("sha256:" + id)
            ? Lookup.unknown(text)
            : new MalformedException(
                text + ": \"" + id + "\" looks like neither a valid digest nor an image ID");
      }
      name = name.substring(0, at);
    } else {
      byId = withId(name);
      name = byId.isPresent() ? "" : name;
    }
    Optional<Hit> found = byId.map(image -> Hit.of(image, ""));
    if (!name.isEmpty()) {
      Reference full = Reference.parse(name).tagged();
      if (byId.isEmpty()) {
        found = lookup.resolve(full);
      } else if (!Names.anyOf(byId.get().names(), full.repository())) {
        found = Optional.empty();
      }
    } else if (found.isEmpty()) {
      throw new MalformedException(text + ": it names no image");
    }
    return found.orElseThrow(() -> Lookup.unknown(text)).under("");
  }

  private Optional<ImageRecord> withId(String digits) throws IOException {
    if (digits.length() < SHORTEST) {
      return Optional.empty();
    }
    return Digest.isDigest("sha256:" + digits)
        ? view.snapshot().image(new ImageId(digits))
        : view.snapshot().imageByPrefix(digits);
  }
}
