package dev.stowage.engine;

import dev.stowage.config.Machine;
import dev.stowage.config.StorageOverrides;
import dev.stowage.config.Surroundings;
import dev.stowage.config.Terminal;
import dev.stowage.config.User;
import dev.stowage.model.Platform;
import dev.stowage.transfer.RegistryAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Map;

/// An engine with a store, a machine and a policy of its own in one directory.
final class Workshop {
  static final RegistryAccess PLAIN_HTTP =
      RegistryAccess.DEFAULT.withTls(RegistryAccess.Tls.NOT_VERIFIED);
  static final PullOptions PULL = PullOptions.DEFAULT.withAccess(PLAIN_HTTP);
  static final PushOptions PUSH =
      PushOptions.DEFAULT
          .withAccess(PLAIN_HTTP)
          .withRetry(new PullOptions.Retry(1, Duration.ofMillis(1)));

  private Workshop() {}

  static Surroundings surroundings(Path directory) throws IOException {
    Path policy = directory.resolve("machine/etc/containers/policy.json");
    Path _ = Files.createDirectories(policy.getParent());
    Path _ = Files.writeString(policy, "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
    return new Surroundings(
        Map.of(),
        directory.resolve("machine"),
        directory,
        new User(0, 0, 0, 0, directory.resolve("machine/root"), User.Privilege.ROOTFUL),
        new Machine(new Platform("linux", "amd64", ""), "host", "6.1.0", 2),
        Terminal.NONE,
        () -> ZoneOffset.UTC);
  }

  /// The engine; the caller closes it.
  static Engine open(Path directory) throws IOException {
    return Engine.open(
        surroundings(directory),
        EngineOptions.DEFAULT.withStorage(
            StorageOverrides.NONE
                .withRoot(directory.resolve("root"))
                .withRunRoot(directory.resolve("run"))
                .withDriver("overlay")));
  }
}
