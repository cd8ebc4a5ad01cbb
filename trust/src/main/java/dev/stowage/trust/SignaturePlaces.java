package dev.stowage.trust;

import dev.stowage.config.Surroundings;
import dev.stowage.config.User;
import dev.stowage.config.Yaml;
import dev.stowage.model.Bytes;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Reference;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where the signatures of images in registries lie: what the files of `registries.d` say.
///
/// @see <a
///   href="https://github.com/containers/container-libs/blob/main/image/docs/containers-registries.d.5.md">
///   containers-registries.d(5)</a>
public final class SignaturePlaces {
  private static final int LARGEST = 1 << 20;

  private final Optional<Scope> fallback;
  private final Map<String, Scope> scopes;
  private final Path builtIn;

  private SignaturePlaces(Optional<Scope> fallback, Map<String, Scope> scopes, Path builtIn) {
    this.fallback = fallback;
    this.scopes = scopes;
    this.builtIn = builtIn;
  }

  /// What is said about one scope; nothing where it says nothing.
  ///
  /// @param attachments whether sigstore signatures are attached to images in the registry
  private record Scope(
      Optional<String> lookaside, Optional<String> staging, Optional<Boolean> attachments) {}

  /// What a place is asked for.
  public enum Use {
    READ,
    /// The staging place, where one is named.
    WRITE
  }

  /// Whether sigstore signatures are kept in the registry, attached to the images.
  public enum Attachments {
    USED,
    NOT_USED
  }

  /// The directory whose files are read: the one that was chosen, else the user's, else the
  /// system's.
  public static Path directory(Surroundings surroundings, Optional<Path> chosen) {
    if (chosen.isPresent()) {
      return surroundings.directory().resolve(chosen.get());
    }
    Path users = surroundings.user().home().resolve(".config/containers/registries.d");
    return Files.exists(users) ? users : surroundings.system("/etc/containers/registries.d");
  }

  /// Reads every `*.yaml` of the directory.
  ///
  /// @throws MalformedException if one cannot be read, or two speak about the same scope
  public static SignaturePlaces read(Surroundings surroundings, Optional<Path> chosen)
      throws IOException {
    Optional<Scope> fallback = Optional.empty();
    String fallbackFrom = "";
    Map<String, Scope> scopes = new LinkedHashMap<>();
    Map<String, String> from = new LinkedHashMap<>();
    for (Path file : files(directory(surroundings, chosen))) {
      Optional<Json.Obj> config = config(file);
      if (config.isEmpty()) {
        continue;
      }
      try {
        Optional<Json.Obj> general = config.get().object("default-docker");
        if (general.isPresent()) {
          if (fallback.isPresent()) {
            throw twice("\"default-docker\"", fallbackFrom, file);
          }
          fallback = Optional.of(scope(general.get()));
          fallbackFrom = file.toString();
        }
        Optional<Json.Obj> docker = config.get().object("docker");
        if (docker.isPresent()) {
          for (String name : docker.get().fields().keySet()) {
            String before = from.put(name, file.toString());
            if (before != null) {
              throw twice("\"docker\" namespace \"" + name + "\"", before, file);
            }
            scopes.put(
                name,
                docker.get().get(name).isEmpty()
                    ? new Scope(Optional.empty(), Optional.empty(), Optional.empty())
                    : scope(Strict.child(docker.get(), name)));
          }
        }
      } catch (MalformedException e) {
        String text = String.valueOf(e.getMessage());
        throw text.startsWith("Error parsing")
            ? e
            : new MalformedException("parsing " + file + ": " + text, e.position(), e);
      }
    }
    Path builtIn =
        surroundings.user().store() == User.Store.SYSTEM
            ? surroundings.system("/var/lib/containers/sigstore")
            : surroundings.user().home().resolve(".local/share/containers/sigstore");
    return new SignaturePlaces(fallback, scopes, builtIn);
  }

  private static List<Path> files(Path directory) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "*.yaml")) {
      entries.forEach(files::add);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    files.sort(null);
    return files;
  }

  private static Optional<Json.Obj> config(Path file) throws IOException {
    try {
      if (Files.size(file) > LARGEST) {
        throw new MalformedException("it is larger than " + LARGEST + " bytes");
      }
      Json json = Yaml.parse(Bytes.owning(Files.readAllBytes(file)));
      return json instanceof Json.Null ? Optional.empty() : Optional.of(Strict.object(json));
    } catch (NoSuchFileException e) {
      return Optional.empty(); // removed since the directory was listed
    } catch (MalformedException e) {
      throw new MalformedException("parsing " + file + ": " + e.getMessage(), e.position(), e);
    }
  }

  private static MalformedException twice(String what, String before, Path now) {
    return new MalformedException(
        "Error parsing signature storage configuration: "
            + what
            + " defined both in \""
            + before
            + "\" and \""
            + now
            + "\"");
  }

  private static Scope scope(Json.Obj said) throws MalformedException {
    return new Scope(
        either(said, "lookaside", "sigstore"),
        either(said, "lookaside-staging", "sigstore-staging"),
        said.bool("use-sigstore-attachments"));
  }

  /// The newer name of a setting goes before its older one.
  private static Optional<String> either(Json.Obj said, String name, String older)
      throws MalformedException {
    Optional<String> value = said.string(name).filter(text -> !text.isEmpty());
    return value.isPresent() ? value : said.string(older).filter(text -> !text.isEmpty());
  }

  /// The place of simple signatures that applies to an image, as it is written; empty where none is
  /// configured.
  public Optional<String> configured(List<String> names, Use use) {
    for (Scope scope : speaking(names)) {
      Optional<String> place =
          use == Use.WRITE && scope.staging.isPresent() ? scope.staging : scope.lookaside;
      if (place.isPresent()) {
        return place;
      }
    }
    return Optional.empty();
  }

  /// The scope that speaks about a name of policy.json, for those who show what is configured.
  public Optional<String> shownFor(String name) {
    String at = name;
    while (!at.isEmpty()) {
      Scope scope = scopes.get(at);
      if (scope != null) {
        return scope.lookaside;
      }
      int slash = at.lastIndexOf('/');
      at = slash < 0 ? "" : at.substring(0, slash);
    }
    return fallback.isPresent() ? fallback.get().lookaside : Optional.empty();
  }

  /// Where the simple signatures of an image's repository lie: `file:`, `http:` or `https:`.
  public URI lookaside(Reference image, Use use) throws MalformedException {
    Optional<String> place =
        configured(ImageIdentity.scopesOf(image.tagged().withoutRedundantTag()), use);
    String base = place.isPresent() ? place.get() : builtIn.toUri().toString();
    try {
      URI uri = new URI(base);
      if (uri.getScheme() == null || uri.getRawPath() == null) {
        throw new URISyntaxException(base, "it is no absolute URL");
      }
      String path = uri.getRawPath();
      // The repository's path has none but harmless characters.
      return new URI(
          uri.getScheme()
              + ":"
              + (uri.getRawAuthority() == null ? "//" : "//" + uri.getRawAuthority())
              + path
              + (path.endsWith("/") ? "" : "/")
              + image.repository().path());
    } catch (URISyntaxException e) {
      throw new MalformedException(
          "Invalid signature storage URL " + base + ": " + e.getReason(),
          MalformedException.UNKNOWN_POSITION,
          e);
    }
  }

  /// Whether sigstore signatures of an image are attached to it in the registry.
  public Attachments attachments(Reference image) {
    for (Scope scope : speaking(ImageIdentity.scopesOf(image.tagged().withoutRedundantTag()))) {
      if (scope.attachments.isPresent()) {
        return scope.attachments.get() ? Attachments.USED : Attachments.NOT_USED;
      }
    }
    return Attachments.NOT_USED;
  }

  /// What is said about a name, the most specific first, the general last.
  private List<Scope> speaking(List<String> names) {
    List<Scope> speaking = new ArrayList<>();
    for (String name : names) {
      Scope scope = scopes.get(name);
      if (scope != null) {
        speaking.add(scope);
      }
    }
    fallback.ifPresent(speaking::add);
    return speaking;
  }
}
