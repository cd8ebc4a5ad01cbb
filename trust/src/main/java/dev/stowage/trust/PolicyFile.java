package dev.stowage.trust;

import dev.stowage.config.Surroundings;
import dev.stowage.model.Bytes;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// policy.json as a file that is shown and changed. What is not understood here is kept when the
/// file is written, and whether all of it holds is for [Policy] to say.
public final class PolicyFile {
  private static final int MOST_USERS = 100;

  private final Path file;

  private PolicyFile(Path file) {
    this.file = file;
  }

  /// One requirement, as people are shown it.
  ///
  /// @param ids the e-mail addresses or names of the keys
  /// @param store where signatures lie
  public record Entry(
      String transport, String name, String repository, String type, String ids, String store) {}

  /// The file that applies here, or the one that was chosen, which need not be there yet.
  public static PolicyFile at(Surroundings surroundings, Optional<Path> chosen) throws IOException {
    if (chosen.isPresent()) {
      return new PolicyFile(chosen.get());
    }
    return new PolicyFile(Policy.file(surroundings, Optional.empty()));
  }

  /// The file as it is.
  public Bytes text() throws IOException {
    if (!Files.exists(file)) {
      throw new NotFoundException(
          NotFoundException.Kind.FILE,
          file.toString(),
          "unable to read policy file: open " + file + ": no such file or directory");
    }
    if (Files.size(file) > Policy.LARGEST) {
      throw new MalformedException(file + ": larger than " + Policy.LARGEST + " bytes");
    }
    return Bytes.owning(Files.readAllBytes(file));
  }

  private Json.Obj read() throws IOException {
    try {
      return Json.parseObject(text());
    } catch (MalformedException e) {
      throw new MalformedException(
          "could not parse trust policies from " + file + ": " + e.getMessage(), e.position(), e);
    }
  }

  /// The requirements, the general ones first, then by transport and scope.
  ///
  /// @param registries the directory to read in place of `registries.d`
  public List<Entry> entries(Surroundings surroundings, Optional<Path> registries)
      throws IOException {
    Json.Obj policy = read();
    SignaturePlaces places = SignaturePlaces.read(surroundings, registries);
    List<Entry> entries = new ArrayList<>();
    add(
        entries,
        new Entry("all", "* (default)", "default", "", "", places.shownFor("").orElse("")),
        policy.objects("default"));
    Json.Obj transports = policy.object("transports").orElseGet(() -> Json.object().build());
    for (String transport : new TreeMap<>(transports.fields()).keySet()) {
      Json.Obj scopes = transports.object(transport).orElseGet(() -> Json.object().build());
      for (String scope : new TreeMap<>(scopes.fields()).keySet()) {
        add(
            entries,
            new Entry(
                transport.equals("docker") ? "repository" : transport,
                scope,
                scope,
                "",
                "",
                places.shownFor(scope).orElse("")),
            scopes.objects(scope));
      }
    }
    return entries;
  }

  private static void add(List<Entry> entries, Entry scope, List<Json.Obj> requirements)
      throws IOException {
    for (Json.Obj each : requirements) {
      String type = each.string("type").orElse("");
      entries.add(
          new Entry(
              scope.transport,
              scope.name,
              scope.repository,
              switch (type) {
                case "insecureAcceptAnything" -> "accept";
                case "signedBy" -> "signed";
                case "sigstoreSigned", "reject" -> type;
                default -> "";
              },
              switch (type) {
                case "signedBy" -> String.join(", ", users(each));
                case "sigstoreSigned" -> "N/A";
                default -> "";
              },
              scope.store));
    }
  }

  /// Whom the keys of a requirement belong to; nobody where they cannot be read.
  private static List<String> users(Json.Obj requirement) throws MalformedException {
    List<Bytes> blobs = new ArrayList<>();
    List<String> files = new ArrayList<>(requirement.texts("keyPaths"));
    requirement.string("keyPath").ifPresent(path -> files.addFirst(path));
    for (String each : files) {
      try {
        blobs.add(KeyMaterial.file(each));
      } catch (IOException e) {
        // A key that is missing belongs to nobody who could be shown.
      }
    }
    Optional<String> data = requirement.string("keyData");
    if (data.isPresent()) {
      blobs.add(Strict.base64(data.get()));
    }
    List<String> users = new ArrayList<>();
    for (Bytes blob : blobs) {
      try {
        users.addAll(OpenPgpKeys.of(List.of(blob), Instant.now()).users(MOST_USERS));
      } catch (MalformedException e) {
        // as above
      }
    }
    return users;
  }

  /// Replaces what is demanded of a scope.
  ///
  /// @param scope `default`, or a scope; one that no transport has yet becomes one of registries
  /// @param type `accept`, `reject`, `signedBy`, `sigstoreSigned`
  /// @param keys files of keys; an image has to be signed by one of each
  /// @throws MalformedException if keys and type do not fit, or the file has no default
  public void set(String scope, String type, List<String> keys) throws IOException {
    List<Json> requirements = requirements(type, keys);
    Json.Obj policy = Files.exists(file) ? read() : Json.object().build();
    Json.Builder changed = policy.toBuilder();
    if (scope.equals("default")) {
      changed.put("default", new Json.Arr(requirements));
    } else {
      if (policy.get("default").isEmpty()) {
        throw new MalformedException("default trust policy must be set");
      }
      changed.put("transports", transports(policy, scope, new Json.Arr(requirements)));
    }
    write(changed.build());
  }

  private static Json.Obj transports(Json.Obj policy, String scope, Json.Arr requirements)
      throws MalformedException {
    Json.Obj transports = policy.object("transports").orElseGet(() -> Json.object().build());
    String chosen = "docker";
    for (String transport : transports.fields().keySet()) {
      if (transports.object(transport).isPresent()
          && transports.object(transport).get().fields().containsKey(scope)) {
        chosen = transport;
      }
    }
    Json.Obj scopes = transports.object(chosen).orElseGet(() -> Json.object().build());
    return transports.toBuilder()
        .put(chosen, scopes.toBuilder().put(scope, requirements).build())
        .build();
  }

  private static List<Json> requirements(String type, List<String> keys) throws MalformedException {
    List<Json> requirements = new ArrayList<>();
    switch (type) {
      case "accept", "insecureAcceptAnything", "reject" -> {
        if (!keys.isEmpty()) {
          throw new MalformedException(
              keys.size() + " public keys unexpectedly provided for trust type " + type);
        }
        requirements.add(
            Json.object()
                .put("type", type.equals("accept") ? "insecureAcceptAnything" : type)
                .build());
      }
      case "signedBy", "sigstoreSigned" -> {
        if (keys.isEmpty()) {
          throw new MalformedException(
              "at least one public key must be defined for type '" + type + "'");
        }
        for (String key : keys) {
          Json.Builder requirement = Json.object().put("type", type);
          if (type.equals("signedBy")) {
            requirement.put("keyType", "GPGKeys");
          }
          requirements.add(requirement.put("keyPath", key).build());
        }
      }
      default -> throw new MalformedException("unknown trust type \"" + type + "\"");
    }
    return requirements;
  }

  /// Whole or not at all, and as private as the file was.
  private void write(Json.Obj policy) throws IOException {
    Map<String, Json> ordered = new LinkedHashMap<>(policy.fields());
    Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    Path directory = target.getParent();
    if (directory == null) {
      throw new IOException(file + " lies in no directory");
    }
    Path fresh = Files.createTempFile(directory, ".policy", "");
    try {
      Files.writeString(fresh, new Json.Obj(ordered).pretty("    "));
      Files.setPosixFilePermissions(
          fresh,
          Files.exists(target)
              ? Files.getPosixFilePermissions(target)
              : PosixFilePermissions.fromString("rw-r--r--"));
      Files.move(
          fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}
