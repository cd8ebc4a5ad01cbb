package dev.stowage.cli.rehearsal;

import dev.stowage.cli.Main;
import dev.stowage.cli.Stowage;
import dev.stowage.cli.output.Output;
import dev.stowage.config.StorageOverrides;
import dev.stowage.config.Surroundings;
import dev.stowage.engine.Engine;
import dev.stowage.engine.EngineOptions;
import dev.stowage.engine.Image;
import dev.stowage.linux.ProcessEnd;
import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.Json;
import dev.stowage.model.Manifest;
import dev.stowage.model.MediaType;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Uses the commands once, in a store of its own, so that a JVM that watches can write down which
/// classes they need.
///
/// There are four parts, because a JVM takes in all that was written down whenever it starts, and
/// looking at images should not wait for what only removing or pulling them needs. They are played
/// in one store in this order: `pull`, `read`, `change`, and `remote`, which needs no store.
///
/// What fails here fails for a reason that the user will be told of when it matters: the rehearsal
/// only goes on.
public final class Rehearsal {
  private static final String NAME = ExampleImage.NAME;

  private static final int LARGE = 1 << 20;

  private final Path store;

  private Rehearsal(Path store) {
    this.store = store;
  }

  /// Plays one part.
  ///
  /// @param words the part, a directory for the store, and one to leave an example image in
  public static void main(String[] words) throws IOException {
    Rehearsal rehearsal = new Rehearsal(Path.of(words[1]).toAbsolutePath());
    switch (words[0]) {
      case "pull" -> rehearsal.pull(Path.of(words[2]).toAbsolutePath());
      case "read" -> rehearsal.read();
      case "remote" -> rehearsal.remote(Path.of(words[2]).toAbsolutePath());
      default -> rehearsal.change();
    }
    knowTheEnd();
  }

  /// Loads what a command ends with and a rehearsal does not, which would else be the only reason
  /// to open the jar.
  private static void knowTheEnd() {
    try {
      Class<?> _ = Class.forName(ProcessEnd.class.getName());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private void pull(Path layout) throws IOException {
    ExampleImage example = ExampleImage.write(layout);
    try (LoopbackRegistry registry = LoopbackRegistry.open(example)) {
      String name = registry.address() + "/hello";
      play("pull", "oci:" + layout + ":" + ExampleImage.NAME);
      moveArchives();
      play("rmi", "--all");
      play("pull", "--tls-verify=false", name);
      play("tag", name, NAME);
      play("pull", "--quiet", "--tls-verify=false", name);
      play("pull", "oci:" + layout + ":" + ExampleImage.BASE);
      play("push", NAME, "oci:" + store.resolve("pushed") + ":" + NAME);
      push("docker://" + registry.address());
    }
  }

  private void moveArchives() {
    String archive = store.resolve("saved.tar").toString();
    String layout = store.resolve("layout.tar").toString();
    play("save", "--output", archive, NAME);
    play("save", "--quiet", "--format", "oci-archive", "--output", layout, NAME);
    play("rmi", "--all");
    play("load", "--input", archive);
    play("load", "--quiet", "--input", layout);
    play("import", "--quiet", archive, "localhost/imported");
  }

  private void push(String registry) {
    String there = registry + "/pushed:";
    play("push", "--tls-verify=false", NAME, there + 1);
    String from = "--src-tls-verify=false";
    String hello = registry + "/hello";
    play("copy", from, hello, "dir:" + store.resolve("copied"));
    play("copy", from, "--dest-tls-verify=false", hello, there + 2);
    play("manifest", "create", "localhost/list", NAME);
    play("manifest", "push", "--all", "--tls-verify=false", "localhost/list", there + 3);
    play("manifest", "rm", "localhost/list");
  }

  private void remote(Path layout) throws IOException {
    ExampleImage example = ExampleImage.write(layout);
    Path logins = store.resolve("auth.json");
    try (LoopbackRegistry registry = LoopbackRegistry.open(example)) {
      String name = registry.address() + "/hello";
      String plain = "--tls-verify=false";
      play("list-tags", plain, "docker://" + name);
      play("inspect", plain, "docker://" + name);
      play("inspect", plain, "--raw", "docker://" + name);
      play("inspect", plain, "--config", "docker://" + name);
      play("inspect", plain, "--format", "{{.Digest}}", "docker://" + name);
      play("registry", "digest", plain, name);
      play("registry", "catalog", plain, registry.address());
      play("search", plain, registry.address() + "/hello");
      play("login", plain, "-u", "u", "-p", "p", "--authfile", logins.toString(), name);
      play("logout", "--authfile", logins.toString(), name);
      play("delete", plain, "docker://" + name);
    }
  }

  private void read() throws IOException {
    useInContainer();
    play("images");
    playElsewhere("images");
    Manifest _ = Manifest.parse(index());
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
    enlarge("*-layers", "layers.json");
    enlarge("*-images", "images.json");
    play("image", "exists", NAME); // makes the indexes
    play("images", "--filter", "id=0");
    play("inspect", NAME);
    play("tag", NAME, "again", "localhost/twice:1");
    play("untag", NAME, "again");
    for (String line : List.of("version", "--version", "--help", "images --help", "nothing")) {
      play(line.split(" ", -1));
    }
  }

  /// Makes a file of records one of those that are large enough to be indexed.
  private void enlarge(String directory, String name) throws IOException {
    try (var places = Files.newDirectoryStream(store.resolve("root"), directory)) {
      for (Path place : places) {
        Path file = place.resolve(name);
        Files.writeString(file, Files.readString(file) + " ".repeat(LARGE));
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
      }
    }
  }

  private void change() {
    play("image", "diff", NAME);
    play("image", "mount", NAME);
    play("image", "unmount", NAME);
    play("info");
    play("system", "df");
    play("image", "prune", "--force");
    play("rmi", "nothing");
    play("rmi", "localhost/twice:1");
    play("rmi", NAME);
    play("rmi", "--all", "--force");
  }

  /// An index, such as the store keeps for lists of manifests.
  private static Document index() {
    Json entry =
        Json.object()
            .put("mediaType", MediaType.OCI_MANIFEST.value())
            .put("digest", Digest.of(Bytes.empty()).toString())
            .put("size", 0)
            .put("platform", Json.object().put("os", "linux").put("architecture", "amd64").build())
            .build();
    Json index =
        Json.object()
            .put("schemaVersion", 2)
            .put("manifests", new Json.Arr(List.of(entry)))
            .build();
    return new Document(MediaType.OCI_INDEX, Bytes.utf8(index.compact()));
  }

  /// Plays a command as if storage.conf had been chosen by a variable.
  private void playElsewhere(String... words) throws IOException {
    Path conf = store.resolve("storage.conf");
    Files.writeString(conf, "[storage]\ndriver = \"overlay\"\n");
    Surroundings here = Surroundings.ofThisProcess();
    Map<String, String> environment = new HashMap<>(here.environment());
    environment.put("CONTAINERS_STORAGE_CONF", conf.toString());
    Surroundings elsewhere =
        new Surroundings(
            environment,
            here.root(),
            here.directory(),
            here.user(),
            here.machine(),
            here.terminal(),
            here.zone());
    int code =
        new Stowage(
                new Output(OutputStream.nullOutputStream()),
                nowhere(),
                elsewhere,
                InstantSource.system())
            .run(inStore(words));
    System.err.println(code + " elsewhere " + String.join(" ", words));
  }

  /// Records a container that was made from the image, as a container engine would.
  private void useInContainer() throws IOException {
    StorageOverrides here =
        StorageOverrides.NONE.withRoot(store.resolve("root")).withRunRoot(store.resolve("run"));
    try (Engine engine =
        Engine.open(
            Surroundings.ofThisProcess(),
            EngineOptions.DEFAULT
                .withStorage(here)
                .withLifetime(EngineOptions.Lifetime.ONE_COMMAND))) {
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
    long begun = System.nanoTime();
    int code = Main.run(inStore(words), OutputStream.nullOutputStream(), nowhere());
    System.err.println(
        code + " " + (System.nanoTime() - begun) / 1_000_000 + " ms " + String.join(" ", words));
  }

  private List<String> inStore(String... words) {
    List<String> line = new ArrayList<>();
    line.add("--root");
    line.add(store.resolve("root").toString());
    // What is rehearsed has not happened, as far as this machine's events are concerned.
    line.add("--events-backend");
    line.add("file");
    line.add("--tmpdir");
    line.add(store.resolve("tmp").toString());
    line.add("--runroot");
    line.add(store.resolve("run").toString());
    line.addAll(List.of(words));
    return line;
  }

  private static PrintStream nowhere() {
    return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
  }
}
