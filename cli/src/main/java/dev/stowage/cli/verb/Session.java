package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Words;
import dev.stowage.config.StorageConfig;
import dev.stowage.config.StorageOverrides;
import dev.stowage.config.Surroundings;
import dev.stowage.engine.Engine;
import dev.stowage.engine.EngineOptions;
import dev.stowage.model.UnsupportedException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Opens the engine that a command line asks for.
final class Session {
  private Session() {}

  /// The engine; whoever asked closes it.
  static Engine open(Call call) throws IOException {
    return Engine.open(call.surroundings(), options(call).withListener(new Heard(call)));
  }

  /// The engine for what looks for images in registries: on a terminal the user is asked what a
  /// short name means that may mean several.
  static Engine openAsking(Call call) throws IOException {
    EngineOptions options = options(call).withListener(new Heard(call));
    return Engine.open(
        call.surroundings(),
        call.surroundings().terminal().canAsk()
            ? options.withChooser(new NameQuestion(call))
            : options);
  }

  /// What the global flags say of the engine.
  static EngineOptions options(Call call) {
    return EngineOptions.DEFAULT
        .withStorage(overrides(call.words(), call.surroundings()))
        .withLifetime(EngineOptions.Lifetime.ONE_COMMAND);
  }

  /// The engine for what mounts. In a namespace that the launcher made for this command alone, a
  /// mount would end with it.
  static Engine openForMounting(Call call, String command) throws IOException {
    if (!call.surroundings().environment().getOrDefault("STOWAGE_ENTERED", "").isEmpty()) {
      throw new UnsupportedException(
          "cannot run command \"stowage "
              + command
              + "\" in rootless mode, must execute `stowage unshare` first");
    }
    return open(call);
  }

  /// What the global flags say about the store.
  static StorageOverrides overrides(Words words, Surroundings surroundings) {
    StorageOverrides overrides = StorageOverrides.NONE;
    if (words.given("root")) {
      overrides = overrides.withRoot(surroundings.absolute(words.text("root")));
    }
    if (words.given("runroot")) {
      overrides = overrides.withRunRoot(surroundings.absolute(words.text("runroot")));
    }
    if (words.given("imagestore")) {
      overrides = overrides.withImageStore(surroundings.absolute(words.text("imagestore")));
    }
    if (words.given("storage-driver")) {
      overrides = overrides.withDriver(words.text("storage-driver"));
    }
    if (words.given("storage-opt")) {
      overrides = overrides.withOptions(words.texts("storage-opt"));
    }
    if (words.given("pull-option")) {
      overrides = overrides.withPullOptions(pairs(words.texts("pull-option")));
    }
    if (words.given("transient-store")) {
      overrides =
          overrides.withRecords(
              words.on("transient-store")
                  ? StorageConfig.Records.TRANSIENT
                  : StorageConfig.Records.KEPT);
    }
    return overrides;
  }

  private static Map<String, String> pairs(List<String> texts) {
    Map<String, String> pairs = new HashMap<>();
    for (String text : texts) {
      int equals = text.indexOf('=');
      pairs.put(
          equals < 0 ? text : text.substring(0, equals),
          equals < 0 ? "" : text.substring(equals + 1));
    }
    return pairs;
  }
}
