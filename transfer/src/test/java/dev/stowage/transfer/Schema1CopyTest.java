package dev.stowage.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.Bytes;
import dev.stowage.model.Document;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.Json;
import dev.stowage.model.MediaType;
import dev.stowage.model.Platform;
import dev.stowage.model.PlatformChoice;
import dev.stowage.model.UnsupportedException;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TestImage;
import dev.stowage.transfer.CopyOptions.Digests;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Images of Docker's schema 1, which cannot stay what they are.
class Schema1CopyTest {
  private static final CopyOptions OPTIONS =
      CopyOptions.of(PlatformChoice.of(new Platform("linux", "amd64", "")));

  private final MemoryPlace from = new MemoryPlace();
  private final MemoryPlace to = new MemoryPlace();
  private final List<String> warnings = new ArrayList<>();

  @BeforeEach
  void image() {
    TestImage image = ImageGenerator.oci().layer(Map.of("a", Bytes.utf8("content"))).build();
    from.add(image);
    Json.Obj step =
        Json.object()
            .put("id", "1".repeat(64))
            .put("created", "2015-01-02T03:04:05Z")
            .put("os", "linux")
            .put("architecture", "amd64")
            .build();
    String layer = image.layerDescriptors().getFirst().digest().toString();
    Json.Obj text =
        Json.object()
            .put("schemaVersion", 1)
            .put("fsLayers", new Json.Arr(List.of(Json.object().put("blobSum", layer).build())))
            .put(
                "history",
                new Json.Arr(List.of(Json.object().put("v1Compatibility", step.compact()).build())))
            .build();
    from.name(new Document(MediaType.DOCKER_SCHEMA1, Bytes.utf8(text.compact())));
  }

  private Copied copy(CopyOptions options) throws IOException {
    return Copier.copy(
        from,
        to,
        options,
        progress -> {
          if (progress instanceof Listener.Progress.Warned(String text)) {
            warnings.add(text);
          }
        });
  }

  @Test
  void itIsConvertedWithoutAWord() throws IOException {
    assertEquals(MediaType.DOCKER_MANIFEST, copy(OPTIONS).manifest().type());
    assertEquals(List.of(), warnings);
  }

  @Test
  void preservedDigestsForbidIt() {
    assertEquals(
        "Manifest must be converted to type"
            + " \"application/vnd.docker.distribution.manifest.v2+json\" to be written to"
            + " destination, but we cannot modify it: \"Instructed to preserve digests\"",
        assertThrows(UnsupportedException.class, () -> copy(OPTIONS.withDigests(Digests.PRESERVED)))
            .getMessage());
    assertEquals(Optional.empty(), to.named());
  }

  @Test
  void signaturesThatAreLostAreToldOnlyWhereTheyWereNotToBeRemoved() throws IOException {
    from.signatures.put(
        from.manifest().digest(),
        List.of(new ImageSignature.Simple(Bytes.copyOf(new byte[] {(byte) 0x90, 1}))));
    Copied copied = copy(OPTIONS);
    assertEquals(List.of(), to.signatures(copied.manifest().digest()));
    assertEquals(
        List.of(
            "the signatures of "
                + from.manifest().digest()
                + " are left out: its manifest is of Docker's schema 1 and is converted, and they"
                + " do not fit the new one"),
        warnings);
    warnings.clear();
    Copied _ = copy(OPTIONS.withSigning(CopyOptions.Signing.REMOVE));
    assertEquals(List.of(), warnings);
  }
}
