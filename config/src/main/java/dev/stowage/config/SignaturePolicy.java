package dev.stowage.config;

import dev.stowage.model.Bytes;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What policy.json demands of images before they may be used, as far as it can be said without
/// looking at a signature.
///
/// It is read strictly, because what is not understood here might have been meant to protect:
/// unknown keys and types, keys that stand twice, and empty lists are refused.
///
/// @param file where it was read
/// @param fallback the requirements where no scope matches
/// @param transports the requirements by transport and scope
/// @see <a
///   href="https://github.com/containers/container-libs/blob/main/image/docs/containers-policy.json.5.md">
///   containers-policy.json(5)</a>
public record SignaturePolicy(
    Path file, Requirements fallback, Map<String, Map<String, Requirements>> transports) {

  private static final int MOST_BYTES = 16 << 20;

  private static final Map<String, Set<String>> KNOWN_FIELDS =
      Map.of(
          "insecureAcceptAnything",
          Set.of("type"),
          "reject",
          Set.of("type"),
          "signedBy",
          Set.of("type", "keyType", "keyPath", "keyPaths", "keyData", "signedIdentity"),
          "signedBaseLayer",
          Set.of("type", "baseLayerIdentity"),
          "sigstoreSigned",
          Set.of(
              "type",
              "keyPath",
              "keyPaths",
              "keyData",
              "keyDatas",
              "fulcio",
              "pki",
              "rekorPublicKeyPath",
              "rekorPublicKeyPaths",
              "rekorPublicKeyData",
              "rekorPublicKeyDatas",
              "signedIdentity"));

  /// What is demanded of the images of a scope; all of it has to hold.
  ///
  /// @param place the file and the scope inside it
  /// @param types the types of the requirements
  public record Requirements(String place, List<String> types) {
    public Requirements {
      types = List.copyOf(types);
    }

    /// What can be said before any signature is looked at.
    public Verdict verdict() {
      if (types.contains("reject")) {
        return Verdict.REJECTED;
      }
      for (String type : types) {
        if (!type.equals("insecureAcceptAnything")) {
          return Verdict.NEEDS_SIGNATURES;
        }
      }
      return Verdict.ACCEPTED;
    }
  }

  /// Whether an image may be used.
  public enum Verdict {
    /// Whatever it is signed with.
    ACCEPTED,
    /// If its signatures are right.
    NEEDS_SIGNATURES,
    /// Never.
    REJECTED
  }

  /// Reads the policy: the one that was chosen, else the user's, else the system's.
  ///
  /// @throws NotFoundException if there is none
  /// @throws MalformedException if it is not understood whole
  public static SignaturePolicy read(Surroundings surroundings, Optional<Path> chosen)
      throws IOException {
    Path users = surroundings.user().home().resolve(".config/containers/policy.json");
    Path systems = surroundings.system("/etc/containers/policy.json");
    Path file =
        chosen.isPresent()
            ? surroundings.directory().resolve(chosen.get())
            : Files.exists(users) ? users : systems;
    if (!Files.exists(file)) {
      throw new NotFoundException(
          NotFoundException.Kind.FILE,
          file.toString(),
          chosen.isPresent()
              ? file + ": no such file, though it was chosen as the signature policy"
              : "no policy.json file found at any of the following: \""
                  + users
                  + "\", \""
                  + systems
                  + "\": install the package containers-common, or write one that says"
                  + " {\"default\": [{\"type\": \"insecureAcceptAnything\"}]}");
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new MalformedException(file + ": too large to be a policy");
    }
    try {
      return parse(file, Bytes.owning(Files.readAllBytes(file)));
    } catch (MalformedException e) {
      throw new MalformedException(
          "invalid policy in \"" + file + "\": " + e.getMessage(), e.position(), e);
    }
  }

  /// What is demanded of an image of a registry: by the most specific scope that names it, from the
  /// image over its repository, its namespaces and its host to `*.domain`.
  public Requirements forRegistryImage(Reference image) {
    Map<String, Requirements> scopes = transports.getOrDefault("docker", Map.of());
    for (String scope : scopes(image.tagged().withoutRedundantTag())) {
      Requirements found = scopes.get(scope);
      if (found != null) {
        return found;
      }
    }
    Requirements everywhere = scopes.get("");
    return everywhere == null ? fallback : everywhere;
  }

  private static List<String> scopes(Reference image) {
    List<String> scopes = new ArrayList<>();
    scopes.add(image.toString());
    String name = image.repository().toString();
    while (true) {
      scopes.add(name);
      int slash = name.lastIndexOf('/');
      if (slash < 0) {
        break;
      }
      name = name.substring(0, slash);
    }
    int colon = name.indexOf(':');
    String domain = colon < 0 ? name : name.substring(0, colon);
    for (int dot = domain.indexOf('.'); dot >= 0; dot = domain.indexOf('.')) {
      domain = domain.substring(dot + 1);
      scopes.add("*." + domain);
    }
    return scopes;
  }

  private static SignaturePolicy parse(Path file, Bytes bytes) throws MalformedException {
    Json.Obj policy = Json.parseObject(bytes);
    DuplicateKeys.refuse(bytes.utf8());
    for (String key : policy.fields().keySet()) {
      if (!key.equals("default") && !key.equals("transports")) {
        throw new MalformedException("unknown key \"" + key + "\"");
      }
    }
    if (policy.get("default").isEmpty()) {
      throw new MalformedException("Default policy is missing");
    }
    Map<String, Map<String, Requirements>> transports = new LinkedHashMap<>();
    Json.Obj all = policy.object("transports").orElseGet(() -> Json.object().build());
    for (String transport : all.fields().keySet()) {
      Map<String, Requirements> scopes = new LinkedHashMap<>();
      Json.Obj named = all.object(transport).orElseThrow(() -> all.missing(transport));
      for (String scope : named.fields().keySet()) {
        scopes.put(
            scope,
            requirements(
                named.objects(scope), file + ", " + transport + " scope \"" + scope + "\""));
      }
      transports.put(transport, scopes);
    }
    return new SignaturePolicy(
        file, requirements(policy.objects("default"), file + ", default"), transports);
  }

  private static Requirements requirements(List<Json.Obj> list, String place)
      throws MalformedException {
    if (list.isEmpty()) {
      throw new MalformedException("List of verification policy requirements must not be empty");
    }
    List<String> types = new ArrayList<>();
    for (Json.Obj requirement : list) {
      String type = requirement.string("type").orElse("");
      Set<String> known = KNOWN_FIELDS.get(type);
      if (known == null) {
        throw new MalformedException("Unknown policy requirement type \"" + type + "\"");
      }
      for (String key : requirement.fields().keySet()) {
        if (!known.contains(key)) {
          throw new MalformedException("unknown key \"" + key + "\" in a requirement " + type);
        }
      }
      types.add(type);
    }
    return new Requirements(place, types);
  }
}
