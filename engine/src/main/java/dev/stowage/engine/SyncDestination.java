package dev.stowage.engine;

import dev.stowage.model.MalformedException;
import dev.stowage.model.Reference;
import dev.stowage.transfer.Location;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Where synchronized images go. Each gets a place below it, called after where it came from.
public sealed interface SyncDestination {

  /// Into a registry.
  ///
  /// @param prefix what stands before the name of each repository: `host` or `host/path`
  record ToRegistry(String prefix) implements SyncDestination {}

  /// Into a `dir:` directory for each image.
  record ToDirectories(Path top) implements SyncDestination {}

  /// Into an OCI layout for each repository, in which the tags are names of images.
  record ToLayouts(Path top) implements SyncDestination {}

  /// The place of an image.
  ///
  /// @param name what it is called after: `repository:tag`, `repository@digest`, or a path
  /// @throws MalformedException where that makes no name of an image
  default Location place(String name) throws MalformedException {
    return switch (this) {
      case ToRegistry(String prefix) -> {
        List<String> parts = new ArrayList<>();
        for (String part : (prefix + "/" + name).split("/", -1)) {
          if (!part.isEmpty() && !part.equals(".")) {
            parts.add(part);
          }
        }
        String text = String.join("/", parts);
        try {
          yield new Location.AtRegistry(Reference.parse(text).tagged());
        } catch (MalformedException e) {
          throw new MalformedException(
              "Cannot obtain a valid image reference for transport \"docker\" and reference \"//"
                  + text
                  + "\": "
                  + e.getMessage(),
              e.position(),
              e);
        }
      }
      case ToDirectories(Path top) -> new Location.InDirectory(below(top, name));
      case ToLayouts(Path top) -> {
        int slash = name.lastIndexOf('/');
        int at = name.indexOf('@', slash + 1);
        int mark = at >= 0 ? at : name.indexOf(':', slash + 1);
        yield mark < 0
            ? new Location.InLayout(below(top, name), Location.Choice.ONLY)
            : new Location.InLayout(
                below(top, name.substring(0, mark)),
                new Location.Choice.Named(name.substring(mark + 1)));
      }
    };
  }

  private static Path below(Path top, String name) throws MalformedException {
    String relative = name;
    while (relative.startsWith("/")) {
      relative = relative.substring(1);
    }
    Path place = top.resolve(relative).normalize();
    if (!place.startsWith(top.normalize())) {
      throw new MalformedException(name + " leads out of " + top);
    }
    return place;
  }
}
