package dev.stowage.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ManifestTest {
  private static final String DIGEST = "sha256:" + "ab".repeat(32);

  private static String descriptor(String more) {
    return "{\"mediaType\":\""
        + MediaType.OCI_MANIFEST
        + "\",\"digest\":\""
        + DIGEST
        + "\",\"size\":7"
        + more
        + "}";
  }

  private static ImageIndex index(MediaType type, String... instances) throws Exception {
    Bytes bytes =
        Bytes.utf8("{\"schemaVersion\":2,\"manifests\":[" + String.join(",", instances) + "]}");
    return assertInstanceOf(ImageIndex.class, Manifest.parse(new Document(type, bytes)));
  }

  private static String on(String architecture, String variant, long size) {
    return descriptor(
            ",\"platform\":{\"os\":\"linux\",\"architecture\":\""
                + architecture
                + "\",\"variant\":\""
                + variant
                + "\"}")
        .replace("\"size\":7", "\"size\":" + size);
  }

  private static Optional<Long> chosen(ImageIndex index, Platform platform) {
    return PlatformChoice.of(platform).choose(index).map(Descriptor::size);
  }

  @Test
  void theMostFittingVariantIsChosen() throws Exception {
    ImageIndex index =
        index(
            MediaType.OCI_INDEX,
            on("amd64", "", 1),
            on("arm", "v5", 2),
            on("arm", "v7", 3),
            on("arm64", "v8", 4));
    assertEquals(Optional.of(1L), chosen(index, new Platform("linux", "amd64", "")));
    assertEquals(Optional.of(2L), chosen(index, new Platform("linux", "arm", "v6")));
    assertEquals(Optional.of(3L), chosen(index, new Platform("linux", "arm", "v8")));
    assertEquals(Optional.of(3L), chosen(index, new Platform("linux", "arm", "")));
    assertEquals(Optional.of(4L), chosen(index, new Platform("linux", "arm64", "")));
    assertEquals(Optional.empty(), chosen(index, new Platform("linux", "s390x", "")));
  }

  @Test
  void anEntryWithoutPlatformIsTheLastResortOfAnOciIndexOnly() throws Exception {
    assertEquals(
        Optional.of(7L),
        chosen(
            index(MediaType.OCI_INDEX, descriptor(""), on("arm", "", 2)),
            new Platform("linux", "amd64", "")));
    assertEquals(
        Optional.empty(),
        chosen(
            index(MediaType.DOCKER_LIST, descriptor(""), on("arm", "", 2)),
            new Platform("linux", "amd64", "")));
  }

  @Test
  void whatIsBothManifestAndIndexIsRefused() {
    Bytes both =
        Bytes.utf8(
            "{\"schemaVersion\":2,\"manifests\":[],\"config\":"
                + descriptor("")
                + ",\"layers\":[]}");
    assertThrows(
        MalformedException.class, () -> Manifest.parse(new Document(MediaType.OCI_INDEX, both)));
    assertThrows(
        MalformedException.class, () -> Manifest.parse(new Document(MediaType.OCI_MANIFEST, both)));
  }

  @Test
  void theTypeIsGuessedFromTheFields() throws Exception {
    assertEquals(
        MediaType.OCI_INDEX,
        Manifest.guessType(Bytes.utf8("{\"schemaVersion\":2,\"manifests\":[]}")));
    assertEquals(
        MediaType.OCI_MANIFEST,
        Manifest.guessType(Bytes.utf8("{\"schemaVersion\":2,\"config\":{}}")));
    assertEquals(MediaType.DOCKER_SCHEMA1, Manifest.guessType(Bytes.utf8("{\"schemaVersion\":1}")));
    assertThrows(MalformedException.class, () -> Manifest.guessType(Bytes.utf8("{}")));
  }

  @Test
  void aNegativeSizeIsRefused() {
    Bytes bytes =
        Bytes.utf8(
            "{\"schemaVersion\":2,\"config\":"
                + descriptor("").replace("7", "-7")
                + ",\"layers\":[]}");
    assertThrows(
        MalformedException.class,
        () -> Manifest.parse(new Document(MediaType.OCI_MANIFEST, bytes)));
  }

  @Test
  void aConfigurationTellsItsLayersAndHistory() throws Exception {
    ImageConfig config =
        ImageConfig.parse(
            Bytes.utf8(
                "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Env\":[\"A=b\"],\"Volumes\":{\"/v\":{}},"
                    + "\"Labels\":null},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                    + DIGEST
                    + "\"]},\"history\":[{\"created_by\":\"x\"},{\"empty_layer\":true}]}"));
    assertEquals(DIGEST, config.diffIds().getFirst().toString());
    assertTrue(config.history().get(1).emptyLayer());
    assertEquals("/v", config.execution().volumes().getFirst());
    assertTrue(config.execution().labels().isEmpty());
  }
}
