package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.RejectedException;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.RegistryAccess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a build service says of registries counts for both ends of a copy.
class BuildServiceTest {
  @TempDir Path directory;
  private EmbeddedRegistry registry;

  @BeforeEach
  void open() throws IOException {
    registry = EmbeddedRegistry.start();
    Digest _ =
        registry.addImage(
            "it/app", "v1", ImageGenerator.oci().layer(Map.of("a", Bytes.utf8("a"))).build());
  }

  @AfterEach
  void close() throws IOException {
    registry.close();
  }

  private Engine engine(String sources) throws IOException {
    return Engine.open(
        Workshop.surroundings(directory)
            .withVariable("BUILD_REGISTRY_SOURCES", sources.replace("HOST", registry.host())),
        EngineOptions.DEFAULT
            .withRoots(directory.resolve("root"), directory.resolve("run"))
            .withDriver("overlay"));
  }

  private String name() {
    return registry.host() + "/it/app:v1";
  }

  @Test
  void anInsecureRegistryIsTakenAsItIs() throws IOException {
    try (Engine engine =
        engine("{\"insecureRegistries\":[\"HOST\"],\"allowedRegistries\":[\"HOST\"]}")) {
      assertEquals(1, engine.pull(name()).images().size());
      assertEquals(name(), engine.push(name()).destination().localName().orElseThrow().toString());
      RegistryAccess strict = RegistryAccess.DEFAULT.withTls(RegistryAccess.Tls.REQUIRED);
      RejectedException e =
          assertThrows(
              RejectedException.class,
              () -> engine.pull(name(), PullOptions.DEFAULT.withAccess(strict), Listener.NONE));
      assertEquals("can't require tls verification on an insecured registry", e.getMessage());
    }
  }

  @Test
  void aBlockedRegistryIsNotAsked() throws IOException {
    try (Engine engine = engine("{}")) {
      Pulled _ = engine.pull(name(), Workshop.PULL, Listener.NONE);
    }
    registry.clearLog();
    try (Engine engine = engine("{\"blockedRegistries\":[\"HOST\"]}")) {
      assertThrows(
          RejectedException.class, () -> engine.pull(name(), Workshop.PULL, Listener.NONE));
      assertThrows(
          RejectedException.class,
          () -> engine.push(name(), Optional.empty(), Workshop.PUSH, Listener.NONE));
    }
    assertEquals(List.of(), registry.log());
  }
}
