package dev.stowage.transfer;

import dev.stowage.model.Digest;
import dev.stowage.model.ImageId;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Reference;
import dev.stowage.model.UnsupportedException;
import dev.stowage.model.Wanted;
import dev.stowage.transfer.Location.AtDaemon;
import dev.stowage.transfer.Location.AtRegistry;
import dev.stowage.transfer.Location.Choice;
import dev.stowage.transfer.Location.InDirectory;
import dev.stowage.transfer.Location.InDockerArchive;
import dev.stowage.transfer.Location.InLayout;
import dev.stowage.transfer.Location.InOciArchive;
import dev.stowage.transfer.Location.InStore;
import dev.stowage.transfer.Location.InTarballs;
import dev.stowage.transfer.Location.StorePlace;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The text of a location. Complaints are worded as the peers word them, because people and scripts
/// look for those words.
final class LocationText {
  private static final String SHA256 = Digest.Algorithm.SHA256.prefix();

  private LocationText() {}

  static Location parse(String text) throws MalformedException, UnsupportedException {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new MalformedException(
          "Invalid image name \"" + text + "\", expected colon-separated transport:reference");
    }
    String transport = text.substring(0, colon);
    String details = text.substring(colon + 1);
    if (text.indexOf('\0') >= 0) {
      throw new MalformedException(
          "Invalid image name: it holds a NUL character", text.indexOf('\0'), null);
    }
    return switch (transport) {
      case "docker" -> registry(details);
      case "containers-storage" -> store(details);
      case "oci" -> {
        Split split = Split.of(details);
        yield new InLayout(path(text, split.path()), layoutChoice(split.rest()));
      }
      case "oci-archive" -> {
        Split split = Split.of(details);
        yield new InOciArchive(path(text, split.path()), layoutChoice(split.rest()));
      }
      case "docker-archive" -> dockerArchive(text, details);
      case "dir" -> new InDirectory(path(text, details));
      case "docker-daemon" -> daemon(details);
      case "tarball" -> tarballs(text, details);
      case "sif", "ostree", "atomic" ->
          throw new UnsupportedException(
              "The transport \"" + transport + ":\" is not supported in this build");
      default ->
          throw new MalformedException(
              "Invalid image name \"" + text + "\", unknown transport \"" + transport + "\"");
    };
  }

  private static AtRegistry registry(String details) throws MalformedException {
    if (!details.startsWith("//")) {
      throw new MalformedException(
          "docker: image reference " + details + " does not start with //");
    }
    String written = details.substring(2);
    boolean bare = written.endsWith(AtRegistry.UNKNOWN_DIGEST);
    if (bare) {
      written = written.substring(0, written.length() - AtRegistry.UNKNOWN_DIGEST.length());
    }
    Reference name = Reference.parse(written);
    if (bare) {
      if (name.tag().isPresent() || name.digest().isPresent()) {
        throw new MalformedException(
            "docker: image reference \""
                + name
                + AtRegistry.UNKNOWN_DIGEST
                + "\" has unknown digest set but it contains either a tag or digest");
      }
      return new AtRegistry(name);
    }
    if (name.tag().isPresent() && name.digest().isPresent()) {
      throw new MalformedException(
          "Docker references with both a tag and digest are currently not supported");
    }
    return new AtRegistry(name.tagged());
  }

  private static InStore store(String details) throws MalformedException {
    Optional<StorePlace> place = Optional.empty();
    String name = details;
    if (details.startsWith("[")) {
      int end = details.indexOf(']');
      if (end < 0) {
        throw new MalformedException(
            "store specifier in \"" + details + "\" did not end: invalid reference");
      }
      place = Optional.of(storePlace(details.substring(1, end)));
      name = details.substring(end + 1);
    }
    if (name.isEmpty()) {
      throw new MalformedException("\"" + details + "\" is an empty reference: invalid reference");
    }
    checkStoreName(name);
    return new InStore(place, name);
  }

  private static StorePlace storePlace(String text) throws MalformedException {
    int at = text.indexOf('@');
    String driver = at < 0 ? "" : text.substring(0, at);
    String rest = text.substring(at + 1);
    if (rest.isEmpty() || at == 0) {
      throw new MalformedException(
          "store specifier \"["
              + text
              + "]\" lacks its "
              + (at == 0 ? "driver" : "root")
              + ": invalid reference");
    }
    int colon = rest.indexOf(':');
    List<String> options =
        colon < 0 ? List.of() : List.of(rest.substring(colon + 1).split(",", -1));
    String roots = colon < 0 ? rest : rest.substring(0, colon);
    int plus = roots.indexOf('+');
    String root = plus < 0 ? roots : roots.substring(0, plus);
    String runRoot = plus < 0 ? "" : roots.substring(plus + 1);
    return new StorePlace(
        driver.isEmpty() ? Optional.empty() : Optional.of(driver),
        absolute(root),
        runRoot.isEmpty() ? Optional.empty() : Optional.of(absolute(runRoot)),
        options);
  }

  private static Path absolute(String root) throws MalformedException {
    Path path = path(root);
    if (!path.isAbsolute()) {
      throw new MalformedException("\"" + root + "\": path name is not absolute");
    }
    return path;
  }

  /// Checks what can be checked without the store: what may be the beginning of an ID is left to
  /// it.
  private static void checkStoreName(String name) throws MalformedException {
    int at = name.lastIndexOf('@');
    String named = name;
    if (at >= 0) {
      String suffix = name.substring(at + 1);
      if (suffix.isEmpty()) {
        throw new MalformedException(
            "empty trailing digest or ID in \"" + name + "\": invalid reference");
      }
      if (!Digest.isDigest(suffix)) {
        if (!isHex(suffix)) {
          throw new MalformedException(
              "\"" + suffix + "\" does not look like an image ID or digest: invalid reference");
        }
        named = name.substring(0, at);
      }
    }
    if (!named.isEmpty() && !Digest.isDigest(SHA256 + ":" + named)) {
      try {
        Reference _ = Reference.parse(named);
      } catch (MalformedException e) {
        throw new MalformedException(
            "parsing named reference \"" + named + "\": " + e.getMessage(), e.position(), e);
      }
    }
  }

  private static boolean isHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.digit(text.charAt(i), 16) < 0) {
        return false;
      }
    }
    return true;
  }

  private static InDockerArchive dockerArchive(String text, String details)
      throws MalformedException {
    if (details.isEmpty()) {
      throw new MalformedException(
          "docker-archive reference " + details + " isn't of the form <path>[:<reference>]");
    }
    Split split = Split.of(details);
    Path file = path(text, split.path());
    if (split.rest().isEmpty()) {
      return new InDockerArchive(file, Choice.ONLY);
    }
    String rest = split.rest().get();
    if (rest.startsWith("@")) {
      return new InDockerArchive(file, numbered(rest));
    }
    Reference name;
    try {
      name = Reference.parse(rest);
    } catch (MalformedException e) {
      throw new MalformedException(
          "docker-archive parsing reference: " + e.getMessage(), e.position(), e);
    }
    if (name.digest().isPresent()) {
      throw new MalformedException(
          name.tag().isPresent()
              ? "docker-archive doesn't support digest references: " + name
              : "reference does not include a tag: " + name);
    }
    return new InDockerArchive(file, new Choice.Named(name.tagged().toString()));
  }

  private static Choice layoutChoice(Optional<String> written) throws MalformedException {
    if (written.isEmpty() || written.get().isEmpty()) {
      return Choice.ONLY;
    }
    String name = written.get();
    if (name.startsWith("@")) {
      return numbered(name);
    }
    if (!isLayoutName(name)) {
      throw new MalformedException("Invalid image " + name);
    }
    return new Choice.Named(name);
  }

  private static Choice numbered(String written) throws MalformedException {
    int index;
    try {
      index = Integer.parseInt(written.substring(1));
    } catch (NumberFormatException e) {
      throw new MalformedException(
          "Invalid source index " + written + ": not an integer",
          MalformedException.UNKNOWN_POSITION,
          e);
    }
    if (index < 0) {
      throw new MalformedException("Invalid source index @" + index + ": must not be negative");
    }
    return new Choice.Numbered(index);
  }

  /// Whether the OCI image layout allows a name: letters and digits, single separators out of
  /// `-._:@+` or a double hyphen between them, in components divided by slashes.
  static boolean isLayoutName(String name) {
    boolean separated = true;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9') {
        separated = false;
      } else if ("-._:@+/".indexOf(c) >= 0 && !separated) {
        separated = true;
        if (c == '-' && i + 1 < name.length() && name.charAt(i + 1) == '-') {
          i++;
        }
      } else {
        return false;
      }
    }
    return !separated;
  }

  private static AtDaemon daemon(String details) throws MalformedException {
    if (Digest.isDigest(details)) {
      Digest id = Digest.parse(details);
      if (id.algorithm() != Digest.Algorithm.SHA256) {
        throw new MalformedException(
            "Invalid docker-daemon: reference "
                + details
                + ": only digest algorithm "
                + SHA256
                + " accepted");
      }
      return new AtDaemon(new Wanted.ById(details, new ImageId(id.hex())));
    }
    if (Digest.isDigest(SHA256 + ":" + details)) {
      throw new MalformedException(
          "invalid repository name (" + details + "), cannot specify 64-byte hexadecimal strings");
    }
    Reference name = Reference.parse(details);
    if (name.repository().familiar().equals(SHA256)) {
      throw new MalformedException(
          "Invalid docker-daemon: reference "
              + details
              + ": The "
              + SHA256
              + " repository name is reserved for (non-shortened) digest references");
    }
    if (name.tag().isEmpty() && name.digest().isEmpty()) {
      throw new MalformedException(
          "docker-daemon: reference " + name.familiar() + " has neither a tag nor a digest");
    }
    if (name.tag().isPresent() && name.digest().isPresent()) {
      throw new MalformedException(
          "docker-daemon: references with both a tag and digest are currently not supported");
    }
    return new AtDaemon(new Wanted.ByName(name.familiar(), name));
  }

  private static InTarballs tarballs(String text, String details) throws MalformedException {
    List<String> files = List.of(details.split(":", -1));
    for (String file : files) {
      if (file.isEmpty()) {
        throw new MalformedException("Invalid image name \"" + text + "\": it names no file");
      }
    }
    return new InTarballs(files);
  }

  private static Path path(String text, String written) throws MalformedException {
    if (written.isEmpty()) {
      throw new MalformedException("Invalid image name \"" + text + "\": it names no path");
    }
    return path(written);
  }

  private static Path path(String written) throws MalformedException {
    try {
      return Path.of(written);
    } catch (InvalidPathException e) {
      throw new MalformedException(
          "\"" + written + "\" cannot be a path here: " + e.getReason(),
          MalformedException.UNKNOWN_POSITION,
          e);
    }
  }

  /// A path and what stands behind the first colon.
  private record Split(String path, Optional<String> rest) {
    static Split of(String details) {
      int colon = details.indexOf(':');
      return colon < 0
          ? new Split(details, Optional.empty())
          : new Split(details.substring(0, colon), Optional.of(details.substring(colon + 1)));
    }
  }
}
