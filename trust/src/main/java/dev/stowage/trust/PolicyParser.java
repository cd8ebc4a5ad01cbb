package dev.stowage.trust;

import dev.stowage.model.Bytes;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Reference;
import dev.stowage.trust.Requirement.SigstoreRoot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads policy.json. What is not understood might have been meant to protect, so it is refused,
/// and the whole file with it; the complaint names the place inside the file.
final class PolicyParser {
  private static final String ONE_KEY =
      "exactly one of keyPath, keyPaths, keyData, keyDatas, fulcio, and pki must be specified";

  private final String file;

  PolicyParser(String file) {
    this.file = file;
  }

  Policy parse(Bytes text) throws MalformedException {
    try {
      return policy(text);
    } catch (MalformedException e) {
      throw new MalformedException(
          "invalid policy in \"" + file + "\": " + e.getMessage(), e.position(), e);
    }
  }

  private Policy policy(Bytes text) throws MalformedException {
    Json.Obj policy = Strict.only(Strict.document(text), Set.of("default", "transports"));
    Json fallback =
        policy
            .get("default")
            .orElseThrow(() -> new MalformedException("Default policy is missing"));
    Map<String, Map<String, List<Requirement>>> transports = new LinkedHashMap<>();
    Optional<Json> named = policy.get("transports");
    if (named.isPresent()) {
      for (Map.Entry<String, Json> each : inside("transports", named.get()).fields().entrySet()) {
        transports.put(each.getKey(), scopes(each.getKey(), each.getValue()));
      }
    }
    return new Policy(file, requirements("default", fallback), transports);
  }

  private static Json.Obj inside(String place, Json json) throws MalformedException {
    try {
      return Strict.object(json);
    } catch (MalformedException e) {
      throw at(place, e);
    }
  }

  private static MalformedException at(String place, MalformedException e) {
    return new MalformedException(place + ": " + e.getMessage(), e.position(), e);
  }

  private static Map<String, List<Requirement>> scopes(String transport, Json json)
      throws MalformedException {
    Map<String, List<Requirement>> scopes = new LinkedHashMap<>();
    for (Map.Entry<String, Json> each : inside(transport, json).fields().entrySet()) {
      String scope = each.getKey();
      String place = transport + " scope \"" + scope + "\"";
      if (!scope.isEmpty()) {
        try {
          Scopes.check(transport, scope);
        } catch (MalformedException e) {
          throw at(transport + ": Unknown key \"" + scope + "\"", e);
        }
      }
      scopes.put(scope, requirements(place, each.getValue()));
    }
    return scopes;
  }

  private static List<Requirement> requirements(String place, Json json) throws MalformedException {
    if (!(json instanceof Json.Arr list)) {
      throw new MalformedException(place + ": the policy requirements are not an array");
    }
    if (list.items().isEmpty()) {
      throw new MalformedException(
          place + ": List of verification policy requirements must not be empty");
    }
    List<Requirement> requirements = new ArrayList<>();
    for (Json each : list.items()) {
      try {
        requirements.add(requirement(Strict.object(each)));
      } catch (MalformedException e) {
        throw at(place + ", requirement " + (requirements.size() + 1), e);
      }
    }
    return requirements;
  }

  private static Requirement requirement(Json.Obj json) throws MalformedException {
    String type = json.string("type").orElse("");
    return switch (type) {
      case "insecureAcceptAnything" -> {
        Strict.only(json, Set.of("type"));
        yield new Requirement.AcceptAnything();
      }
      case "reject" -> {
        Strict.only(json, Set.of("type"));
        yield new Requirement.Reject();
      }
      case "signedBy" -> signedBy(json);
      case "signedBaseLayer" -> {
        Strict.exactly(json, "type", "baseLayerIdentity");
        yield new Requirement.SignedBaseLayer(identity(Strict.child(json, "baseLayerIdentity")));
      }
      case "sigstoreSigned" -> sigstoreSigned(json);
      default -> throw new MalformedException("Unknown policy requirement type \"" + type + "\"");
    };
  }

  private static Requirement signedBy(Json.Obj json) throws MalformedException {
    Strict.only(
        json, Set.of("type", "keyType", "keyPath", "keyPaths", "keyData", "signedIdentity"));
    Optional<Requirement.KeyType> keyType = keyType(json);
    IdentityMatch identity = signedIdentity(json);
    int sources = standing(json, "keyPath", "keyPaths", "keyData");
    if (sources != 1) {
      throw new MalformedException(
          "Exactly one of keyPath, keyPaths and keyData must be specified, "
              + (sources == 0 ? "none of them" : "more than one")
              + " present");
    }
    if (keyType.isEmpty()) {
      throw new MalformedException("invalid keyType \"\"");
    }
    return new Requirement.SignedBy(
        keyType.get(),
        material(json, "keyPath", "keyPaths", "keyData", "")
            .orElseThrow(
                () ->
                    new MalformedException(
                        "exactly one of keyPath, keyPaths and keyData must be specified")),
        identity);
  }

  private static Optional<Requirement.KeyType> keyType(Json.Obj json) throws MalformedException {
    Optional<String> text = json.string("keyType");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    for (Requirement.KeyType type : Requirement.KeyType.values()) {
      if (type.toString().equals(text.get())) {
        return Optional.of(type);
      }
    }
    throw new MalformedException("Unrecognized keyType value \"" + text.get() + "\"");
  }

  private static int standing(Json.Obj json, String... keys) {
    int standing = 0;
    for (String key : keys) {
      if (json.fields().containsKey(key)) {
        standing++;
      }
    }
    return standing;
  }

  /// The one source of keys among four; empty where none of them says anything.
  private static Optional<KeyMaterial> material(
      Json.Obj json, String path, String paths, String data, String datas)
      throws MalformedException {
    Optional<String> file = json.string(path);
    if (file.isPresent() && !file.get().isEmpty()) {
      return Optional.of(new KeyMaterial.InFiles(List.of(file.get())));
    }
    if (json.get(paths).isPresent()) {
      return Optional.of(new KeyMaterial.InFiles(json.texts(paths)));
    }
    Optional<String> content = json.string(data);
    if (content.isPresent()) {
      return Optional.of(new KeyMaterial.Inline(List.of(Strict.base64(content.get()))));
    }
    if (json.get(datas).isPresent()) {
      return Optional.of(new KeyMaterial.Inline(Strict.base64(json.texts(datas))));
    }
    return Optional.empty();
  }

  private static Requirement sigstoreSigned(Json.Obj json) throws MalformedException {
    Strict.only(
        json,
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
    IdentityMatch identity = signedIdentity(json);
    for (String list :
        List.of("keyPaths", "keyDatas", "rekorPublicKeyPaths", "rekorPublicKeyDatas")) {
      if (json.fields().containsKey(list) && json.array(list).isEmpty()) {
        throw new MalformedException("\"" + list + "\" contains no entries");
      }
    }
    Optional<KeyMaterial> keys = material(json, "keyPath", "keyPaths", "keyData", "keyDatas");
    if (saying(json, "keyPath", "keyPaths", "keyData", "keyDatas", "fulcio", "pki") != 1) {
      throw new MalformedException(ONE_KEY);
    }
    SigstoreRoot root =
        json.fields().containsKey("fulcio")
            ? fulcio(child(json, "fulcio"))
            : json.fields().containsKey("pki")
                ? pki(child(json, "pki"))
                : new SigstoreRoot.Keys(keys.orElseThrow(() -> new MalformedException(ONE_KEY)));
    int logs =
        saying(
            json,
            "rekorPublicKeyPath",
            "rekorPublicKeyPaths",
            "rekorPublicKeyData",
            "rekorPublicKeyDatas");
    if (logs > 1) {
      throw new MalformedException(
          "at most one of rekorPublicKeyPath, rekorPublicKeyPaths, rekorPublicKeyData and"
              + " rekorPublicKeyDatas can be used simultaneously");
    }
    if (root instanceof SigstoreRoot.Fulcio && logs == 0) {
      throw new MalformedException(
          "At least one of rekorPublicKeyPath, rekorPublicKeyPaths, rekorPublicKeyData and"
              + " rekorPublicKeyDatas must be specified if fulcio is used");
    }
    if (root instanceof SigstoreRoot.Pki && logs > 0) {
      throw new MalformedException(
          "rekorPublicKeyPath, rekorPublicKeyPaths, rekorPublicKeyData and rekorPublicKeyDatas"
              + " are not supported for pki");
    }
    return new Requirement.SigstoreSigned(
        root,
        material(
            json,
            "rekorPublicKeyPath",
            "rekorPublicKeyPaths",
            "rekorPublicKeyData",
            "rekorPublicKeyDatas"),
        identity);
  }

  /// How many of the keys say something; an empty path says nothing.
  private static int saying(Json.Obj json, String... keys) throws MalformedException {
    int saying = 0;
    for (String key : keys) {
      Optional<Json> value = json.get(key);
      if (value.isPresent() && !(key.endsWith("Path") && json.string(key).orElse("").isEmpty())) {
        saying++;
      }
    }
    return saying;
  }

  private static Json.Obj child(Json.Obj json, String key) throws MalformedException {
    try {
      return Strict.child(json, key);
    } catch (MalformedException e) {
      throw at(key, e);
    }
  }

  private static SigstoreRoot fulcio(Json.Obj json) throws MalformedException {
    try {
      Strict.only(json, Set.of("caPath", "caData", "oidcIssuer", "subjectEmail"));
      return new SigstoreRoot.Fulcio(
          authorities(json, "caPath", "caData"),
          demanded(json, "oidcIssuer"),
          demanded(json, "subjectEmail"));
    } catch (MalformedException e) {
      throw at("fulcio", e);
    }
  }

  private static SigstoreRoot pki(Json.Obj json) throws MalformedException {
    try {
      Strict.only(
          json,
          Set.of(
              "caRootsPath",
              "caRootsData",
              "caIntermediatesPath",
              "caIntermediatesData",
              "subjectEmail",
              "subjectHostname"));
      KeyMaterial roots = authorities(json, "caRootsPath", "caRootsData");
      if (saying(json, "caIntermediatesPath", "caIntermediatesData") > 1) {
        throw new MalformedException(
            "caIntermediatesPath and caIntermediatesData cannot be used simultaneously");
      }
      Optional<String> email = json.string("subjectEmail").filter(text -> !text.isEmpty());
      Optional<String> hostname = json.string("subjectHostname").filter(text -> !text.isEmpty());
      if (email.isEmpty() && hostname.isEmpty()) {
        throw new MalformedException(
            "At least one of subjectEmail, subjectHostname must be specified");
      }
      return new SigstoreRoot.Pki(
          roots,
          material(json, "caIntermediatesPath", "", "caIntermediatesData", ""),
          email,
          hostname);
    } catch (MalformedException e) {
      throw at("pki", e);
    }
  }

  private static KeyMaterial authorities(Json.Obj json, String path, String data)
      throws MalformedException {
    if (saying(json, path, data) > 1) {
      throw new MalformedException(path + " and " + data + " cannot be used simultaneously");
    }
    return material(json, path, "", data, "")
        .orElseThrow(
            () ->
                new MalformedException(
                    "At least one of " + path + " and " + data + " must be specified"));
  }

  private static String demanded(Json.Obj json, String key) throws MalformedException {
    return json.string(key)
        .filter(text -> !text.isEmpty())
        .orElseThrow(() -> new MalformedException(key + " not specified"));
  }

  private static IdentityMatch signedIdentity(Json.Obj json) throws MalformedException {
    return json.fields().containsKey("signedIdentity")
        ? identity(child(json, "signedIdentity"))
        : new IdentityMatch.RepoDigestOrExact();
  }

  private static IdentityMatch identity(Json.Obj json) throws MalformedException {
    String type = json.string("type").orElse("");
    return switch (type) {
      case "matchExact" -> {
        Strict.only(json, Set.of("type"));
        yield new IdentityMatch.Exact();
      }
      case "matchRepoDigestOrExact" -> {
        Strict.only(json, Set.of("type"));
        yield new IdentityMatch.RepoDigestOrExact();
      }
      case "matchRepository" -> {
        Strict.only(json, Set.of("type"));
        yield new IdentityMatch.SameRepository();
      }
      case "exactReference" -> {
        Strict.exactly(json, "type", "dockerReference");
        Reference wanted = reference(json, "dockerReference");
        if (wanted.tag().isEmpty() && wanted.digest().isEmpty()) {
          throw new MalformedException(
              "dockerReference \""
                  + Strict.text(json, "dockerReference")
                  + "\" contains neither a tag nor digest");
        }
        yield new IdentityMatch.ExactReference(wanted);
      }
      case "exactRepository" -> {
        Strict.exactly(json, "type", "dockerRepository");
        yield new IdentityMatch.ExactRepository(reference(json, "dockerRepository"));
      }
      case "remapIdentity" -> {
        Strict.exactly(json, "type", "prefix", "signedPrefix");
        yield IdentityMatch.Remapped.of(
            Strict.text(json, "prefix"), Strict.text(json, "signedPrefix"));
      }
      default ->
          throw new MalformedException("Unknown policy reference match type \"" + type + "\"");
    };
  }

  private static Reference reference(Json.Obj json, String key) throws MalformedException {
    String text = Strict.text(json, key);
    try {
      return Reference.parse(text);
    } catch (MalformedException e) {
      throw at("Invalid format of " + key + " \"" + text + "\"", e);
    }
  }
}
