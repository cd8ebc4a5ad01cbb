package dev.stowage.trust;

import dev.stowage.model.Digest;
import dev.stowage.model.Reference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What an image is to a policy: the transport it comes by and the scopes that may speak about it.
///
/// @param transport for example `docker`
/// @param scopes the most specific first; the transport's own default is not among them
/// @param name the name that a signature is compared with, where the place gives it one
/// @param shown how messages call it
public record ImageIdentity(
    String transport, List<String> scopes, Optional<Reference> name, String shown) {

  public ImageIdentity {
    scopes = List.copyOf(scopes);
  }

  /// An image in a registry.
  public static ImageIdentity inRegistry(Reference image) {
    Reference exact = image.tagged().withoutRedundantTag();
    return new ImageIdentity(
        "docker", scopesOf(exact), Optional.of(exact), "docker://" + exact.familiar());
  }

  /// An image in Docker's daemon.
  ///
  /// @param name empty for one that is named by its ID
  public static ImageIdentity inDaemon(Optional<Reference> name, String shown) {
    return new ImageIdentity(
        "docker-daemon", name.isPresent() ? scopesOf(name.get()) : List.of(), name, shown);
  }

  /// An image at a path: `dir`, `oci`, `oci-archive`.
  ///
  /// @param path absolute and free of symbolic links, or no scope matches it
  public static ImageIdentity atPath(String transport, Path path, String shown) {
    List<String> scopes = new ArrayList<>();
    for (Path at = path; at != null && at.getNameCount() > 0; at = at.getParent()) {
      scopes.add(at.toString());
    }
    return new ImageIdentity(transport, scopes, Optional.empty(), shown);
  }

  /// An image of a transport that knows no scopes: `docker-archive`, `tarball`.
  public static ImageIdentity unscoped(String transport, Optional<Reference> name, String shown) {
    return new ImageIdentity(transport, List.of(), name, shown);
  }

  /// An image in a local store.
  ///
  /// @param driver for example `overlay`
  /// @param id where the image is named by it
  public static ImageIdentity inStore(
      String driver, Path root, Optional<Reference> name, Optional<String> id, String shown) {
    String store = "[" + driver + "@" + root + "]";
    List<String> scopes = new ArrayList<>();
    String named = name.isPresent() ? name.get().toString() : "";
    scopes.add(store + named + (id.isPresent() ? "@" + id.get() : ""));
    if (name.isPresent()) {
      Reference image = name.get();
      if (id.isPresent()) {
        scopes.add(store + named);
      }
      if (image.tag().isPresent() && image.digest().isPresent()) {
        scopes.add(store + image.repository() + ":" + image.tag().get());
      }
      for (String prefix : prefixes(image.repository().toString())) {
        scopes.add(store + prefix);
      }
    }
    scopes.add(store);
    scopes.add("[" + root + "]");
    return new ImageIdentity("containers-storage", scopes, name, shown);
  }

  /// The scopes that speak about a named image: itself, its repository, its namespaces, its host,
  /// and `*.domain` for every domain the host lies in.
  static List<String> scopesOf(Reference image) {
    List<String> scopes = new ArrayList<>();
    scopes.add(image.toString());
    scopes.addAll(prefixes(image.repository().toString()));
    String domain = scopes.getLast();
    int colon = domain.indexOf(':');
    domain = colon < 0 ? domain : domain.substring(0, colon);
    for (int dot = domain.indexOf('.'); dot >= 0; dot = domain.indexOf('.')) {
      domain = domain.substring(dot + 1);
      scopes.add("*." + domain);
    }
    return scopes;
  }

  private static List<String> prefixes(String name) {
    List<String> prefixes = new ArrayList<>();
    String at = name;
    prefixes.add(at);
    for (int slash = at.lastIndexOf('/'); slash >= 0; slash = at.lastIndexOf('/')) {
      at = at.substring(0, slash);
      prefixes.add(at);
    }
    return prefixes;
  }

  /// How a policy's author would name it.
  String forLog() {
    return transport + ":" + (scopes.isEmpty() ? "" : scopes.getFirst());
  }

  /// Whether the text is the form of an image ID.
  static boolean isImageId(String text) {
    return Digest.isDigest("sha256:" + text);
  }
}
