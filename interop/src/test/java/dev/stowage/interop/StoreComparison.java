package dev.stowage.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Json;
import dev.stowage.store.Driver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/// Compares two stores that hold the same image, file by file: one that Stowage filled and one that
/// a peer filled.
final class StoreComparison {
  private final TestStore ours;
  private final TestStore theirs;
  private final Instant begun;

  /// @param begun when the first of the two stores did not exist yet
  StoreComparison(TestStore ours, TestStore theirs, Instant begun) {
    this.ours = ours;
    this.theirs = theirs;
    this.begun = begun;
  }

  void assertEqual() throws IOException {
    assertSameRecords();
    assertSameTrees();
  }

  /// The records, the data items and the tar-splits are equal, which only holds for peers that
  /// write down the same things.
  private void assertSameRecords() throws IOException {
    assertEquals(records(theirs, "images"), records(ours, "images"));
    assertEquals(records(theirs, "layers"), records(ours, "layers"));
    Path images = Path.of(theirs.driver().text() + "-images");
    assertEquals(
        TestStore.facts(theirs.root().resolve(images)).replaceAll(TIMES_AND_RECORDS, ""),
        TestStore.facts(ours.root().resolve(images)).replaceAll(TIMES_AND_RECORDS, ""));
    for (String layer : theirs.records("layers").keySet()) {
      assertEquals(tarSplit(theirs, layer), tarSplit(ours, layer), layer);
    }
  }

  /// The trees of all layers are equal in every attribute of every file.
  void assertSameTrees() throws IOException {
    assertEquals(theirs.records("layers").keySet(), ours.records("layers").keySet());
    assertEquals(trees(theirs), trees(ours));
    if (theirs.driver() == Driver.OVERLAY) {
      for (String layer : theirs.records("layers").keySet()) {
        assertEquals(around(theirs, layer), around(ours, layer));
      }
    }
  }

  /// The trees of all layers. What an archive says nothing of is as old as the store.
  private String trees(TestStore store) throws IOException {
    boolean overlay = store.driver() == Driver.OVERLAY;
    Instant now = Instant.now();
    StringBuilder trees = new StringBuilder();
    for (String line :
        TestStore.facts(store.root().resolve(overlay ? "overlay" : "vfs/dir")).split("\n")) {
      if (!overlay || LAYER_FILE.matcher(line).lookingAt()) {
        // The peer's vfs makes two of a symbolic link with two names.
        String shown =
            !overlay && line.contains("\tlink\t") ? line.replaceFirst("\t=\\./.*$", "") : line;
        trees
            .append(
                TIME.matcher(VALUELESS.matcher(shown).replaceAll(""))
                    .replaceAll(
                        found -> {
                          long seconds = Long.parseLong(found.group(1));
                          return seconds >= begun.getEpochSecond()
                                  && seconds <= now.getEpochSecond()
                              ? "now"
                              : found.group();
                        }))
            .append('\n');
      }
    }
    return trees.toString();
  }

  private static final Pattern LAYER_FILE = Pattern.compile("\\./[0-9a-f]{64}/diff[/\t]");

  /// An attribute without a value, as the kernel leaves them in what is built in a user namespace:
  /// Podman 4 drops it, newer ones and Stowage keep it.
  private static final Pattern VALUELESS = Pattern.compile("\t(user\\.[^\t=]+)=(?=\t|$)");

  private static final Pattern TIME = Pattern.compile("(?<=\t)([0-9]{10})[0-9]{9}(?=\t|$)");

  /// Times of modification, the records (compared as JSON), and what the peers' locks look like.
  private static final String TIMES_AND_RECORDS =
      "(?m)^\\./images\\.(json|lock)\t.*$|(?<=\t)1[0-9]{18}(?=\t|$)|^\\.\t.*$";

  /// The records without the moments at which they were made.
  private static String records(TestStore store, String group) throws IOException {
    Map<String, String> records = new TreeMap<>();
    for (Map.Entry<String, Json.Obj> record : store.records(group).entrySet()) {
      Json.Builder kept = record.getValue().toBuilder();
      if (group.equals("layers")) {
        kept.remove("created");
      }
      records.put(record.getKey(), lines(kept.build()));
    }
    return String.join("\n", records.values());
  }

  /// The fields of an object, a line each, the members of objects in it in the order of their keys.
  private static String lines(Json.Obj object) {
    StringBuilder lines = new StringBuilder();
    for (Map.Entry<String, Json> field : new TreeMap<>(object.fields()).entrySet()) {
      Json value =
          field.getValue() instanceof Json.Obj inner
              ? new Json.Obj(new LinkedHashMap<>(new TreeMap<>(inner.fields())))
              : field.getValue();
      lines.append(field.getKey()).append(' ').append(value).append('\n');
    }
    return lines.toString();
  }

  private static String tarSplit(TestStore store, String id) throws IOException {
    Path split =
        store.root().resolve(store.driver().text() + "-layers").resolve(id + ".tar-split.gz");
    try (InputStream text = new GZIPInputStream(Files.newInputStream(split))) {
      String all = new String(text.readAllBytes(), StandardCharsets.UTF_8);
      // Older peers close with a segment of no bytes.
      return all.replaceFirst("\\{\"type\":2,\"payload\":\"\",\"position\":[0-9]+}\n$", "");
    }
  }

  /// What lies around the files of an overlay layer: modes, owners, and how deep it stands.
  private static Map<String, String> around(TestStore store, String layer) throws IOException {
    Path directory = store.root().resolve("overlay").resolve(layer);
    Map<String, String> around = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.equals("lower-layers")) {
          continue; // older peers have none; what it says is compared below
        }
        around.put(name, new TreeMap<>(Files.readAttributes(file, "unix:mode,uid,gid")).toString());
      }
    }
    around.put(".", new TreeMap<>(Files.readAttributes(directory, "unix:mode,uid,gid")).toString());
    Path lower = directory.resolve("lower");
    if (Files.exists(lower)) {
      around.put("depth", Integer.toString(Files.readString(lower).split(":").length));
      List<String> beneath = new ArrayList<>();
      for (String link : Files.readString(lower).split(":")) {
        Path target = store.root().resolve("overlay").resolve(link);
        assertTrue(Files.isDirectory(target), "dangling: " + target);
        Path home = store.root().resolve("overlay").toRealPath();
        beneath.add(home.relativize(target.toRealPath()).getName(0).toString());
      }
      around.put("beneath", String.join(":", beneath));
      Path ids = directory.resolve("lower-layers");
      if (Files.exists(ids)) {
        assertEquals(String.join(":", beneath), Files.readString(ids));
        assertEquals(
            "rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(ids)));
      }
    }
    return around;
  }
}
