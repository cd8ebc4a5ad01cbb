package dev.stowage.config;

import dev.stowage.model.Bytes;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.RejectedException;
import java.util.List;
import java.util.Optional;

/// The registries that a build service lets a build use, which it says in the variable
/// `BUILD_REGISTRY_SOURCES`: the part of OpenShift's image configuration that speaks of registries,
/// as JSON. It counts beside registries.conf, for images that are read and written.
///
/// @param insecure hosts that need not prove their names
/// @param blocked hosts that must not be used
/// @param allowed the only hosts that may be used; all where it is empty
/// @param text what the variable says, to be quoted
public record BuildRegistries(
    List<String> insecure, List<String> blocked, List<String> allowed, String text) {

  /// Where nobody says anything.
  public static final BuildRegistries UNSAID =
      new BuildRegistries(List.of(), List.of(), List.of(), "");

  private static final String VARIABLE = "BUILD_REGISTRY_SOURCES";

  public BuildRegistries {
    insecure = List.copyOf(insecure);
    blocked = List.copyOf(blocked);
    allowed = List.copyOf(allowed);
  }

  /// Reads the variable.
  ///
  /// @throws MalformedException if it is no such JSON
  public static BuildRegistries of(Surroundings surroundings) throws MalformedException {
    Optional<String> said = surroundings.variable(VARIABLE);
    if (said.isEmpty()) {
      return UNSAID;
    }
    String text = said.get();
    try {
      if (Json.parse(Bytes.utf8(text)) instanceof Json.Obj sources) {
        return new BuildRegistries(
            sources.texts("insecureRegistries"),
            sources.texts("blockedRegistries"),
            sources.texts("allowedRegistries"),
            text);
      }
      throw new MalformedException("wanted an object");
    } catch (MalformedException e) {
      throw new MalformedException(
          "parsing $" + VARIABLE + " (\"" + text + "\") as JSON: " + e.getMessage(),
          e.position(),
          e);
    }
  }

  /// Refuses hosts that must not be used.
  public void check(String host) throws RejectedException {
    boolean isBlocked = blocked.contains(host);
    if (isBlocked || !allowed.isEmpty() && !allowed.contains(host)) {
      throw new RejectedException(
          "$" + VARIABLE,
          "registry \""
              + host
              + "\" denied by policy: "
              + (isBlocked
                  ? "it is in the blocked registries list"
                  : "not in allowed registries list")
              + " ("
              + text
              + ")");
    }
  }
}
