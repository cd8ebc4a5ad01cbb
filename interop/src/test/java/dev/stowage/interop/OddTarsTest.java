package dev.stowage.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.Json;
import dev.stowage.model.LayerId;
import dev.stowage.model.Manifest;
import dev.stowage.model.Reference;
import dev.stowage.store.Driver;
import dev.stowage.store.Layer;
import dev.stowage.store.Store;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TarGenerator;
import dev.stowage.testkit.TestImage;
import dev.stowage.transfer.Location;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Odd but legal archives as layers: what one side unpacked, the other gives back byte for byte.
///
/// Podman gives back every kind that Stowage unpacked, even those it could not unpack itself.
class OddTarsTest {
  private static final int IMAGES = 10;
  private static final int OTHERS = 100_000;
  private static final int LAYERS = 60;

  @BeforeAll
  static void begin() throws IOException {
    Tool.requireAll();
  }

  static List<Integer> firstSeeds() {
    List<Integer> seeds = new ArrayList<>();
    for (int image = 0; image < IMAGES; image++) {
      seeds.add(image * LAYERS);
    }
    return seeds;
  }

  @ParameterizedTest
  @MethodSource("firstSeeds")
  void podmanGivesBackWhatStowageUnpacked(int firstSeed) throws Exception {
    TestImage image = image(firstSeed, TarGenerator.Range.LEGAL);
    try (Workplace place = Workplace.make()) {
      TestStore ours = new TestStore(place.resolve("ours"), Driver.OVERLAY);
      Reference name = pull(ours, image, place.resolve("layout"));
      assertEquals(image.diffIds(), assembledByPodman(ours, name, place.resolve("saved")));
    }
  }

  @ParameterizedTest
  @MethodSource("firstSeeds")
  void stowageGivesBackWhatPodmanUnpacked(int firstSeed) throws Exception {
    TestImage image = image(OTHERS + firstSeed, TarGenerator.Range.PODMAN);
    try (Workplace place = Workplace.make()) {
      TestStore ours = new TestStore(place.resolve("ours"), Driver.OVERLAY);
      TestStore theirs = new TestStore(place.resolve("theirs"), Driver.OVERLAY);
      Instant begun = Instant.now();
      Reference name = pull(ours, image, place.resolve("layout"));
      String _ =
          Peer.PACKAGED.run(
              "skopeo",
              List.of(
                  "copy",
                  "--quiet",
                  "oci:" + place.resolve("layout"),
                  theirs.location(name.toString())));
      assertEquals(image.diffIds(), assembledByStowage(theirs));
      new StoreComparison(ours, theirs, begun).assertSameTrees();
    }
  }

  private static TestImage image(int firstSeed, TarGenerator.Range range) {
    ImageGenerator generator =
        ImageGenerator.of(ImageGenerator.Format.OCI, ImageGenerator.Packing.PLAIN);
    for (int seed = firstSeed; seed < firstSeed + LAYERS; seed++) {
      generator.layer(Bytes.owning(new TarGenerator(seed, range).make()));
    }
    return generator.build();
  }

  private static Reference pull(TestStore ours, TestImage image, Path layout) throws IOException {
    Layouts.write(image, layout);
    Reference name = Reference.parse("localhost/odd:1");
    ours.pull(new Location.InLayout(layout, Optional.empty()), name);
    return name;
  }

  /// The digests of the layers that podman rebuilds, packed no more than they were.
  private static List<Digest> assembledByPodman(TestStore store, Reference name, Path saved)
      throws IOException {
    String _ =
        Peer.PACKAGED.run(
            "skopeo",
            List.of(
                "copy",
                "--quiet",
                "--dest-oci-accept-uncompressed-layers",
                store.location(name.toString()),
                "oci:" + saved + ":it"));
    Json.Obj index =
        Json.parseObject(Bytes.owning(Files.readAllBytes(saved.resolve("index.json"))));
    Path blobs = saved.resolve("blobs/sha256");
    Digest digest =
        Digest.parse(index.objects("manifests").getFirst().string("digest").orElseThrow());
    Bytes manifest = Bytes.owning(Files.readAllBytes(blobs.resolve(digest.hex())));
    ImageManifest parsed =
        (ImageManifest)
            Manifest.parse(new dev.stowage.model.Document(Manifest.guessType(manifest), manifest));
    List<Digest> digests = new ArrayList<>();
    for (dev.stowage.model.Descriptor layer : parsed.layers()) {
      digests.add(layer.digest());
    }
    return digests;
  }

  private static List<Digest> assembledByStowage(TestStore theirs) throws IOException {
    List<Digest> digests = new ArrayList<>();
    try (Store store = theirs.open()) {
      LayerId top = store.read(now -> now.images().getFirst().topLayer().orElseThrow());
      for (Layer layer : store.read(now -> now.chain(top)).reversed()) {
        try (InputStream tar = store.diff(layer.id())) {
          digests.add(Digest.of(Bytes.owning(tar.readAllBytes())));
        }
      }
    }
    return digests;
  }
}
