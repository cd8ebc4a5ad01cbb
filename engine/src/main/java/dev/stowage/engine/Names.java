package dev.stowage.engine;

import dev.stowage.model.Digest;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Reference;
import dev.stowage.model.Repository;
import dev.stowage.model.UnsupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// How names are written into the store, and read from it.
final class Names {
  private static final String DIGEST_PREFIX = Digest.Algorithm.SHA256.prefix() + ":";

  private Names() {}

  /// The full name that a name stands for when an image is to be called by it: names without a host
  /// belong to `localhost`, those without tag and digest get `latest`, and a tag beside a digest is
  /// dropped.
  static Reference normalize(String text) throws MalformedException {
    int slash = text.indexOf('/');
    String host = slash < 0 ? "" : text.substring(0, slash);
    boolean full = host.indexOf('.') >= 0 || host.indexOf(':') >= 0 || host.equals("localhost");
    try {
      return Reference.parse(full ? text : Repository.LOCALHOST + "/" + text)
          .withoutRedundantTag()
          .tagged();
    } catch (MalformedException e) {
      throw new MalformedException(
          "normalizing name \"" + text + "\": " + e.getMessage(), e.position(), e);
    }
  }

  /// The name to give to an image.
  ///
  /// @throws UnsupportedException if it is a digest, or has one
  static Reference toAdd(String text) throws MalformedException, UnsupportedException {
    if (!text.startsWith(DIGEST_PREFIX)) {
      Reference name = normalize(text);
      if (name.digest().isEmpty()) {
        return name;
      }
    }
    throw new UnsupportedException(text + ": tag by digest not supported");
  }

  /// The name to take from an image.
  ///
  /// @throws UnsupportedException if it is a digest
  static Reference toRemove(String text) throws MalformedException, UnsupportedException {
    if (text.startsWith(DIGEST_PREFIX)) {
      throw new UnsupportedException(text + ": untag by digest not supported");
    }
    return normalize(text);
  }

  /// A name from the store; nothing where it is none.
  static Optional<Reference> stored(String name) {
    try {
      return Optional.of(Reference.parse(name));
    } catch (MalformedException e) {
      return Optional.empty();
    }
  }

  /// The names from the store that are names.
  static List<Reference> stored(List<String> names) {
    List<Reference> references = new ArrayList<>(names.size());
    for (String name : names) {
      stored(name).ifPresent(references::add);
    }
    return List.copyOf(references);
  }

  static boolean anyOf(List<String> names, Repository repository) {
    String full = repository.toString();
    for (String name : names) {
      if (name.startsWith(full)) {
        Optional<Reference> reference = stored(name);
        if (reference.isPresent() && reference.get().repository().equals(repository)) {
          return true;
        }
      }
    }
    return false;
  }

  /// Every repository of the names with every digest, each once, in alphabetical order.
  static List<Reference> digested(List<Reference> names, List<Digest> digests) {
    TreeSet<Reference> all = new TreeSet<>();
    for (Reference name : names) {
      for (Digest digest : digests) {
        all.add(Reference.of(name.repository(), digest));
      }
    }
    return List.copyOf(all);
  }
}
