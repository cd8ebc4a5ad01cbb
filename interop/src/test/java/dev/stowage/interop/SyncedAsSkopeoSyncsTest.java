package dev.stowage.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stowage.config.Surroundings;
import dev.stowage.config.SyncList;
import dev.stowage.engine.Engine;
import dev.stowage.engine.EngineOptions;
import dev.stowage.engine.SyncDestination;
import dev.stowage.engine.SyncOptions;
import dev.stowage.engine.SyncSource;
import dev.stowage.engine.Synced;
import dev.stowage.engine.TransferOptions;
import dev.stowage.model.Bytes;
import dev.stowage.model.Platform;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TestImage;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.RegistryAccess;
import dev.stowage.transfer.TrustChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// One list of images, synchronized by Stowage and by skopeo into registries and directories of
/// their own: the same comes out, and a second run of Stowage fetches no manifest.
class SyncedAsSkopeoSyncsTest {
  private static final int REPOSITORIES = 5;
  private static final int TAGS = 3;

  @BeforeAll
  static void begin() throws IOException {
    Tool.requireAll();
  }

  @Test
  void registriesAndDirectoriesComeOutAsSkopeoMakesThem() throws IOException {
    try (Workplace place = Workplace.make();
        EmbeddedRegistry source = EmbeddedRegistry.start();
        EmbeddedRegistry theirs = EmbeddedRegistry.start();
        LocalRegistry ours = LocalRegistry.serve(place.resolve("ours"))) {
      String list = fill(source);
      Path yaml = Files.writeString(place.resolve("list.yaml"), list);
      SyncSource listed = new SyncSource.Listed(SyncList.read(yaml));

      skopeo(yaml, "docker", theirs.host() + "/mirror");
      SyncDestination registry = new SyncDestination.ToRegistry(ours.host() + "/mirror");
      source.clearLog();
      assertEquals(REPOSITORIES * TAGS, sync(listed, registry).count(Synced.Fate.COPIED));
      source.clearLog();
      assertEquals(REPOSITORIES * TAGS, sync(listed, registry).count(Synced.Fate.UNCHANGED));
      assertEquals(List.of(), manifestsFetched(source));
      for (int i = 0; i < REPOSITORIES; i++) {
        for (int tag = 0; tag < TAGS; tag++) {
          String name = "mirror/app" + i;
          String raw =
              Shell.run(
                  List.of(
                      "skopeo",
                      "inspect",
                      "--raw",
                      "--tls-verify=false",
                      "docker://" + ours.host() + "/" + name + ":v" + tag));
          assertEquals(theirs.manifest(name, "v" + tag).orElseThrow().bytes().utf8(), raw);
        }
      }

      skopeo(yaml, "dir", place.resolve("theirs").toString());
      SyncDestination directories = new SyncDestination.ToDirectories(place.resolve("mine"));
      assertEquals(REPOSITORIES * TAGS, sync(listed, directories).count(Synced.Fate.COPIED));
      String _ =
          Shell.run(
              List.of(
                  "diff",
                  "--recursive",
                  place.resolve("theirs").toString(),
                  place.resolve("mine").toString()));
      source.clearLog();
      assertEquals(REPOSITORIES * TAGS, sync(listed, directories).count(Synced.Fate.UNCHANGED));
      assertEquals(List.of(), manifestsFetched(source));
    }
  }

  /// @return the list of what there is
  private static String fill(EmbeddedRegistry source) throws IOException {
    StringBuilder list =
        new StringBuilder(source.host()).append(":\n  tls-verify: false\n  images:\n");
    for (int i = 0; i < REPOSITORIES; i++) {
      for (int tag = 0; tag < TAGS; tag++) {
        ImageGenerator.Format format =
            i % 2 == 0 ? ImageGenerator.Format.OCI : ImageGenerator.Format.DOCKER;
        TestImage image =
            ImageGenerator.of(format, ImageGenerator.Packing.GZIP)
                .randomLayer("all", 10_000, 1)
                .layer(Map.of("name", Bytes.utf8(i + ":" + tag)))
                .build();
        source.addImage("team/app" + i, "v" + tag, image);
      }
      list.append("    team/app").append(i).append(": []\n");
    }
    return list.toString();
  }

  private static void skopeo(Path yaml, String transport, String destination) throws IOException {
    String _ =
        Shell.run(
            List.of(
                "skopeo",
                "sync",
                "--src",
                "yaml",
                "--dest",
                transport,
                "--dest-tls-verify=false",
                yaml.toString(),
                destination));
  }

  private static Synced sync(SyncSource from, SyncDestination to) throws IOException {
    Surroundings surroundings = Surroundings.ofThisProcess();
    Platform platform = surroundings.machine().platform();
    TransferOptions.End end =
        new TransferOptions.End(
            RegistryAccess.DEFAULT.withTls(RegistryAccess.Tls.NOT_VERIFIED),
            Optional.empty(),
            Optional.empty());
    return Engine.sync(
        surroundings,
        EngineOptions.DEFAULT,
        from,
        to,
        SyncOptions.of(
            TransferOptions.of(platform)
                .withEnds(end, end)
                .withTrust(TrustChoice.DEFAULT.acceptingAnything())),
        Listener.NONE,
        new Synced.Watcher() {
          @Override
          public void on(Synced.Item image) {}

          @Override
          public void unread(IOException failure) {}
        });
  }

  private static List<String> manifestsFetched(EmbeddedRegistry registry) {
    List<String> fetched = new ArrayList<>();
    registry.log().stream()
        .filter(request -> request.method().equals("GET"))
        .filter(request -> request.path().contains("/manifests/"))
        .forEach(request -> fetched.add(request.toString()));
    return fetched;
  }
}
