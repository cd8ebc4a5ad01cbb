package dev.stowage.cli.rehearsal;

import dev.stowage.cli.Main;
import dev.stowage.config.StorageOverrides;
import dev.stowage.config.Surroundings;
import dev.stowage.engine.Engine;
import dev.stowage.engine.EngineOptions;
import dev.stowage.engine.Image;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Uses the commands once, in a store of its own, so that a JVM that watches can write down which
/// classes they need.
///
/// There are two parts, because a JVM takes in all that was written down whenever it starts, and
/// short commands should not wait for what only a transfer needs: `pull` first, then `short` in the
/// same store.
///
/// What fails here fails for a reason that the user will be told of when it matters: the rehearsal
/// only goes on.
public final class Rehearsal {
  private static final String NAME = "localhost/hello";

  private final Path store;

  private Rehearsal(Path store) {
    this.store = store;
  }

  /// Plays one part.
  ///
  /// @param words the part, a directory for the store, and one to leave an example image in
  public static void main(String[] words) throws IOException {
    Rehearsal rehearsal = new Rehearsal(Path.of(words[1]).toAbsolutePath());
    if (words[0].equals("pull")) {
      rehearsal.pull(Path.of(words[2]).toAbsolutePath());
    } else {
      rehearsal.shortCommands();
    }
  }

  private void pull(Path layout) throws IOException {
    ExampleImage example = ExampleImage.write(layout);
    try (LoopbackRegistry registry = LoopbackRegistry.open(example)) {
      play("pull", "oci:" + layout + ":" + ExampleImage.NAME);
      play("rmi", "--all");
      play("pull", "--tls-verify=false", registry.address() + "/hello");
      play("tag", registry.address() + "/hello", NAME);
      play("pull", "--quiet", "--tls-verify=false", registry.address() + "/hello");
    }
  }

  private void shortCommands() throws IOException {
    useInContainer();
    play("images");
    play("images", "--digests", "--filter", "reference=hello", "--sort", "size");
    play("images", "--format", "table {{.ID}} {{.Names}} {{.Size}}");
    play("images", "--format", "json");
    play("images", "--all", "--quiet", "--no-trunc");
    play("inspect", NAME);
    play("inspect", "--format", "{{.Id}} {{index .Labels \"title\"}} {{json .Config}}", NAME);
    play("history", NAME);
    play("history", "--format", "json", NAME);
    play("image", "tree", NAME);
    play("image", "exists", NAME);
    play("image", "exists", "nothing");
    play("image", "diff", NAME);
    play("tag", NAME, "again", "localhost/twice:1");
    play("untag", NAME, "again");
    play("rmi", "nothing");
    play("rmi", "localhost/twice:1");
    play("rmi", NAME);
    play("info");
    play("rmi", "--all", "--force");
    for (String line : List.of("version", "--version", "--help", "images --help", "nothing")) {
      play(line.split(" ", -1));
    }
  }

  /// Records a container that was made from the image, as a container engine would.
  private void useInContainer() throws IOException {
    StorageOverrides here =
        StorageOverrides.NONE.withRoot(store.resolve("root")).withRunRoot(store.resolve("run"));
    try (Engine engine =
        Engine.open(Surroundings.ofThisProcess(), EngineOptions.DEFAULT.withStorage(here))) {
      for (Image image : engine.images().list()) {
        try (var places = Files.newDirectoryStream(store.resolve("root"), "*-containers")) {
          for (Path place : places) {
            Files.writeString(
                place.resolve("containers.json"),
                "[{\"id\":\"%s\",\"names\":[\"rehearsal\"],\"image\":\"%s\",\"layer\":\"%s\",\"created\":\"2026-01-01T00:00:00Z\"}]"
                    .formatted("0".repeat(64), image.id(), "0".repeat(64)));
          }
        }
      }
    }
  }

  private void play(String... words) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "--root",
                store.resolve("root").toString(),
                "--runroot",
                store.resolve("run").toString()));
    line.addAll(List.of(words));
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    long begun = System.nanoTime();
    int code = Main.run(line, OutputStream.nullOutputStream(), nowhere);
    System.err.println(
        code + " " + (System.nanoTime() - begun) / 1_000_000 + " ms " + String.join(" ", words));
  }
}
