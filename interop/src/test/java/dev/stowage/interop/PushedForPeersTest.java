package dev.stowage.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.config.StorageOverrides;
import dev.stowage.engine.Engine;
import dev.stowage.engine.EngineOptions;
import dev.stowage.engine.PullOptions;
import dev.stowage.engine.PushOptions;
import dev.stowage.engine.Pushed;
import dev.stowage.engine.RemoveOptions;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.Family;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.LayerCompression;
import dev.stowage.model.Manifest;
import dev.stowage.model.MediaType;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.CopyOptions.Form;
import dev.stowage.transfer.CopyOptions.Packing;
import dev.stowage.transfer.CopyOptions.Sealing;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.Outcome;
import dev.stowage.transfer.RegistryAccess;
import dev.stowage.transfer.seal.DecryptionKey;
import dev.stowage.transfer.seal.EncryptionKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What Stowage pushes, read by podman and skopeo.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PushedForPeersTest {
  private static final RegistryAccess PLAIN_HTTP =
      RegistryAccess.DEFAULT.withTls(RegistryAccess.Tls.NOT_VERIFIED);
  private static final PullOptions PULL = PullOptions.DEFAULT.withAccess(PLAIN_HTTP);
  private static final PushOptions PUSH = PushOptions.DEFAULT.withAccess(PLAIN_HTTP);

  private Workplace work = new Workplace(Path.of("/nowhere"));
  private LocalRegistry registry = new LocalRegistry(0, ProcessHandle.current());
  private LocalRegistry other = new LocalRegistry(0, ProcessHandle.current());
  private String id = "";

  @BeforeAll
  void makeImages() throws Exception {
    Tool.requireAll();
    work = Workplace.make();
    String _ = Shell.run(List.of(Shell.script("make-odd-image"), work.directory().toString()));
    registry = LocalRegistry.serve(work.resolve("one"));
    other = LocalRegistry.serve(work.resolve("two"));
    Path odd = work.resolve("odd.oci:odd");
    registry.take(odd, "odd/gzip:1", "--preserve-digests");
    registry.take(odd, "odd/docker:1", "--format", "v2s2");
    String _ =
        Shell.run(
            List.of(
                "skopeo",
                "copy",
                "--quiet",
                "--dest-compress-format",
                "zstd",
                "oci:" + odd,
                "oci:" + work.resolve("zstd.oci") + ":odd"));
    registry.take(work.resolve("zstd.oci:odd"), "odd/zstd:1", "--preserve-digests");
  }

  @AfterAll
  void cleanUp() throws IOException {
    registry.close();
    other.close();
    work.close();
  }

  private Engine engine(String name) throws IOException {
    return Engine.open(
        EngineOptions.DEFAULT.withStorage(
            StorageOverrides.NONE
                .withRoot(work.resolve(name + "/root"))
                .withRunRoot(work.resolve(name + "/run"))));
  }

  private String pulled(Engine engine, String name) throws IOException {
    return engine.pull(name, PULL, Listener.NONE).images().getFirst().id().value();
  }

  private static Document raw(LocalRegistry at, String name) throws IOException {
    dev.stowage.model.Bytes bytes =
        dev.stowage.model.Bytes.utf8(
            Shell.run(
                List.of(
                    "skopeo",
                    "inspect",
                    "--raw",
                    "--tls-verify=false",
                    "docker://" + at.host() + "/" + name)));
    return new Document(Manifest.guessType(bytes), bytes);
  }

  private static Pushed push(Engine engine, String name, String to, PushOptions options)
      throws IOException {
    return engine.push(name, Optional.of(to), options, Listener.NONE);
  }

  private static PushOptions as(Optional<Family> family, LayerCompression compression) {
    Form form =
        Form.AS_IT_IS.withPacking(
            new Packing.As(compression, OptionalInt.empty(), Packing.Others.REPLACED));
    return PUSH.withCopy(
        PUSH.copy().withForm(family.isPresent() ? form.withManifest(family.get()) : form));
  }

  @Test
  void everyFormIsReadBySkopeoAndPodman() throws Exception {
    try (Engine engine = engine("forms")) {
      String source = registry.host() + "/odd/gzip:1";
      id = pulled(engine, source);
      Podman podman = new Podman(Podman.Version.PACKAGED, work.resolve("forms-podman"));
      for (Family family : Family.values()) {
        for (LayerCompression compression :
            List.of(LayerCompression.GZIP, LayerCompression.ZSTD, LayerCompression.NONE)) {
          if (family == Family.DOCKER && compression == LayerCompression.ZSTD) {
            continue; // nobody has a word for it
          }
          String name =
              "made/"
                  + family.name().toLowerCase(java.util.Locale.ROOT)
                  + "-"
                  + compression.word()
                  + ":1";
          Pushed pushed =
              push(engine, source, other.host() + "/" + name, as(Optional.of(family), compression));
          Document written = raw(other, name);
          assertEquals(pushed.digest(), written.digest());
          assertEquals(family.manifest(), written.type());
          ImageManifest manifest = (ImageManifest) Manifest.parse(written);
          assertEquals(id, manifest.config().digest().hex());
          // skopeo verifies every digest that it reads
          Path copy = work.resolve("copy");
          String _ =
              Shell.run(
                  List.of(
                      "skopeo",
                      "copy",
                      "--quiet",
                      "--src-tls-verify=false",
                      "docker://" + other.host() + "/" + name,
                      "dir:" + copy));
          String _ = Shell.run(List.of("rm", "-rf", copy.toString()));
          // podman verifies every diff ID
          String reference = other.host() + "/" + name;
          Podman.Said said = podman.say("pull", "--quiet", "--tls-verify=false", reference);
          assertEquals(id, said.out().strip(), said.err());
          Podman.Said _ = podman.say("rmi", "--force", id);
        }
      }
    }
  }

  @Test
  void digestsStayWhatTheyAre() throws Exception {
    try (Engine engine = engine("stable")) {
      for (String kind : List.of("gzip", "docker", "zstd")) {
        String source = registry.host() + "/odd/" + kind + ":1";
        String _ = pulled(engine, source);
        Digest before = raw(registry, "odd/" + kind + ":1").digest();
        Pushed same = push(engine, source, registry.host() + "/again/" + kind + ":1", PUSH);
        assertEquals(before, same.digest());
        for (Outcome layer : same.layers()) {
          assertTrue(
              layer.means() == Outcome.Means.MOUNTED || layer.means() == Outcome.Means.PRESENT,
              layer.toString());
        }
        Pushed elsewhere = push(engine, source, other.host() + "/stable/" + kind + ":1", PUSH);
        assertEquals(before, elsewhere.digest());
        assertEquals(before, raw(other, "stable/" + kind + ":1").digest());
      }
    }
  }

  @Test
  void whatStowageCompressedIsMadeAgainWithoutTheOriginal() throws Exception {
    try (Engine engine = engine("again")) {
      String source = registry.host() + "/odd/gzip:1";
      String _ = pulled(engine, source);
      String made = registry.host() + "/made/here:1";
      Pushed first =
          push(
              engine,
              source,
              made,
              as(Optional.empty(), LayerCompression.GZIP)
                  .withOriginals(PushOptions.Originals.NOT_FETCHED));
      // Without its origin nothing is known of the image's own layers but what this push showed.
      assertEquals(raw(registry, "odd/gzip:1").digest(), first.digest(), "they were there");
      Pushed elsewhere =
          push(
              engine,
              source,
              other.host() + "/made/here:1",
              PUSH.withOriginals(PushOptions.Originals.NOT_FETCHED));
      assertNotEquals(first.digest(), elsewhere.digest());
      engine.images().remove(List.of(source), RemoveOptions.DEFAULT);
      String copied = other.host() + "/made/here:1";
      String _ = pulled(engine, copied);
      LocalRegistry third = LocalRegistry.serve(work.resolve("three"));
      try (third) {
        Pushed again =
            push(
                engine,
                copied,
                third.host() + "/made/here:1",
                PUSH.withOriginals(PushOptions.Originals.NOT_FETCHED));
        assertEquals(elsewhere.digest(), again.digest());
        for (Outcome layer : again.layers()) {
          assertEquals(Outcome.Means.RECREATED, layer.means());
        }
      }
    }
  }

  @Test
  void encryptedLayersAreReadByWhoHasTheKey() throws Exception {
    Path secret = work.resolve("key.pem");
    Path open = work.resolve("key.pub");
    String _ = Shell.run(List.of("openssl", "genrsa", "-out", secret.toString(), "2048"));
    String _ =
        Shell.run(
            List.of(
                "openssl", "rsa", "-in", secret.toString(), "-pubout", "-out", open.toString()));
    try (Engine engine = engine("sealed");
        Engine empty = engine("sealed-empty")) {
      String source = registry.host() + "/odd/gzip:1";
      String image = pulled(engine, source);
      Sealing sealing = new Sealing(List.of(new EncryptionKey(open)), List.of(-1), List.of());
      CopyOptions copy = PUSH.copy().withSealing(sealing);
      Pushed pushed = push(engine, source, other.host() + "/sealed/ours:1", PUSH.withCopy(copy));
      ImageManifest manifest = (ImageManifest) Manifest.parse(pushed.manifest());
      assertEquals(
          new MediaType(MediaType.OCI_LAYER_GZIP + "+encrypted"),
          manifest.layers().getLast().type());
      assertEquals(MediaType.OCI_LAYER_GZIP, manifest.layers().getFirst().type());
      Path copied = work.resolve("opened");
      String _ =
          Shell.run(
              List.of(
                  "skopeo",
                  "copy",
                  "--quiet",
                  "--src-tls-verify=false",
                  "--decryption-key",
                  secret.toString(),
                  "docker://" + other.host() + "/sealed/ours:1",
                  "dir:" + copied));
      assertFalse(Files.readString(copied.resolve("manifest.json")).contains("encrypted"));
      String _ =
          Shell.run(
              List.of(
                  "skopeo",
                  "copy",
                  "--quiet",
                  "--src-tls-verify=false",
                  "--dest-tls-verify=false",
                  "--encryption-key",
                  "jwe:" + open,
                  "docker://" + source,
                  "docker://" + other.host() + "/sealed/theirs:1"));
      List<DecryptionKey> keys = new ArrayList<>(List.of(new DecryptionKey(secret)));
      for (String name : List.of("sealed/ours:1", "sealed/theirs:1")) {
        String from = other.host() + "/" + name;
        assertEquals(
            image,
            empty
                .pull(from, PULL.withDecryption(keys), Listener.NONE)
                .images()
                .getFirst()
                .id()
                .value());
      }
    }
  }
}
