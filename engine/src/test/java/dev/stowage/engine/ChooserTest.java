package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.config.Machine;
import dev.stowage.config.PullPolicy;
import dev.stowage.config.StorageOverrides;
import dev.stowage.config.Surroundings;
import dev.stowage.config.Terminal;
import dev.stowage.config.User;
import dev.stowage.model.Bytes;
import dev.stowage.model.Platform;
import dev.stowage.model.Reference;
import dev.stowage.model.RejectedException;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TestImage;
import dev.stowage.transfer.Listener.Progress;
import dev.stowage.transfer.RegistryAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Short names that may mean images of two registries, and somebody who says which.
class ChooserTest {
  private static final PullOptions PLAIN =
      PullOptions.DEFAULT
          .withAccess(RegistryAccess.DEFAULT.withTls(RegistryAccess.Tls.NOT_VERIFIED))
          .withRetry(new PullOptions.Retry(0, Duration.ZERO));
  private static final String ALIASES = "machine/var/cache/containers/short-name-aliases.conf";

  @TempDir private Path directory;
  private EmbeddedRegistry first;
  private EmbeddedRegistry second;
  private final List<String> asked = new ArrayList<>();
  private final List<Progress> told = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void begin() throws IOException {
    first = EmbeddedRegistry.start();
    second = EmbeddedRegistry.start();
    first.addImage("it/app", "v1", image("1"));
    second.addImage("it/app", "v1", image("2"));
    second.addImage("it/app", "v2", image("3"));
    file("policy.json", "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
    mode("enforcing");
  }

  @AfterEach
  void end() throws IOException {
    first.close();
    second.close();
  }

  @Test
  void whatIsChosenIsPulledAndRecordedAsAnAlias() throws IOException {
    try (Engine engine = open(Optional.of(this::last))) {
      assertEquals(second.host() + "/it/app:v1", pull(engine, "it/app:v1", PLAIN));
      assertEquals(List.of(), first.log());
      assertEquals(
          "[aliases]\n  \"it/app\" = \"" + second.host() + "/it/app\"\n",
          Files.readString(directory.resolve(ALIASES)));
      assertFalse(told.stream().anyMatch(Progress.Noted.class::isInstance));
      assertEquals(second.host() + "/it/app:v2", pull(engine, "it/app:v2", PLAIN));
    }
    String both = "[" + first.host() + "/it/app:v1, " + second.host() + "/it/app:v1]";
    assertEquals(List.of("it/app of " + both), asked, "the alias answers the second time");
  }

  @Test
  void aPermissiveModeAsksAsWell() throws IOException {
    mode("permissive");
    try (Engine engine = open(Optional.of(this::last))) {
      assertEquals(second.host() + "/it/app:v1", pull(engine, "it/app:v1", PLAIN));
    }
    assertEquals(1, asked.size());
  }

  @Test
  void nobodyIsAskedWhereTheModeIsDisabledOrTheNameIsClear() throws IOException {
    try (Engine engine = open(Optional.of(this::last))) {
      assertEquals(first.host() + "/it/app:v1", pull(engine, first.host() + "/it/app:v1", PLAIN));
      assertEquals(
          first.host() + "/it/app:v1",
          pull(engine, "it/app:v1", PLAIN),
          "what is here already says which it is");
      mode("disabled");
      assertEquals(second.host() + "/it/app:v2", pull(engine, "it/app:v2", PLAIN));
    }
    assertEquals(List.of(), asked);
    assertFalse(Files.exists(directory.resolve(ALIASES)));
  }

  @Test
  void whereNobodyCanBeAskedAnEnforcingModeRefuses() throws IOException {
    try (Engine engine = open(Optional.empty())) {
      RejectedException refusal =
          assertThrows(RejectedException.class, () -> pull(engine, "it/app:v1", PLAIN));
      assertTrue(
          refusal
              .toString()
              .contains("short-name resolution enforced but cannot prompt without a TTY"));
    }
  }

  @Test
  void whoChoosesNothingHasCostNothing() throws IOException {
    try (Engine engine =
        open(
            Optional.of(
                (name, candidates) -> {
                  throw new IOException("left");
                }))) {
      IOException left =
          assertThrows(
              IOException.class,
              () -> pull(engine, "it/app:v1", PLAIN.withPolicy(PullPolicy.NEWER)));
      assertEquals("left", left.getMessage());
      assertEquals(List.of(), engine.images().list());
    }
    assertEquals(List.of(), first.log());
    assertEquals(List.of(), second.log());
    assertFalse(Files.exists(directory.resolve(ALIASES)));
  }

  @Test
  void whatCouldNotBePulledIsNotRecorded() throws IOException {
    try (Engine engine = open(Optional.of(this::last))) {
      assertThrows(IOException.class, () -> pull(engine, "it/none:v1", PLAIN));
    }
    assertEquals(List.of(), first.log(), "nothing but what was chosen is tried");
    assertFalse(Files.exists(directory.resolve(ALIASES)));
  }

  @Test
  void whatCannotBeRecordedIsPulledAllTheSame() throws IOException {
    Files.createDirectories(directory.resolve("machine/var/cache"));
    Files.writeString(directory.resolve("machine/var/cache/containers"), "in the way");
    try (Engine engine = open(Optional.of(this::last))) {
      assertEquals(second.host() + "/it/app:v1", pull(engine, "it/app:v1", PLAIN));
    }
    assertTrue(
        told.stream()
            .anyMatch(
                each ->
                    each instanceof Progress.Warned(String text)
                        && text.startsWith("recording short-name alias (\"it/app\"=")));
  }

  @Test
  void aListInARegistryIsAskedForAsAPullIsButNotRecorded() throws IOException {
    TestImage image = image("1");
    second.addManifest(
        "it/list",
        "latest",
        ImageGenerator.index(ImageGenerator.Format.OCI, Map.of("amd64", image.manifest())));
    try (Engine engine = open(Optional.of(this::last))) {
      assertTrue(
          engine
              .lists()
              .inspect("it/list", PLAIN.access())
              .compact()
              .contains(image.manifest().digest().toString()));
    }
    assertEquals(1, asked.size());
    assertFalse(Files.exists(directory.resolve(ALIASES)));
  }

  private Reference last(String name, List<Reference> candidates) {
    asked.add(name + " of " + candidates);
    return candidates.getLast();
  }

  private String pull(Engine engine, String name, PullOptions options) throws IOException {
    Image image = engine.pull(name, options, told::add).images().getFirst();
    return image.names().getFirst().toString();
  }

  private static TestImage image(String content) {
    return ImageGenerator.oci().layer(Map.of("name", Bytes.utf8(content))).build();
  }

  private void mode(String mode) throws IOException {
    file(
        "registries.conf",
        "short-name-mode = '"
            + mode
            + "'\nunqualified-search-registries = ['"
            + first.host()
            + "', '"
            + second.host()
            + "']\n");
  }

  private void file(String name, String text) throws IOException {
    Path parent = Files.createDirectories(directory.resolve("machine/etc/containers"));
    Files.writeString(parent.resolve(name), text);
  }

  private Engine open(Optional<Chooser> chooser) throws IOException {
    EngineOptions options =
        EngineOptions.DEFAULT.withStorage(
            StorageOverrides.NONE
                .withRoot(directory.resolve("root"))
                .withRunRoot(directory.resolve("run"))
                .withDriver("overlay"));
    Surroundings surroundings =
        new Surroundings(
            Map.of(),
            directory.resolve("machine"),
            directory,
            new User(0, 0, 0, 0, directory.resolve("machine/root"), User.Privilege.ROOTFUL),
            new Machine(new Platform("linux", "amd64", ""), "host", "6.1.0", 2),
            Terminal.NONE,
            () -> ZoneOffset.UTC);
    return Engine.open(
        surroundings, chooser.isPresent() ? options.withChooser(chooser.get()) : options);
  }
}
