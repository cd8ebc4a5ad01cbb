package dev.stowage.transfer.place;

import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.LayerCompression;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MediaType;
import dev.stowage.model.Reference;
import dev.stowage.model.Repository;
import java.util.Optional;

/// A form in which a layer is known to exist.
///
/// @param diffId the digest of its plain tar
/// @param form of that layer
/// @param place a repository in which it lay when last heard of
/// @param recipe how this program compressed it, where it did
public record LayerForm(
    Digest diffId, Descriptor form, Optional<Repository> place, Optional<String> recipe) {
  private static final String NOTHING = "-";

  /// Whether it says the same of the same layer, but for the place or the recipe that it adds.
  boolean replaces(LayerForm older) {
    return diffId.equals(older.diffId)
        && form.digest().equals(older.form.digest())
        && (older.place.isEmpty() || older.place.equals(place))
        && (older.recipe.isEmpty() || recipe.isPresent());
  }

  LayerCompression compression() {
    return LayerCompression.of(form.type());
  }

  /// One line: diff ID, digest, size, media type, repository, recipe.
  String line() {
    return diffId
        + " "
        + form.digest()
        + " "
        + form.size()
        + " "
        + form.type()
        + " "
        + (place.isPresent() ? place.get().toString() : NOTHING)
        + " "
        + recipe.orElse(NOTHING);
  }

  /// Reads a line; empty where it is broken.
  static Optional<LayerForm> parse(String line) {
    String[] words = line.split(" ", -1);
    if (words.length != 6) {
      return Optional.empty();
    }
    try {
      Descriptor form =
          new Descriptor(new MediaType(words[3]), Digest.parse(words[1]), Long.parseLong(words[2]));
      Optional<Repository> place =
          words[4].equals(NOTHING)
              ? Optional.empty()
              : Optional.of(Reference.parse(words[4]).repository());
      Optional<String> recipe = words[5].equals(NOTHING) ? Optional.empty() : Optional.of(words[5]);
      return Optional.of(new LayerForm(Digest.parse(words[0]), form, place, recipe));
    } catch (MalformedException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
