package dev.stowage.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.cli.Stowage;
import dev.stowage.cli.output.Output;
import dev.stowage.config.Surroundings;
import dev.stowage.engine.Engine;
import dev.stowage.engine.EngineOptions;
import dev.stowage.engine.Filter;
import dev.stowage.engine.Image;
import dev.stowage.engine.ListOptions;
import dev.stowage.engine.Removal;
import dev.stowage.engine.RemoveOptions;
import dev.stowage.model.Bytes;
import dev.stowage.model.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
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

/// Whole command lines beside Podman's, on one store of more than sixty images of every kind.
///
/// Beside the newer podman where it was made; Podman 4.3 fails on a store that has a list beside
/// images without layers, so beside it the lists and the images without layers are removed first.
class CrowdedStoreTest {
  private static final Path PLACE =
      Path.of(
          Optional.ofNullable(System.getenv("STOWAGE_INTEROP_DIR"))
              .orElse("/var/tmp/stowage-interop"));
  private static final int LEAST_IMAGES = 60;

  private static Path store = Path.of("");
  private static Podman podman = new Podman(Podman.Version.PACKAGED, store);
  private static boolean newer;

  @BeforeAll
  static void make() throws IOException {
    Tool.requireAll();
    Files.createDirectories(PLACE);
    store = newDirectory();
    String made =
        Shell.run(List.of(Shell.script("make-crowded-store"), store.toString()), Map.of());
    assertTrue(made.isEmpty(), made);
    newer = Podman.Version.NEWER.here();
    podman = new Podman(newer ? Podman.Version.NEWER : Podman.Version.PACKAGED, store);
    int images = run("images", "--all", "--quiet").lines().size();
    assertTrue(images >= LEAST_IMAGES, "only " + images);
    if (!newer) {
      try (Engine engine =
          Engine.open(
              EngineOptions.DEFAULT
                  .withRoots(store.resolve("root"), store.resolve("run"))
                  .withDriver("overlay"))) {
        for (Image image : engine.images().list()) {
          if (image.topLayer().isEmpty()) {
            Removal removal =
                engine
                    .images()
                    .removeAll(
                        ListOptions.DEFAULT.and(Filter.of(Filter.Key.ID, image.id().value())),
                        RemoveOptions.DEFAULT);
            assertEquals(List.of(), removal.failures());
          }
        }
      }
    }
  }

  @AfterAll
  static void remove() throws IOException {
    Podman.run(List.of("rm", "-rf", store.toString()));
  }

  /// A directory with a short name: Podman 4.3 takes no run root of more than 50 characters.
  private static Path newDirectory() throws IOException {
    for (int i = 0; ; i++) {
      Path directory = PLACE.resolve("c" + i);
      if (Files.notExists(directory)) {
        return Files.createDirectory(directory);
      }
    }
  }

  private static Podman.Said run(String... words) {
    return runOn(store, words);
  }

  private static Podman.Said runOn(Path directory, String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    List<String> line =
        new ArrayList<>(
            List.of(
                "--root",
                directory.resolve("root").toString(),
                "--runroot",
                directory.resolve("run").toString(),
                "--storage-driver",
                "overlay",
                "--tmpdir",
                directory.resolve("tmp").toString()));
    line.addAll(List.of(words));
    int code =
        new Stowage(
                new Output(out),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Surroundings.ofThisProcess(),
                InstantSource.system())
            .run(line);
    return new Podman.Said(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /// The lines, without those of a second that has passed in between, sorted: Podman leaves the
  /// order of equals to chance.
  private static List<String> sorted(Podman.Said said) {
    return said.lines().stream()
        .map(
            line ->
                line.replaceAll(
                    "(Less than a second|About a minute|[0-9]+ (seconds?|minutes))", "a moment"))
        .map(line -> line.replaceAll("([0-9]) (B|kB|MB)", "$1$2").replaceAll(" +", " "))
        .sorted()
        .toList();
  }

  private static void assertSaidAlike(String... words) throws IOException {
    Podman.Said theirs = podman.say(words);
    Podman.Said ours = run(words);
    String what = String.join(" ", words);
    assertEquals(theirs.code(), ours.code(), what + theirs.err() + ours.err());
    assertEquals(sorted(theirs), sorted(ours), what);
    assertEquals(
        theirs.complaint(),
        ours.err().lines().filter(line -> line.startsWith("Error: ")).findFirst().orElse(""),
        what);
  }

  /// An array of JSON objects, each under what tells it from the others.
  private static Map<String, Json> keyed(Podman.Said said, String... keys) throws IOException {
    Map<String, Json> all = new TreeMap<>();
    for (Json each : ((Json.Arr) Json.parse(Bytes.utf8(said.out()))).items()) {
      StringBuilder key = new StringBuilder();
      for (String one : keys) {
        key.append(((Json.Obj) each).get(one).map(Json::compact).orElse("")).append(' ');
      }
      all.merge(key.toString(), each, (a, b) -> new Json.Arr(List.of(a, b)));
    }
    return all;
  }

  @Test
  void imagesAreListedAlikeByEveryFilter() throws IOException {
    String one = run("images", "--quiet", "--no-trunc", "row0:s1").out().strip().substring(7);
    String digest = run("images", "--format", "{{.Digest}}", "row0:s1").lines().getFirst();
    List<String> filters =
        new ArrayList<>(
            List.of(
                "after=localhost/row1:s1",
                "since=localhost/row1:s1",
                "before=localhost/row1:s1",
                "until=2024-02-03",
                "until=2024-02-03T00:00:01Z",
                "until=10h",
                "until=1706832000",
                "containers=true",
                "containers=false",
                "dangling=true",
                "dangling=0",
                "intermediate=T",
                "intermediate=false",
                "readonly=true",
                "id=" + one,
                "label=row",
                "label=row=2",
                "label=only.1==x y",
                "label=org.example/*",
                "label=nothing",
                "reference=row1",
                "reference=row1:s1",
                "reference=localhost/row1:s1",
                "reference=quay.io/*",
                "reference=*/row*",
                "reference=*:s1",
                "reference=dock1",
                "reference=docker.io/library/dock?",
                "reference=[",
                "reference=nothing"));
    if (newer) {
      // Podman 4.3 knows these in other ways or not at all.
      filters.addAll(
          List.of(
              "manifest=true",
              "manifest=false",
              "id=" + one.substring(0, 1),
              "digest=" + digest,
              "digest=" + digest.substring(0, 8),
              "reference=quay.io/also/row:1",
              "reference=" + one));
    }
    for (String filter : filters) {
      String[] words = {"images", "--all", "--digests", "--no-trunc", "--filter", filter};
      assertSaidAlike(words);
      if (newer) {
        words[5] = filter.replaceFirst("=", "!=");
        assertSaidAlike(words);
      }
    }
    if (newer) {
      assertSaidAlike("images", "-a", "-f", "reference=row1", "-f", "reference=row2:s1");
      assertSaidAlike("images", "-a", "-f", "reference=row*", "-f", "reference!=row2:s1");
      assertSaidAlike("images", "-a", "-f", "label=row", "-f", "label!=row=1", "-f", "dangling=1");
    }
  }

  /// Podman 5.8 confuses key and value where it says what is no truth value; newer ones do not.
  @Test
  void whatIsNoFilterIsRefusedInTheSameWords() throws IOException {
    if (!newer) {
      return; // Podman 4.3 had other words
    }
    for (String filter :
        List.of(
            "nonsense",
            "no=such",
            "containers=some",
            "digest=abc",
            "until=whenever",
            "before=nothing/here",
            "after=nothing/here",
            "since!=nothing/here")) {
      assertSaidAlike("images", "--filter", filter);
    }
    assertSaidAlike("images", "-f", "dangling=true", "-f", "dangling=false");
    assertSaidAlike("images", "-f", "containers=true", "-f", "containers=false");
    assertSaidAlike("images", "-f", "dangling=true", "name");
    assertSaidAlike("images", "one", "two");
    assertSaidAlike("image", "prune", "--force", "--filter", "nonsense");
  }

  @Test
  void listsLookAlikeInEveryForm() throws IOException {
    assertSaidAlike("images");
    assertSaidAlike("image", "list", "--all");
    assertSaidAlike("images", "--digests", "--history", "--no-trunc");
    assertSaidAlike("images", "--quiet", "--all");
    assertSaidAlike("images", "--noheading", "--sort", "size");
    assertSaidAlike("images", "row1", "--no-trunc");
    assertSaidAlike(
        "images", "-a", "--format", "{{.ID}} {{.Repository}}:{{.Tag}} {{.Names}} {{.Size}}");
    assertSaidAlike("images", "-a", "--format", "table {{.ID}} {{.Containers}} {{.ParentId}}");
    if (newer) {
      assertSaidAlike("images", "-a", "--format", "{{json .}}", "--filter", "reference=row1:s1");
      assertEquals(
          keyed(podman.say("images", "--all", "--format", "json"), "Id"),
          keyed(run("images", "--all", "--format", "json"), "Id"));
    }
    // Where keys differ the order does, too.
    for (String sort : List.of("id", "size", "created", "tag", "repository")) {
      String field = sort.equals("id") ? "{{.ID}}" : sort.equals("size") ? "{{.Size}}" : "{{.Tag}}";
      if (sort.equals("created")) {
        field = "{{.CreatedAt}}";
      } else if (sort.equals("repository")) {
        field = newer ? "{{.Repository}} {{.Tag}}" : "{{.Repository}}";
      }
      assertEquals(
          podman.say("images", "--sort", sort, "--format", field).lines(),
          run("images", "--sort", sort, "--format", field).lines(),
          sort);
    }
  }

  @Test
  void inspectHistoryTreeAndDiffAreAlikeForEveryImage() throws IOException {
    List<String> ids = new ArrayList<>(new TreeSet<>(run("images", "-aq", "--no-trunc").lines()));
    ids.replaceAll(id -> id.substring("sha256:".length()));
    if (newer) {
      ids.removeAll(
          run("images", "-aq", "--no-trunc", "-f", "manifest=true").lines().stream()
              .map(id -> id.substring("sha256:".length()))
              .toList());
    }
    assertTrue(ids.size() > 45, "only " + ids.size());
    List<String> words = new ArrayList<>(List.of("image", "inspect"));
    words.addAll(ids);
    String[] inspect = words.toArray(new String[0]);
    assertEquals(withoutLayerless(podman.say(inspect)), withoutLayerless(run(inspect)));
    for (int i = 0; i < ids.size(); i += 3) {
      String id = ids.get(i);
      assertSaidAlike("history", "--no-trunc", "--human=false", id);
      Podman.Said theirs = podman.say("image", "tree", id);
      assertEquals(theirs.out(), run("image", "tree", id).out(), id);
    }
    assertSaidAlike("image", "tree", "--whatrequires", "localhost/row1:s1");
    assertSaidAlike("image", "diff", "changes");
    assertSaidAlike("image", "diff", "row1:s1");
    assertSaidAlike("image", "diff", "--format", "json", "zstd:v0");
  }

  /// What Podman says of the place of an image without layers is a directory that never was.
  private static Map<String, Json> withoutLayerless(Podman.Said said) throws IOException {
    Map<String, Json> all = keyed(said, "Id");
    for (Map.Entry<String, Json> each : all.entrySet()) {
      Json.Obj image = (Json.Obj) each.getValue();
      if (image.object("RootFS").orElseThrow().array("Layers").isEmpty()) {
        each.setValue(image.toBuilder().remove("GraphDriver").build());
      }
    }
    return all;
  }

  @Test
  void diskUsageIsAlikeAndWhatIsMeasuredIsWhatTheFileSystemSays() throws IOException {
    if (newer) {
      assertSaidAlike("system", "df");
      assertSaidAlike("system", "df", "--format", "json");
      assertSaidAlike("system", "df", "--format", "table {{.Type}} {{.RawReclaimable}}");
      List<String> theirs = images(podman.say("system", "df", "--verbose"));
      assertEquals(theirs, images(run("system", "df", "--verbose")));
    }
    Json.Obj measured =
        (Json.Obj)
            Json.parse(Bytes.utf8(run("system", "df", "--measured", "--format", "json").out()));
    String du = Shell.run(List.of("du", "-sxB1", store.resolve("root").toString()), Map.of());
    assertEquals(
        Long.parseLong(du.substring(0, du.indexOf('\t'))),
        Long.parseLong(measured.get("Total").orElseThrow().compact()));
  }

  /// The part about images.
  private static List<String> images(Podman.Said said) {
    List<String> lines = new ArrayList<>(said.lines());
    return sorted(
        new Podman.Said(
            0, String.join("\n", lines.subList(0, lines.indexOf("Containers space usage:"))), ""));
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

  @Test
  void pruningLeavesTheSameStoreAndFreesWhatItSays() throws IOException {
    for (String command :
        List.of(
            "image prune --force",
            "image prune --force --filter label=row",
            "image prune --force --filter until=2024-02-02",
            "image prune --force --all --filter label!=row",
            "image prune --force --all",
            "rmi --all",
            "rmi row0:s1 quay.io/also/row:1 again nothing",
            "rmi --ignore nothing row1:s3",
            "rmi --no-prune row2:s1")) {
      Path theirs = copy();
      Path ours = copy();
      try {
        String[] words = command.split(" ");
        Podman other = new Podman(podman.version(), theirs);
        Podman.Said said = other.say(words);
        List<String> dry = new ArrayList<>(List.of(words));
        dry.add("--dry-run");
        int before = facts(ours).size();
        Podman.Said plan = runOn(ours, dry.toArray(new String[0]));
        assertEquals(before, facts(ours).size(), "a plan changes nothing");
        long room = room(ours);
        Podman.Said done = runOn(ours, words);
        assertEquals(facts(theirs), facts(ours), command);
        assertEquals(said.code(), done.code(), command + said.err() + done.err());
        assertEquals(new TreeSet<>(said.lines()), new TreeSet<>(done.lines()), command);
        assertEquals(plan.code(), done.code(), command);
        if (command.startsWith("image prune")) {
          // Beside what is deleted, the files of records get shorter.
          long freed = room - room(ours);
          String told = done.err().replaceAll("(?s)^.*Freed: (.*)\n.*$", "$1");
          assertTrue(near(told, freed), command + ": " + told + " of " + freed);
        }
      } finally {
        Podman.run(List.of("rm", "-rf", theirs.toString(), ours.toString()));
      }
    }
  }

  private static long room(Path directory) throws IOException {
    String du = Shell.run(List.of("du", "-sxB1", directory.resolve("root").toString()), Map.of());
    return Long.parseLong(du.substring(0, du.indexOf('\t')));
  }

  /// Whether a size in words is the number, but for what the records themselves take.
  private static boolean near(String told, long bytes) {
    double unit = told.endsWith("MB") ? 1e6 : told.endsWith("kB") ? 1e3 : 1;
    double number = Double.parseDouble(told.replaceAll("[^0-9.]", ""));
    return Math.abs(number * unit - bytes) < 100_000 + bytes * 0.01;
  }

  /// Images with their names, layers and containers, as the files have them.
  private static Set<String> facts(Path directory) throws IOException {
    Set<String> facts = new TreeSet<>();
    Path root = directory.resolve("root");
    for (Json each : records(root.resolve("overlay-images/images.json"))) {
      Json.Obj image = (Json.Obj) each;
      facts.add("image " + image.string("id").orElseThrow() + image.texts("names"));
    }
    for (String kind : List.of("layers", "containers")) {
      for (Json each : records(root.resolve("overlay-" + kind + "/" + kind + ".json"))) {
        facts.add(kind + " " + ((Json.Obj) each).string("id").orElseThrow());
      }
    }
    return facts;
  }

  private static List<Json> records(Path file) throws IOException {
    return ((Json.Arr) Json.parse(Bytes.owning(Files.readAllBytes(file)))).items();
  }
}
