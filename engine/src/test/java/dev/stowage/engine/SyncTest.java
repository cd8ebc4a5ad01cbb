package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.config.Machine;
import dev.stowage.config.Surroundings;
import dev.stowage.config.SyncList;
import dev.stowage.config.Terminal;
import dev.stowage.config.User;
import dev.stowage.model.Bytes;
import dev.stowage.model.Document;
import dev.stowage.model.Family;
import dev.stowage.model.Platform;
import dev.stowage.model.Reference;
import dev.stowage.model.StowageException;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.Fault;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.LoggedRequest;
import dev.stowage.testkit.TestImage;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.Listener.Progress;
import dev.stowage.transfer.RegistryAccess;
import dev.stowage.transfer.TrustChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

/// Synchronizations between embedded registries and directories.
final class SyncTest {
  private static final int REPOSITORIES = 3;
  private static final int TAGS = 4;

  @TempDir Path directory;
  private EmbeddedRegistry source;
  private EmbeddedRegistry target;
  private final List<IOException> unread = new ArrayList<>();

  @BeforeEach
  void open() throws IOException {
    source = EmbeddedRegistry.start();
    target = EmbeddedRegistry.start();
  }

  @AfterEach
  void close() throws IOException {
    source.close();
    target.close();
    assertEquals(List.of(), source.complaints());
    assertEquals(List.of(), target.complaints());
  }

  private Surroundings surroundings() {
    return new Surroundings(
        Map.of(),
        directory.resolve("machine"),
        directory,
        new User(0, 0, 0, 0, directory.resolve("machine/root"), User.Privilege.ROOTFUL),
        new Machine(new Platform("linux", "amd64", ""), "host", "6.1.0", 2),
        Terminal.NONE,
        () -> ZoneOffset.UTC);
  }

  private static TestImage image(String own) {
    return ImageGenerator.oci()
        .randomLayer("all", 5000, 1)
        .layer(Map.of("name", Bytes.utf8(own)))
        .build();
  }

  private void fill() throws IOException {
    for (int i = 0; i < REPOSITORIES; i++) {
      for (int tag = 0; tag < TAGS; tag++) {
        source.addImage("team/app" + i, "v" + tag, image(i + "." + tag));
      }
    }
  }

  private SyncSource all() throws IOException {
    StringBuilder text = new StringBuilder(source.host() + ":\n  images:\n");
    for (int i = 0; i < REPOSITORIES; i++) {
      text.append("    team/app").append(i).append(": []\n");
    }
    return new SyncSource.Listed(SyncList.parse(Bytes.utf8(text.toString())));
  }

  private SyncSource listed(String images) throws IOException {
    return new SyncSource.Listed(SyncList.parse(Bytes.utf8(source.host() + ":\n" + images)));
  }

  private SyncDestination mirror() {
    return new SyncDestination.ToRegistry(target.host() + "/mirror/");
  }

  private static SyncOptions options() {
    TransferOptions transfer = TransferOptions.of(new Platform("linux", "amd64", ""));
    TransferOptions.End end =
        new TransferOptions.End(
            RegistryAccess.DEFAULT.withTls(RegistryAccess.Tls.NOT_VERIFIED),
            Optional.empty(),
            Optional.empty());
    return SyncOptions.of(
        transfer.withEnds(end, end).withTrust(TrustChoice.DEFAULT.acceptingAnything()));
  }

  private Synced sync(SyncSource from, SyncDestination to, SyncOptions options) throws IOException {
    return Engine.sync(
        surroundings(),
        EngineOptions.DEFAULT,
        from,
        to,
        options,
        Listener.NONE,
        new Synced.Watcher() {
          @Override
          public void on(Synced.Item image) {}

          @Override
          public void unread(IOException failure) {
            unread.add(failure);
          }
        });
  }

  @Test
  void aCacheThatCannotBeWrittenIsWarnedOfOnce() throws IOException {
    fill();
    Path blocked = directory.resolve("machine/root/.cache");
    Path _ = Files.createDirectories(blocked.getParent());
    Path _ = Files.writeString(blocked, "no directory");
    List<Progress> told = Collections.synchronizedList(new ArrayList<>());
    TransferOptions transfer = options().transfer();
    SyncOptions converting =
        SyncOptions.of(
            transfer.withCopy(
                transfer.copy().withForm(CopyOptions.Form.AS_IT_IS.withManifest(Family.DOCKER))));
    Synced synced =
        Engine.sync(
            surroundings(),
            EngineOptions.DEFAULT,
            all(),
            mirror(),
            converting,
            told::add,
            new Synced.Watcher() {
              @Override
              public void on(Synced.Item image) {}

              @Override
              public void unread(IOException failure) {}
            });
    assertEquals(REPOSITORIES * TAGS, synced.count(Synced.Fate.COPIED));
    assertEquals(
        1,
        told.stream()
            .filter(
                each ->
                    each instanceof Progress.Warned(String text)
                        && text.startsWith("what has been synchronized cannot be noted down in "))
            .count());
  }

  private static long count(EmbeddedRegistry registry, String method, String inPath) {
    return registry.log().stream()
        .filter(request -> request.method().equals(method) && request.path().contains(inPath))
        .count();
  }

  private long changes() {
    return count(target, "PUT", "") + count(target, "POST", "") + count(target, "PATCH", "");
  }

  private void assertMirrored(int tags) {
    for (int i = 0; i < REPOSITORIES; i++) {
      for (int tag = 0; tag < tags; tag++) {
        assertEquals(
            source.manifest("team/app" + i, "v" + tag),
            target.manifest("mirror/app" + i, "v" + tag));
      }
    }
  }

  @Test
  void everythingArrivesAndASecondRunFetchesNoManifest() throws IOException {
    fill();
    Synced first = sync(all(), mirror(), options());
    assertEquals(REPOSITORIES, first.sources());
    assertEquals(REPOSITORIES * TAGS, first.count(Synced.Fate.COPIED));
    assertMirrored(TAGS);
    assertEquals(REPOSITORIES * TAGS, count(source, "GET", "/manifests/"));
    source.clearLog();
    target.clearLog();
    Synced second = sync(all(), mirror(), options());
    assertEquals(REPOSITORIES * TAGS, second.count(Synced.Fate.UNCHANGED));
    assertEquals(0, count(source, "GET", "/manifests/"));
    assertEquals(0, count(target, "GET", "/manifests/"));
    assertEquals(0, changes());
  }

  @Test
  void aLayerThatAllShareIsFetchedOnce() throws IOException {
    fill();
    Synced _ = sync(all(), mirror(), options());
    String shared = image("0.0").layerDescriptors().getFirst().digest().toString();
    assertEquals(1, count(source, "GET", "/blobs/" + shared));
  }

  @Test
  void onlyWhatMovedIsFetchedAgain() throws IOException {
    fill();
    Synced _ = sync(all(), mirror(), options());
    source.addImage("team/app1", "v2", image("new"));
    source.clearLog();
    Synced again = sync(all(), mirror(), options());
    assertEquals(1, again.count(Synced.Fate.COPIED));
    assertEquals(1, count(source, "GET", "/manifests/"));
    assertMirrored(TAGS);
  }

  @Test
  void anImagePickedFromAnIndexIsRemembered() throws IOException {
    TestImage image = image("x");
    source.addImage("team/multi", "one", image);
    Document index =
        ImageGenerator.index(ImageGenerator.Format.OCI, Map.of("amd64", image.manifest()));
    source.addManifest("team/multi", "all", index);
    SyncSource multi =
        new SyncSource.AtRegistry(Reference.parse(source.host() + "/team/multi:all"));
    Synced first = sync(multi, mirror(), options());
    assertEquals(1, first.count(Synced.Fate.COPIED));
    assertEquals(image.manifest(), target.manifest("mirror/multi", "all").orElseThrow());
    source.clearLog();
    assertEquals(1, sync(multi, mirror(), options()).count(Synced.Fate.UNCHANGED));
    assertEquals(0, count(source, "GET", "/manifests/"));
    // Asked for in another way, it is another copy.
    SyncOptions whole =
        SyncOptions.of(options().transfer().withCopy(CopyOptions.of(CopyOptions.Instances.ALL)));
    assertEquals(1, sync(multi, mirror(), whole).count(Synced.Fate.COPIED));
    assertEquals(index, target.manifest("mirror/multi", "all").orElseThrow());
  }

  @Test
  void aConvertedImageIsRememberedAndAnEqualOneOfTheWrongFormIsNot() throws IOException {
    source.addImage("team/app", "v", image("x"));
    SyncSource app = new SyncSource.AtRegistry(Reference.parse(source.host() + "/team/app"));
    Synced _ = sync(app, mirror(), options());
    SyncOptions docker =
        SyncOptions.of(
            options()
                .transfer()
                .withCopy(
                    options()
                        .transfer()
                        .copy()
                        .withForm(CopyOptions.Form.AS_IT_IS.withManifest(Family.DOCKER))));
    assertEquals(1, sync(app, mirror(), docker).count(Synced.Fate.COPIED));
    assertEquals(Family.DOCKER.manifest(), target.manifest("mirror/app", "v").orElseThrow().type());
    source.clearLog();
    assertEquals(1, sync(app, mirror(), docker).count(Synced.Fate.UNCHANGED));
    assertEquals(0, count(source, "GET", "/manifests/"));
  }

  @Test
  void aFailureStopsAllUnlessTheOthersAreToGoOn() throws IOException {
    fill();
    source.misbehave(new Fault.Refuse(403, "DENIED", "not you"), SyncTest::bad, Integer.MAX_VALUE);
    IOException stopped = assertThrows(IOException.class, () -> sync(all(), mirror(), options()));
    assertTrue(
        String.valueOf(stopped.getMessage())
            .startsWith("Error copying ref \"docker://" + source.host() + "/team/app1:v2\": "),
        stopped.getMessage());
    Synced noted = sync(all(), mirror(), options().withFailing(SyncOptions.Failing.IS_NOTED));
    assertEquals(1, noted.count(Synced.Fate.FAILED));
    assertTrue(noted.failed());
    source.behave();
    source.clearLog();
    Synced rest = sync(all(), mirror(), options());
    assertEquals(1, rest.count(Synced.Fate.COPIED));
    assertEquals(1, count(source, "GET", "/manifests/"));
    assertMirrored(TAGS);
  }

  private static boolean bad(LoggedRequest request) {
    return request.path().endsWith("/team/app1/manifests/v2");
  }

  @Test
  void aRepositoryThatCannotBeReadIsAFailureToo() throws IOException {
    fill();
    SyncSource list = listed("  images:\n    team/none: []\n    team/app0: [v0]\n");
    assertThrows(IOException.class, () -> sync(list, mirror(), options()));
    Synced noted = sync(list, mirror(), options().withFailing(SyncOptions.Failing.IS_NOTED));
    assertEquals(1, noted.count(Synced.Fate.COPIED));
    assertTrue(noted.failed());
    assertEquals(1, unread.size());
  }

  @Test
  void tagsAreChosenByPatternAndByVersion() throws IOException {
    for (String tag : List.of("1.2.0", "1.3.0", "1.10.1", "2.0.0", "2.0.0-rc1", "latest")) {
      source.addImage("team/app", tag, image(tag));
    }
    Synced versions =
        sync(listed("  images-by-semver: {team/app: '>= 1.3, < 2'}\n"), mirror(), options());
    assertEquals(2, versions.images().size());
    Synced pattern = sync(listed("  images-by-tag-regex: {team/app: '^2'}\n"), mirror(), options());
    assertEquals(2, pattern.images().size());
    assertEquals(4, count(target, "PUT", "/manifests/"));
  }

  @Test
  void namesAreScopedAndSuffixed() throws IOException {
    source.addImage("team/app", "v", image("x"));
    Path top = directory.resolve("top");
    Synced synced =
        sync(
            new SyncSource.AtRegistry(Reference.parse(source.host() + "/team/app:v")),
            new SyncDestination.ToDirectories(top),
            options().withNaming(SyncOptions.Naming.WHOLE).withSuffix("-old"));
    assertEquals(1, synced.count(Synced.Fate.COPIED));
    assertTrue(
        Files.exists(top.resolve(source.host() + "/team/app:v-old").resolve("manifest.json")));
  }

  @Test
  void twoSourcesForOnePlaceAreRefusedBeforeAnythingMoves() throws IOException {
    source.addImage("one/app", "v", image("1"));
    source.addImage("two/app", "v", image("2"));
    SyncSource both = listed("  images: {one/app: [v], two/app: [v]}\n");
    StowageException e =
        assertThrows(StowageException.class, () -> sync(both, mirror(), options()));
    assertTrue(String.valueOf(e.getMessage()).contains("would both become"), e.getMessage());
    assertEquals(List.of(), target.log());
  }

  @Test
  void aDryRunAsksAndWritesNothing() throws IOException {
    fill();
    Synced looked = sync(all(), mirror(), options().withDoing(SyncOptions.Doing.LOOK));
    assertEquals(REPOSITORIES * TAGS, looked.count(Synced.Fate.TO_COPY));
    assertEquals(0, count(source, "GET", "/manifests/"));
    assertEquals(0, changes());
  }

  @Test
  void imagesGoToDirectoriesAndBackAndToLayouts() throws IOException {
    fill();
    Path top = directory.resolve("top");
    SyncDestination directories = new SyncDestination.ToDirectories(top);
    assertEquals(
        REPOSITORIES * TAGS, sync(all(), directories, options()).count(Synced.Fate.COPIED));
    source.clearLog();
    assertEquals(
        REPOSITORIES * TAGS, sync(all(), directories, options()).count(Synced.Fate.UNCHANGED));
    assertEquals(0, count(source, "GET", "/manifests/"));
    SyncSource tree = new SyncSource.InDirectories(top);
    assertEquals(REPOSITORIES * TAGS, sync(tree, mirror(), options()).count(Synced.Fate.COPIED));
    assertMirrored(TAGS);
    assertEquals(REPOSITORIES * TAGS, sync(tree, mirror(), options()).count(Synced.Fate.UNCHANGED));
    SyncDestination layouts = new SyncDestination.ToLayouts(directory.resolve("layouts"));
    assertEquals(REPOSITORIES * TAGS, sync(tree, layouts, options()).count(Synced.Fate.COPIED));
    assertTrue(Files.exists(directory.resolve("layouts/app0/index.json")));
    assertEquals(REPOSITORIES * TAGS, sync(tree, layouts, options()).count(Synced.Fate.UNCHANGED));
  }

  @Test
  void aTornMemoryIsReadAsFarAsItGoes() throws IOException {
    TestImage image = image("x");
    source.addImage("team/multi", "one", image);
    Document index =
        ImageGenerator.index(ImageGenerator.Format.OCI, Map.of("amd64", image.manifest()));
    source.addManifest("team/multi", "all", index);
    SyncSource multi =
        new SyncSource.AtRegistry(Reference.parse(source.host() + "/team/multi:all"));
    Synced _ = sync(multi, mirror(), options());
    Path kept = directory.resolve("machine/root/.cache/stowage/sync");
    Path file;
    try (var files = Files.list(kept)) {
      file = files.findFirst().orElseThrow();
    }
    String line = Files.readString(file);
    Path _ = Files.writeString(file, line + line.substring(0, 80));
    assertEquals(1, sync(multi, mirror(), options()).count(Synced.Fate.UNCHANGED));
    Path _ = Files.writeString(file, line.substring(0, 80));
    assertEquals(1, sync(multi, mirror(), options()).count(Synced.Fate.COPIED));
    assertEquals(line, Files.readString(file));
  }
}
