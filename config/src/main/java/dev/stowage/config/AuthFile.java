package dev.stowage.config;

import dev.stowage.model.Bytes;
import dev.stowage.model.Credentials;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A file with credentials for registries.
///
/// Among the keys that match, the most specific counts: the repository, the namespaces above it,
/// the registry. Last, keys that are URLs are matched by their host, because old clients wrote
/// such.
///
/// @param path where it is
/// @param format how it is laid out
public record AuthFile(Path path, Format format) {

  /// The most bytes read of an auth file: one with a thousand entries has some hundred kilobytes.
  private static final long MOST_BYTES = 16 << 20;

  /// How an auth file is laid out.
  public enum Format {
    /// An object with `auths`, `credHelpers` and `credsStore`.
    CURRENT,
    /// An object of entries by URL.
    LEGACY
  }

  /// The credentials for a repository, or with an empty path for a registry.
  ///
  /// @param trace is told what was looked at
  Optional<Credentials> find(
      String host, String repository, Surroundings surroundings, List<FoundCredentials.Look> trace)
      throws IOException {
    Optional<Json.Obj> read = read();
    if (read.isEmpty()) {
      trace.add(FoundCredentials.Look.at(path, "no such file"));
      return Optional.empty();
    }
    try {
      return find(read.get(), host, repository, surroundings, trace);
    } catch (MalformedException e) {
      throw new MalformedException(
          "reading JSON file \"" + path + "\": " + e.getMessage(), e.position(), e);
    }
  }

  private Optional<Json.Obj> read() throws IOException {
    byte[] bytes;
    try {
      if (Files.size(path) > MOST_BYTES) {
        throw new MalformedException(path + ": too large to be an auth file");
      }
      bytes = Files.readAllBytes(path);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.parseObject(Bytes.owning(bytes)));
    } catch (MalformedException e) {
      throw new MalformedException(
          "reading JSON file \""
              + path
              + "\": "
              + e.getMessage()
              + ": mend it, or remove it and log in again",
          e.position(),
          e);
    }
  }

  private Optional<Credentials> find(
      Json.Obj file,
      String host,
      String repository,
      Surroundings surroundings,
      List<FoundCredentials.Look> trace)
      throws IOException {
    if (format == Format.CURRENT) {
      String helper = file.strings("credHelpers").get(host);
      if (helper != null) {
        return CredentialHelper.named(helper, surroundings).get(host, path.toString(), trace);
      }
    }
    Json.Obj auths =
        format == Format.LEGACY
            ? file
            : file.object("auths").orElseGet(() -> Json.object().build());
    Optional<String> key = key(auths, host, repository);
    if (key.isPresent()) {
      Optional<Credentials> found = decode(auths, key.get());
      if (found.isPresent()) {
        trace.add(FoundCredentials.Look.at(path, "credentials of " + key.get()));
        return found;
      }
      trace.add(FoundCredentials.Look.at(path, "an empty entry " + key.get()));
    } else {
      trace.add(FoundCredentials.Look.at(path, "no entry for " + name(host, repository)));
    }
    return inStore(file, host, surroundings, trace);
  }

  /// What Docker's `credsStore` has. The peers do not know this key, so a helper that fails is no
  /// reason to fail where they go on.
  private Optional<Credentials> inStore(
      Json.Obj file, String host, Surroundings surroundings, List<FoundCredentials.Look> trace)
      throws IOException {
    Optional<String> store = format == Format.LEGACY ? Optional.empty() : file.string("credsStore");
    if (store.isEmpty() || store.get().isEmpty()) {
      return Optional.empty();
    }
    try {
      String key =
          normalized(host).equals("index.docker.io") ? "https://index.docker.io/v1/" : host;
      return CredentialHelper.named(store.get(), surroundings).get(key, path.toString(), trace);
    } catch (IOException e) {
      trace.add(new FoundCredentials.Look(path.toString(), String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }

  private Optional<String> key(Json.Obj auths, String host, String repository) {
    Map<String, Json> entries = auths.fields();
    String name = format == Format.LEGACY ? host : name(host, repository);
    while (true) {
      if (entries.containsKey(name)) {
        return Optional.of(name);
      }
      int slash = name.lastIndexOf('/');
      if (slash < 0) {
        break;
      }
      name = name.substring(0, slash);
    }
    for (String key : entries.keySet()) {
      if (hostOf(key).equals(normalized(host))) {
        return Optional.of(key);
      }
    }
    return Optional.empty();
  }

  private static String name(String host, String repository) {
    return repository.isEmpty() ? host : host + "/" + repository;
  }

  /// The host of a key that is a URL or, in the legacy format, begins with a host.
  private String hostOf(String key) {
    String rest = key;
    if (rest.startsWith("http://")) {
      rest = rest.substring("http://".length());
    }
    if (rest.startsWith("https://")) {
      rest = rest.substring("https://".length());
    }
    int slash = rest.indexOf('/');
    if (slash >= 0 && (format == Format.LEGACY || rest.length() < key.length())) {
      rest = rest.substring(0, slash);
    }
    return normalized(rest);
  }

  private static String normalized(String host) {
    return host.equals("docker.io") || host.equals("registry-1.docker.io")
        ? "index.docker.io"
        : host;
  }

  private static Optional<Credentials> decode(Json.Obj auths, String key)
      throws MalformedException {
    Json.Obj entry = auths.object(key).orElseGet(() -> Json.object().build());
    String token = entry.string("identitytoken").orElse("");
    if (!token.isEmpty()) {
      return Optional.of(new Credentials.IdentityToken(Secret.of(token)));
    }
    String auth = entry.string("auth").orElse("").replace("\r", "").replace("\n", "");
    String pair;
    try {
      pair = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // Neither the text nor the decoder's complaint, which quotes it, may get into a message.
      throw new MalformedException(
          "the field \"auth\" of \"" + key + "\" is not base64: log in again");
    }
    int colon = pair.indexOf(':');
    if (colon < 0) {
      return Optional.empty();
    }
    String user = pair.substring(0, colon);
    String password = withoutZeros(pair.substring(colon + 1));
    return user.isEmpty() && password.isEmpty()
        ? Optional.empty()
        : Optional.of(new Credentials.Basic(user, Secret.of(password)));
  }

  private static String withoutZeros(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && text.charAt(start) == 0) {
      start++;
    }
    while (end > start && text.charAt(end - 1) == 0) {
      end--;
    }
    return text.substring(start, end);
  }
}
