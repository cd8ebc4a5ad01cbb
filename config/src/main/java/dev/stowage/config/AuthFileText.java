package dev.stowage.config;

import dev.stowage.model.Bytes;
import dev.stowage.model.Credentials;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The text of an auth file that is to be changed: `auths` with logins, `credHelpers` with helpers,
/// and whatever other keys other programs keep in it, which stay as they are.
final class AuthFileText {
  private static final String AUTHS = "auths";
  private static final String HELPERS = "credHelpers";

  private final Path path;
  private final Json.Obj json;

  private AuthFileText(Path path, Json.Obj json) {
    this.path = path;
    this.json = json;
  }

  /// Reads the file; one that is not there holds nothing.
  static AuthFileText read(Path path) throws IOException {
    try {
      return new AuthFileText(path, Json.parseObject(Bytes.owning(Files.readAllBytes(path))));
    } catch (NoSuchFileException e) {
      return new AuthFileText(path, Json.object().build());
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

  /// The helper that keeps the login for a registry.
  Optional<String> helper(String name) throws MalformedException {
    return Optional.ofNullable(json.strings(HELPERS).get(name));
  }

  List<String> hostsWithHelpers() throws MalformedException {
    return List.copyOf(json.strings(HELPERS).keySet());
  }

  boolean holds(String name) throws MalformedException {
    Optional<Json.Obj> auths = json.object(AUTHS);
    return auths.isPresent() && auths.get().fields().containsKey(name);
  }

  AuthFileText with(String name, Credentials.Basic login) throws MalformedException {
    String pair = login.user() + ":" + login.password().reveal();
    Map<String, Json> auths = auths();
    auths.put(
        name,
        Json.object()
            .put("auth", Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)))
            .build());
    return with(AUTHS, auths);
  }

  AuthFileText without(String name) throws MalformedException {
    Map<String, Json> auths = auths();
    auths.remove(name);
    return with(AUTHS, auths);
  }

  /// Without any login or helper.
  AuthFileText emptied() {
    AuthFileText bare = with(AUTHS, new LinkedHashMap<>());
    return json.get(HELPERS).isPresent() ? bare.with(HELPERS, new LinkedHashMap<>()) : bare;
  }

  private Map<String, Json> auths() throws MalformedException {
    Optional<Json.Obj> auths = json.object(AUTHS);
    return auths.isPresent() ? new LinkedHashMap<>(auths.get().fields()) : new LinkedHashMap<>();
  }

  private AuthFileText with(String key, Map<String, Json> entries) {
    Map<String, Json> all = new LinkedHashMap<>(json.fields());
    all.put(key, object(entries));
    return new AuthFileText(path, object(all));
  }

  private static Json.Obj object(Map<String, Json> entries) {
    Json.Builder builder = Json.object();
    entries.forEach(builder::put);
    return builder.build();
  }

  /// Puts the text in the file's place, for its owner's eyes alone, whole or not at all.
  void write() throws IOException {
    Path target = Files.isSymbolicLink(path) && Files.exists(path) ? path.toRealPath() : path;
    Path directory = Optional.ofNullable(target.getParent()).orElseThrow();
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path temporary =
        Files.createTempFile(
            directory,
            ".tmp-" + target.getFileName(),
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer text = ByteBuffer.wrap(json.pretty("\t").getBytes(StandardCharsets.UTF_8));
        while (text.hasRemaining()) {
          int _ = channel.write(text);
        }
        channel.force(false);
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
