package dev.stowage.engine;

import dev.stowage.model.ImageId;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Reference;
import dev.stowage.store.ImageRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The value of a `reference` filter: a name that is looked up, and a shell pattern for names.
final class ReferencePattern {
  private final String value;

  /// The image that the value, looked up, leads to.
  private final Optional<ImageId> named;

  private final Optional<Reference> full;

  private ReferencePattern(String value, Optional<ImageId> named, Optional<Reference> full) {
    this.value = value;
    this.named = named;
    this.full = full;
  }

  static ReferencePattern of(String value, Lookup lookup) {
    Optional<ImageId> named;
    try {
      named = Optional.of(lookup.find(value, LookupOptions.DEFAULT).image().id());
    } catch (IOException e) {
      named = Optional.empty();
    }
    Optional<Reference> full;
    try {
      Reference reference = Reference.parse(value);
      boolean chooses = reference.tag().isPresent() || reference.digest().isPresent();
      full =
          chooses && reference.toString().equals(value) ? Optional.of(reference) : Optional.empty();
    } catch (MalformedException e) {
      full = Optional.empty();
    }
    return new ReferencePattern(value, named, full);
  }

  boolean matches(ImageRecord image) {
    if (named.isPresent() && named.get().equals(image.id())) {
      return true;
    }
    for (String name : image.names()) {
      Optional<Reference> reference = Names.stored(name);
      if (reference.isPresent()) {
        for (String spelling : spellings(reference.get())) {
          if (Glob.matches(value, spelling)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /// The image with those of its names alone that a full name asks for.
  ImageRecord narrowed(ImageRecord image) {
    if (full.isEmpty()) {
      return image;
    }
    List<String> names = new ArrayList<>();
    for (String name : image.names()) {
      if (asksFor(full.get(), name)) {
        names.add(name);
      }
    }
    return image.withNames(names);
  }

  private static boolean asksFor(Reference full, String name) {
    if (full.digest().isEmpty()) {
      return full.toString().equals(name);
    }
    Optional<Reference> reference = Names.stored(name);
    return reference.isPresent() && reference.get().repository().equals(full.repository());
  }

  /// The ways to spell a name: whole, without the host, and the last component, each with and
  /// without tag or digest.
  private static List<String> spellings(Reference reference) {
    String repository = reference.repository().toString();
    String path = reference.repository().path();
    String whole = reference.toString();
    String suffix = whole.substring(repository.length());
    String last = path.substring(path.lastIndexOf('/') + 1);
    return suffix.isEmpty()
        ? List.of(whole, path, last)
        : List.of(whole, path, last + suffix, repository, path + suffix, last);
  }
}
