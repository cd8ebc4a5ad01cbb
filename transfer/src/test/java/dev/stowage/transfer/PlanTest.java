package dev.stowage.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Family;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.LayerCompression;
import dev.stowage.model.Manifest;
import dev.stowage.model.MediaType;
import dev.stowage.model.StowageException;
import dev.stowage.transfer.CopyOptions.Form;
import dev.stowage.transfer.CopyOptions.Packing;
import dev.stowage.transfer.ImageSource.Offer;
import dev.stowage.transfer.form.LayerType;
import dev.stowage.transfer.form.ManifestText;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanTest {
  private static final Digest DIGEST = Digest.of(Bytes.utf8("x"));

  private static Accepts place(String name) {
    return switch (name) {
      case "registry" ->
          new Accepts(
              name,
              Accepts.ALL_MANIFESTS,
              Accepts.ALL_COMPRESSIONS,
              LayerCompression.GZIP,
              Accepts.Foreign.LEFT_WHERE_THEY_ARE,
              Accepts.Signatures.HELD);
      case "layout" ->
          MemoryPlace.accepts(
              List.of(MediaType.OCI_MANIFEST, MediaType.OCI_INDEX),
              LayerCompression.GZIP,
              LayerCompression.ZSTD);
      case "archive" ->
          MemoryPlace.accepts(List.of(MediaType.DOCKER_MANIFEST), LayerCompression.NONE);
      case "directory" ->
          new Accepts(
              name,
              Accepts.ALL_MANIFESTS,
              Accepts.ALL_COMPRESSIONS,
              LayerCompression.NONE,
              Accepts.Foreign.MOVED,
              Accepts.Signatures.HELD);
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Form form(String asked) {
    Form form = Form.AS_IT_IS;
    for (String word : asked.split(" ", -1)) {
      form =
          switch (word) {
            case "", "-" -> form;
            case "oci" -> form.withManifest(Family.OCI);
            case "docker" -> form.withManifest(Family.DOCKER);
            default ->
                form.withPacking(
                    new Packing.As(
                        LayerCompression.valueOf(word),
                        OptionalInt.empty(),
                        Packing.Others.REUSED));
          };
    }
    return form;
  }

  private static ImageManifest manifest(Family family, LayerCompression compression)
      throws StowageException {
    LayerType type =
        new LayerType(family, LayerType.Shipping.ALONG, compression, LayerType.Sealing.OPEN);
    Descriptor config =
        new Descriptor(
            family == Family.OCI ? MediaType.OCI_CONFIG : MediaType.DOCKER_CONFIG, DIGEST, 9);
    Descriptor layer = new Descriptor(type.mediaType(), DIGEST, 7);
    return (ImageManifest) Manifest.parse(ManifestText.of(family, config, List.of(layer)));
  }

  /// What becomes of a layer: the family and the compression, or a refusal.
  private static String planned(
      Family family, LayerCompression compression, Offer offer, Accepts accepts, String asked)
      throws StowageException {
    Optional<String> frozen =
        asked.contains("frozen") ? Optional.of("Would invalidate signatures") : Optional.empty();
    Plan plan =
        Plan.of(
            new Plan.Facts(
                manifest(family, compression),
                accepts,
                form(asked.replace("frozen", "").strip()),
                Set.of(),
                Plan.Decrypting.NO,
                frozen));
    Optional<LayerCompression> becomes = plan.layers().getFirst().becomes(offer);
    return plan.family() + " " + (becomes.isPresent() ? becomes.get().name() : "same");
  }

  @ParameterizedTest
  @CsvSource({
    // source, layer, how it can be had, destination, asked for; result
    "OCI,    GZIP, EXACT, registry,  -,           OCI same",
    "OCI,    NONE, EXACT, registry,  -,           OCI same",
    "OCI,    ZSTD, EXACT, registry,  -,           OCI same",
    "DOCKER, GZIP, EXACT, registry,  -,           DOCKER same",
    "OCI,    GZIP, EXACT, registry,  GZIP,        OCI same",
    "OCI,    GZIP, EXACT, registry,  ZSTD,        OCI ZSTD",
    "DOCKER, GZIP, EXACT, registry,  ZSTD,        OCI ZSTD",
    "OCI,    GZIP, EXACT, registry,  NONE,        OCI NONE",
    "OCI,    ZSTD, EXACT, registry,  docker,      DOCKER GZIP",
    "OCI,    ZSTD, EXACT, registry,  docker GZIP, DOCKER GZIP",
    "OCI,    GZIP, PLAIN, registry,  -,           OCI GZIP",
    "OCI,    ZSTD, PLAIN, registry,  -,           OCI ZSTD",
    "OCI,    NONE, PLAIN, registry,  -,           OCI GZIP",
    "OCI,    ZSTD, PLAIN, registry,  docker,      DOCKER GZIP",
    "OCI,    GZIP, RECREATED, registry, -,        OCI same",
    "OCI,    GZIP, FETCHED_AGAIN, registry, ZSTD, OCI ZSTD",
    "OCI,    GZIP, EXACT, layout,    -,           OCI same",
    "DOCKER, GZIP, EXACT, layout,    -,           OCI same",
    "OCI,    NONE, EXACT, layout,    -,           OCI GZIP",
    "OCI,    GZIP, EXACT, archive,   -,           DOCKER NONE",
    "OCI,    ZSTD, PLAIN, archive,   -,           DOCKER NONE",
    "OCI,    GZIP, EXACT, archive,   ZSTD,        DOCKER NONE",
    "OCI,    GZIP, EXACT, directory, -,           OCI same",
    "OCI,    GZIP, PLAIN, directory, -,           OCI NONE",
    "OCI,    GZIP, EXACT, registry,  frozen,      OCI same",
    "OCI,    GZIP, RECREATED, registry, frozen,   OCI same"
  })
  void whatBecomesOfALayer(
      Family family,
      LayerCompression compression,
      Offer offer,
      String destination,
      String asked,
      String result)
      throws StowageException {
    assertEquals(result, planned(family, compression, offer, place(destination), asked));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OCI | GZIP | EXACT | archive | frozen | Manifest must be converted to type"
            + " \"application/vnd.docker.distribution.manifest.v2+json\" to be written to"
            + " destination, but we cannot modify it: \"Would invalidate signatures\"",
        "OCI | GZIP | PLAIN | registry | frozen | Copying this image would require changing layer"
            + " representation, which we cannot do: \"Would invalidate signatures\"",
        "OCI | GZIP | EXACT | registry | docker ZSTD | compression using zstd required together"
            + " with format application/vnd.docker.distribution.manifest.v2+json, which does not"
            + " support it"
      })
  void whatIsRefused(
      Family family,
      LayerCompression compression,
      Offer offer,
      String destination,
      String asked,
      String refusal) {
    String message =
        String.valueOf(
            assertThrows(
                    StowageException.class,
                    () -> planned(family, compression, offer, place(destination), asked))
                .getMessage());
    assertEquals(refusal, message.substring(0, Math.min(refusal.length(), message.length())));
  }
}
