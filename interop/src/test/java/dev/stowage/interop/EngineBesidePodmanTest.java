package dev.stowage.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stowage.engine.Engine;
import dev.stowage.engine.EngineOptions;
import dev.stowage.engine.FileChange;
import dev.stowage.engine.Filter;
import dev.stowage.engine.Force;
import dev.stowage.engine.Found;
import dev.stowage.engine.History;
import dev.stowage.engine.Image;
import dev.stowage.engine.ListOptions;
import dev.stowage.engine.LookupOptions;
import dev.stowage.engine.Mount;
import dev.stowage.engine.Removal;
import dev.stowage.engine.RemoveOptions;
import dev.stowage.engine.Tree;
import dev.stowage.engine.Unmounting;
import dev.stowage.model.Json;
import dev.stowage.model.StowageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The engine's answers beside Podman's, on one store that Buildah filled.
class EngineBesidePodmanTest {
  private static final Path PLACE =
      Path.of(
          Optional.ofNullable(System.getenv("STOWAGE_INTEROP_DIR"))
              .orElse("/var/tmp/stowage-interop"));

  private static Path store = Path.of("");

  @BeforeAll
  static void make() throws IOException {
    Tool.requireAll();
    Files.createDirectories(PLACE);
    store = newDirectory();
    Podman.makeVariedStore(store);
  }

  @AfterAll
  static void remove() throws IOException {
    Podman.run(List.of("rm", "-rf", store.toString()));
  }

  private static Engine open(Path directory) throws IOException {
    return Engine.open(
        EngineOptions.DEFAULT
            .withRoots(directory.resolve("root"), directory.resolve("run"))
            .withDriver("overlay"));
  }

  private static Podman podman(Podman.Version version) throws IOException {
    assumeTrue(
        version == Podman.Version.PACKAGED || version.here(),
        "make-newer-podman makes the newer podman");
    return new Podman(version, store);
  }

  private static Json.Obj object(Json json) {
    return (Json.Obj) json;
  }

  private static List<Json> array(Json json) {
    return ((Json.Arr) json).items();
  }

  private static Json orNull(Json.Obj object, String key) {
    return object.get(key).orElseGet(Json.Null::new);
  }

  private static Json strings(Iterable<?> texts) {
    List<Json> items = new ArrayList<>();
    texts.forEach(text -> items.add(Json.of(text.toString())));
    return items.isEmpty() ? new Json.Null() : new Json.Arr(items);
  }

  /// Podman 4.3 fails on a store that has a list beside an image without layers.
  @ParameterizedTest
  @ValueSource(strings = {"", "dangling=true", "label=a", "reference=child", "since=dock:1.0"})
  void imagesAreListedAlike(String filter) throws IOException {
    Podman podman = podman(Podman.Version.NEWER);
    Podman.Said said =
        filter.isEmpty()
            ? podman.say("images", "--all", "--format", "json")
            : podman.say("images", "--all", "--format", "json", "--filter", filter);
    ListOptions options =
        filter.isEmpty() ? ListOptions.DEFAULT : ListOptions.DEFAULT.and(Filter.parse(filter));
    Map<String, Json> theirs = new TreeMap<>();
    for (Json each : array(said.json())) {
      Json.Obj image = object(each);
      Json.Builder row = Json.object();
      for (String key :
          List.of(
              "ParentId",
              "Names",
              "RepoDigests",
              "Size",
              "Labels",
              "Containers",
              "Digest",
              "History",
              "Dangling",
              "Created")) {
        row.put(key, orNull(image, key));
      }
      theirs.put(image.string("Id").orElseThrow(), row.build());
    }
    Map<String, Json> ours = new TreeMap<>();
    try (Engine engine = open(store)) {
      for (Image image : engine.images().list(options)) {
        Json.Builder labels = Json.object();
        new TreeMap<>(image.labels()).forEach(labels::put);
        ours.put(
            image.id().value(),
            Json.object()
                .put("ParentId", image.parent().map(p -> p.id().value()).orElse(""))
                .put("Names", strings(image.names()))
                .put(
                    "RepoDigests",
                    image.names().isEmpty()
                        ? new Json.Arr(List.of())
                        : strings(image.repoDigests()))
                .put("Size", image.size())
                .put("Labels", image.labels().isEmpty() ? new Json.Null() : labels.build())
                .put("Containers", image.containers().size())
                .put("Digest", image.digest().orElseThrow().toString())
                .put("History", strings(image.namesHistory()))
                .put("Dangling", image.dangling() ? Json.of(true) : new Json.Null())
                .put("Created", image.created().orElseThrow().getEpochSecond())
                .build());
      }
    }
    assertEquals(theirs, ours);
  }

  @Test
  void intermediateImagesAreTheOnesPodmanHides() throws IOException {
    Podman podman = podman(Podman.Version.NEWER);
    Set<String> theirs =
        new TreeSet<>(
            podman.say("images", "--quiet", "--no-trunc").lines().stream()
                .map(line -> line.substring("sha256:".length()))
                .toList());
    Set<String> ours = new TreeSet<>();
    try (Engine engine = open(store)) {
      for (Image image : engine.images().list()) {
        if (!image.intermediate()) {
          ours.add(image.id().value());
        }
      }
    }
    assertEquals(theirs, ours);
  }

  /// What Podman says of an image without layers is a directory that never was; it is left out.
  @ParameterizedTest
  @EnumSource(Podman.Version.class)
  void imagesAreInspectedAlike(Podman.Version version) throws IOException {
    Podman podman = podman(version);
    int compared = 0;
    try (Engine engine = open(store)) {
      for (String name : everyNameAndId(engine)) {
        Podman.Said said = podman.say("image", "inspect", name);
        Image image = engine.images().find(name).image();
        if (said.code() == 0) {
          Json.Obj theirs = object(array(said.json()).getFirst());
          Json.Obj ours = image.inspect().toJson();
          if (image.topLayer().isEmpty()) {
            theirs = theirs.toBuilder().remove("GraphDriver").build();
            ours = ours.toBuilder().remove("GraphDriver").build();
          }
          assertEquals(theirs.pretty(" "), ours.pretty(" "), name);
          compared++;
        } else {
          // Podman 4.3 looks for instances of every list among the parents of layerless images.
          assertTrue(image.topLayer().isEmpty() && version == Podman.Version.PACKAGED, said.err());
        }
      }
    }
    assertTrue(compared > 15, "only " + compared);
  }

  private static List<String> everyNameAndId(Engine engine) throws IOException {
    List<String> all = new ArrayList<>();
    for (Image image : engine.images().list()) {
      if (!image.list()) {
        all.add(image.id().value());
        image.repoTags().forEach(name -> all.add(name.toString()));
        image.repoDigests().forEach(name -> all.add(name.toString()));
      }
    }
    return all;
  }

  @ParameterizedTest
  @EnumSource(Podman.Version.class)
  void historiesAreAlike(Podman.Version version) throws IOException {
    Podman podman = podman(version);
    // Podman 4.3 knows no tags here, and parts a number from its unit.
    boolean tags = version == Podman.Version.NEWER;
    String format = "{{.ID}}|{{.CreatedBy}}|{{.Size}}|{{.Comment}}|" + (tags ? "{{.Tags}}" : "");
    try (Engine engine = open(store)) {
      for (Image image : engine.images().list()) {
        if (!image.list()) {
          List<String> ours = new ArrayList<>();
          for (History.Entry entry : image.history().entries()) {
            ours.add(
                entry.image().map(id -> id.value()).orElse("<missing>")
                    + "|"
                    + entry.createdBy()
                    + "|"
                    + human(entry.size())
                    + "|"
                    + entry.comment()
                    + "|"
                    + (tags ? "[" + String.join(" ", entry.tags()) + "]" : ""));
          }
          assertEquals(
              podman
                  .say("history", "--no-trunc", "--format", format, image.id().value())
                  .lines()
                  .stream()
                  .map(line -> line.replaceAll("([0-9]) (B|kB|MB)", "$1$2"))
                  .toList(),
              ours);
        }
      }
    }
  }

  private static String human(long size) {
    return size < 1000
        ? size + "B"
        : new java.math.BigDecimal(size)
                .movePointLeft(3)
                .round(new java.math.MathContext(3))
                .stripTrailingZeros()
                .toPlainString()
            + "kB";
  }

  @ParameterizedTest
  @EnumSource(Podman.Version.class)
  void treesAreAlike(Podman.Version version) throws IOException {
    Podman podman = podman(version);
    try (Engine engine = open(store)) {
      for (Image image : engine.images().list()) {
        for (Tree.Extent extent : Tree.Extent.values()) {
          List<String> theirs =
              extent == Tree.Extent.OWN
                  ? podman.say("image", "tree", image.id().value()).lines()
                  : podman.say("image", "tree", "--whatrequires", image.id().value()).lines();
          List<String> ours = new ArrayList<>();
          image.tree(extent).roots().forEach(node -> flatten(node, ours));
          if (!image.list()) {
            assertEquals(
                theirs.stream()
                    .filter(line -> line.contains("ID: ") && !line.startsWith("Image"))
                    .map(
                        line ->
                            line.substring(line.indexOf("ID: ")).replaceAll(" Size: +[^ ]+", ""))
                    .map(String::strip)
                    .toList(),
                ours);
          }
        }
      }
    }
  }

  private static void flatten(Tree.Node node, List<String> into) {
    String tags = String.join(" ", node.tags());
    into.add(
        "ID: "
            + node.layer().value().substring(0, 12)
            + (tags.isEmpty() ? "" : " Top Layer of: [" + tags + "]"));
    node.above().forEach(above -> flatten(above, into));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "base",
        "localhost/base",
        "base:latest",
        "base:none",
        "child",
        "child:v1",
        "child:v2",
        "some/child:v1",
        "quay.io/some/child:v1",
        "quay.io/some/child",
        "dock:1.0",
        "dock",
        "docker.io/dock:1.0",
        "docker.io/library/dock:1.0",
        "library/dock:1.0",
        "b:y",
        "a/b:y",
        "registry.example:5000/a/b:y",
        "registry.example:5000/a/b",
        "name:x",
        "other/name:x",
        "list",
        "localhost/list:latest",
        "arm",
        "empty:1",
        "empty:2",
        "empty",
        "nothing",
        "Base",
        "base@sha256:abc",
        "sha256:abc",
        "a b",
        "docker://base",
        "oci:base",
        "containers-storage:localhost/base",
        "containers-storage:base",
        "containers-storage:nothing"
      })
  void namesLeadToTheSameImages(String name) throws IOException {
    Podman.Said theirs =
        podman(Podman.Version.NEWER).say("image", "inspect", "--format", "{{.Id}}", name);
    String ours;
    try (Engine engine = open(store)) {
      ours = engine.images().find(name).image().id().value();
    } catch (StowageException e) {
      ours = "";
    }
    assertEquals(theirs.code() == 0 ? theirs.out().strip() : "", ours);
  }

  @Test
  void idsAndDigestsLeadToTheSameImages() throws IOException {
    Podman podman = podman(Podman.Version.NEWER);
    try (Engine engine = open(store)) {
      for (Image image : engine.images().list()) {
        List<String> ways = new ArrayList<>();
        String id = image.id().value();
        ways.addAll(List.of(id, "sha256:" + id, id.substring(0, 12), id.substring(0, 4)));
        image.digests().forEach(digest -> ways.add("base@" + digest));
        image.repoDigests().forEach(digest -> ways.add(digest.toString()));
        for (String way : ways) {
          Podman.Said theirs =
              podman.say("image", "inspect", "--format", "{{.Id}} {{.Digest}}", way);
          String ours;
          try {
            Image found = engine.images().find(way).image();
            ours = found.id() + " " + found.digest().orElseThrow();
          } catch (StowageException e) {
            ours = "";
          }
          assertEquals(theirs.code() == 0 ? theirs.out().strip() : "", ours, way);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Podman.Version.class)
  void changesOfFilesAreAlike(Podman.Version version) throws IOException {
    Podman podman = podman(version);
    try (Engine engine = open(store)) {
      for (String name : List.of("changes", "base", "child:v1", "dock:1.0", "over")) {
        Image image = engine.images().find(name).image();
        assertEquals(
            new TreeSet<>(podman.say("image", "diff", name).lines()), lines(image.changes()), name);
      }
      Image changes = engine.images().find("changes").image();
      for (String other : List.of("base", "child:v1", "dock:1.0", "changes")) {
        assertEquals(
            new TreeSet<>(podman.say("image", "diff", "changes", other).lines()),
            lines(changes.changesFrom(engine.images().find(other).image())),
            other);
      }
    }
  }

  private static Set<String> lines(List<FileChange> changes) {
    Set<String> lines = new TreeSet<>();
    for (FileChange change : changes) {
      lines.add(change.kind().letter() + " " + change.path());
    }
    return lines;
  }

  @Test
  void aMountedImageShowsItsFilesAndPodmanKnowsOfIt() throws IOException {
    Path copy = copy();
    try (Engine engine = open(copy)) {
      Image image = engine.images().find("changes").image();
      try (Mount mount = image.mount()) {
        assertEquals("n\n", Files.readString(mount.path().resolve("opt/gone/new/n")));
        assertTrue(Files.notExists(mount.path().resolve("etc/base")));
        assertEquals(Optional.of(mount.path()), image.refresh().mountpoint());
        Json.Obj data = object(image.refresh().inspect().toJson().get("GraphDriver").orElseThrow());
        assertEquals(
            mount.path().toString(),
            data.object("Data").orElseThrow().string("MergedDir").orElseThrow());
        try (Mount second = image.mount()) {
          assertEquals(mount.path(), second.path());
        }
        assertTrue(image.refresh().mountpoint().isPresent());
      }
      assertEquals(Optional.empty(), image.refresh().mountpoint());
      Path path = image.mount().path();
      image.mount();
      image.unmount(Unmounting.ALL);
      assertTrue(Files.notExists(path.resolve("opt")));
    } finally {
      Podman.run(List.of("rm", "-rf", copy.toString()));
    }
  }

  private static Path copy() throws IOException {
    Path copy = newDirectory();
    Podman.Said said = Podman.run(List.of("cp", "-a", store + "/.", copy.toString()));
    assertEquals(0, said.code(), said.err());
    // Podman's own database insists on the place it was made in.
    for (String own : List.of("root/libpod", "root/db.sql")) {
      Podman.run(List.of("rm", "-rf", copy.resolve(own).toString()));
    }
    return copy;
  }

  /// A directory with a short name: Podman 4.3 takes no run root of more than 50 characters.
  private static Path newDirectory() throws IOException {
    for (int i = 0; ; i++) {
      Path directory = PLACE.resolve("v" + i);
      if (Files.notExists(directory)) {
        return Files.createDirectory(directory);
      }
    }
  }

  /// Does the same to two copies of the store, and compares what is said and what is left.
  private static void both(Podman.Version version, String... command) throws IOException {
    Path theirs = copy();
    Path ours = copy();
    try {
      Podman podman = new Podman(version, theirs);
      Podman.Said said = podman.say(command);
      Deed deed = doIt(ours, List.of(command));
      assertEquals(said.code(), deed.code(), said.err() + deed);
      if (command[0].equals("rmi")) {
        assertEquals(said.lines(), deed.lines());
      }
      assertEquals(facts(theirs), facts(ours), String.join(" ", command));
      String format = "{{.ID}} {{.Repository}}:{{.Tag}} {{.Digest}} {{.Size}}";
      assertEquals(
          podman.say("images", "--all", "--format", format).lines(),
          new Podman(version, ours).say("images", "--all", "--format", format).lines());
    } finally {
      Podman.run(List.of("rm", "-rf", theirs.toString(), ours.toString()));
    }
  }

  private record Deed(int code, List<String> lines) {}

  private static Deed doIt(Path directory, List<String> command) throws IOException {
    try (Engine engine = open(directory)) {
      List<String> arguments = command.subList(1, command.size());
      return switch (command.getFirst()) {
        case "rmi" -> remove(engine, arguments);
        case "tag" -> {
          Found found =
              engine
                  .images()
                  .find(
                      arguments.getFirst(),
                      LookupOptions.DEFAULT.withLists(LookupOptions.Lists.LIST));
          found.image().tag(arguments.subList(1, arguments.size()));
          yield new Deed(0, List.of());
        }
        case "untag" -> {
          Image image = engine.images().find(arguments.getFirst()).image();
          if (arguments.size() == 1) {
            image.untagAll();
          } else {
            image.untag(arguments.subList(1, arguments.size()));
          }
          yield new Deed(0, List.of());
        }
        default -> throw new AssertionError(command);
      };
    } catch (StowageException e) {
      return new Deed(125, List.of(String.valueOf(e.getMessage())));
    }
  }

  private static Deed remove(Engine engine, List<String> arguments) throws IOException {
    boolean forced = arguments.getFirst().equals("--force");
    RemoveOptions options =
        forced
            ? RemoveOptions.DEFAULT
                .withForce(Force.WITH_CONTAINERS)
                .withMissing(RemoveOptions.Missing.IGNORED)
            : RemoveOptions.DEFAULT;
    Removal removal =
        engine
            .images()
            .remove(forced ? arguments.subList(1, arguments.size()) : arguments, options);
    List<String> lines = new ArrayList<>();
    removal.untagged().forEach(name -> lines.add("Untagged: " + name));
    removal.removed().forEach(id -> lines.add("Deleted: " + id));
    int code =
        switch (removal.outcome()) {
          case DONE -> 0;
          case NOT_KNOWN -> 1;
          case IN_USE -> 2;
          case FAILED -> 125;
        };
    return new Deed(code, lines);
  }

  /// The images with names and their history, and the layers, as the files have them.
  private static Map<String, String> facts(Path directory) throws IOException {
    Map<String, String> facts = new TreeMap<>();
    Path root = directory.resolve("root");
    for (Json each : records(root.resolve("overlay-images/images.json"))) {
      Json.Obj image = object(each);
      facts.put(
          "image " + image.string("id").orElseThrow(),
          image.texts("names") + " " + image.texts("names-history"));
    }
    for (Json each : records(root.resolve("overlay-layers/layers.json"))) {
      facts.put("layer " + object(each).string("id").orElseThrow(), "");
    }
    for (Json each : records(root.resolve("overlay-containers/containers.json"))) {
      facts.put("container " + object(each).string("id").orElseThrow(), "");
    }
    try (var directories = Files.list(root.resolve("overlay"))) {
      for (Path each : directories.toList()) {
        if (each.getFileName().toString().length() == 64) {
          facts.put("directory " + each.getFileName(), "");
        }
      }
    }
    return facts;
  }

  private static List<Json> records(Path file) throws IOException {
    return array(Json.parse(dev.stowage.model.Bytes.owning(Files.readAllBytes(file))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rmi child:v1",
        "rmi child:v1 quay.io/some/child:v1",
        "rmi child:v2",
        "rmi base",
        "rmi base other/name:x registry.example:5000/a/b:y",
        "rmi dock:1.0 nothing",
        "rmi nothing",
        "rmi over changes dock:1.0",
        "rmi empty:2",
        "rmi empty:1",
        "rmi empty:1 empty:2",
        "rmi list",
        "rmi arm",
        "rmi arm list",
        "rmi Bad over",
        "rmi --force child:v1 base",
        "rmi --force over nothing",
        "rmi --force child:v2",
        "tag base new",
        "tag base new:1 localhost/over quay.io/x/y",
        "tag base dock:1.0 docker.io/dock:1.0",
        "tag nothing new",
        "tag base Upper",
        "tag list renamed:1",
        "untag base",
        "untag base base other/name:x",
        "untag base nothing",
        "untag over",
      })
  void whatIsDoneLeavesTheSameStore(String command) throws IOException {
    podman(Podman.Version.NEWER);
    both(Podman.Version.NEWER, command.split(" "));
  }
}
