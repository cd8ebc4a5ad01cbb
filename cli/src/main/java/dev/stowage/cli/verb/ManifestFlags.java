package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.engine.EntryChanges;
import dev.stowage.model.Platform;
import dev.stowage.transfer.RegistryAccess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The flags that several commands for lists of manifests have, and what they amount to.
final class ManifestFlags {
  static final char NONE = Flag.NO_SHORTHAND;

  private ManifestFlags() {}

  /// A command's own flags and those that say how registries are talked to.
  static List<Flag> withTls(Flag... own) {
    List<Flag> flags = new ArrayList<>(List.of(own));
    flags.add(
        Flag.toggle(
                "insecure",
                NONE,
                "neither require HTTPS nor verify certificates when accessing the registry")
            .hidden());
    flags.add(
        Flag.toggle(
                "tls-verify",
                NONE,
                "require HTTPS and verify certificates when accessing the registry")
            .initially("true"));
    return flags;
  }

  /// A command's own flags and all that say how registries are talked to.
  static List<Flag> withAccess(Flag... own) {
    List<Flag> flags = withTls(own);
    flags.add(
        Flag.text(
            "authfile",
            NONE,
            "path of the authentication file. Use REGISTRY_AUTH_FILE environment variable to"
                + " override"));
    flags.add(
        Flag.text(
            "cert-dir", NONE, "use certificates at the specified path to access the registry"));
    flags.add(
        Flag.text("creds", NONE, "use [username[:password]] for accessing the registry")
            .taking("[username[:password]]"));
    return flags;
  }

  /// What entries are made to say.
  static List<Flag> ofEntries(String what) {
    return List.of(
        Flag.list("annotation", NONE, "set an annotation for the specified " + what)
            .taking("annotation"),
        Flag.text("arch", NONE, "override the architecture of the specified " + what)
            .taking("architecture"),
        Flag.list("features", NONE, "override the features of the specified " + what)
            .taking("features"),
        Flag.text("os", NONE, "override the OS of the specified " + what).taking("OS"),
        Flag.list("os-features", NONE, "override the OS features of the specified " + what)
            .taking("features"),
        Flag.text("os-version", NONE, "override the OS version of the specified " + what)
            .taking("version"),
        Flag.text("variant", NONE, "override the Variant of the specified " + what)
            .taking("Variant"));
  }

  /// How registries are talked to.
  static RegistryAccess access(Call call) throws IOException {
    Words words = call.words();
    RegistryAccess access = RegistryFlags.access(call);
    if (!words.given("insecure")) {
      return access;
    }
    if (words.given("tls-verify")) {
      throw new UsageException("--insecure may not be used with --tls-verify");
    }
    return access.withTls(
        words.on("insecure") ? RegistryAccess.Tls.NOT_VERIFIED : RegistryAccess.Tls.REQUIRED);
  }

  /// What an entry is made to say.
  ///
  /// @param annotations of the entry
  static EntryChanges changes(Words words, Map<String, String> annotations) {
    return EntryChanges.NONE
        .withPlatform(
            new Platform(
                words.text("os"),
                words.text("arch"),
                words.text("variant"),
                words.text("os-version"),
                pieces(words.texts("os-features"))))
        .withFeatures(pieces(words.texts("features")))
        .withAnnotations(annotations);
  }

  /// Lists of words with commas between.
  static List<String> pieces(List<String> texts) {
    List<String> pieces = new ArrayList<>();
    for (String text : texts) {
      pieces.addAll(List.of(text.split(",", -1)));
    }
    return pieces;
  }

  /// Annotations, `key=value` each.
  static Map<String, String> annotations(Words words) throws UsageException {
    Map<String, String> annotations = new LinkedHashMap<>();
    for (String text : words.texts("annotation")) {
      int equals = text.indexOf('=');
      if (equals < 0) {
        throw new UsageException(
            "expected --annotation \"" + text + "\" to be in key=value format");
      }
      annotations.put(text.substring(0, equals), text.substring(equals + 1));
    }
    return annotations;
  }
}
