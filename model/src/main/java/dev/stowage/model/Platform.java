package dev.stowage.model;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The machine an image is made for; empty components say nothing.
///
/// @see <a href="https://github.com/opencontainers/image-spec/blob/main/image-index.md">OCI image
///   index, platform</a>
public record Platform(
    String os, String architecture, String variant, String osVersion, List<String> osFeatures) {

  public Platform {
    osFeatures = List.copyOf(osFeatures);
  }

  public Platform(String os, String architecture, String variant) {
    this(os, architecture, variant, "", List.of());
  }

  static Platform from(Json.Obj json) throws MalformedException {
    return new Platform(
        json.string("os").orElse(""),
        json.string("architecture").orElse(""),
        json.string("variant").orElse(""),
        json.string("os.version").orElse(""),
        json.texts("os.features"));
  }

  /// The platform as an index has it; an index of Docker's may have more to add.
  public Json.Builder json() {
    Json.Builder text = Json.object().put("architecture", architecture).put("os", os);
    if (!osVersion.isEmpty()) {
      text.put("os.version", osVersion);
    }
    if (!osFeatures.isEmpty()) {
      text.put("os.features", Json.ofStrings(osFeatures));
    }
    if (!variant.isEmpty()) {
      text.put("variant", variant);
    }
    return text;
  }

  /// Reads `os[/architecture[/variant]]`.
  public static Platform parse(String text) throws MalformedException {
    String[] parts = text.split("/", -1);
    if (parts.length > 3 || parts[0].isEmpty()) {
      throw new MalformedException(
          "invalid platform \"" + text + "\": wanted os[/architecture[/variant]]");
    }
    return new Platform(
            parts[0], parts.length > 1 ? parts[1] : "", parts.length > 2 ? parts[2] : "")
        .normalized();
  }

  /// The same platform in the names of the OCI specification (`aarch64` becomes `arm64`).
  public Platform normalized() {
    String cpu = architecture.toLowerCase(Locale.ROOT);
    String version = variant.toLowerCase(Locale.ROOT);
    switch (cpu) {
      case "i386" -> cpu = "386";
      case "x86_64", "x86-64", "amd64" -> {
        cpu = "amd64";
        version = version.equals("v1") ? "" : version;
      }
      case "aarch64", "arm64" -> {
        cpu = "arm64";
        version = version.equals("8") || version.equals("v8") ? "" : version;
      }
      case "armhf" -> {
        cpu = "arm";
        version = "v7";
      }
      case "armel" -> {
        cpu = "arm";
        version = "v6";
      }
      case "arm" -> {
        version =
            switch (version) {
              case "", "7" -> "v7";
              case "5" -> "v5";
              case "6" -> "v6";
              case "8" -> "v8";
              default -> version;
            };
      }
      default -> {}
    }
    String system = os.toLowerCase(Locale.ROOT);
    return new Platform(
        system.equals("macos") ? "darwin" : system, cpu, version, osVersion, osFeatures);
  }

  /// The variant, where it has one.
  public Optional<String> namedVariant() {
    return variant.isEmpty() ? Optional.empty() : Optional.of(variant);
  }

  /// `os/architecture[/variant]`.
  @Override
  public String toString() {
    return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
  }
}
