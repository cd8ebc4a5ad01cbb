package dev.stowage.transfer.form;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Family;
import dev.stowage.model.LayerCompression;
import dev.stowage.model.MediaType;
import dev.stowage.model.UnsupportedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayerTypeTest {
  @ParameterizedTest
  @CsvSource({
    "application/vnd.oci.image.layer.v1.tar, application/vnd.docker.image.rootfs.diff.tar",
    "application/vnd.oci.image.layer.v1.tar+gzip,"
        + " application/vnd.docker.image.rootfs.diff.tar.gzip",
    "application/vnd.oci.image.layer.nondistributable.v1.tar,"
        + " application/vnd.docker.image.rootfs.foreign.diff.tar",
    "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip,"
        + " application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
  })
  void eachFamilyHasItsWord(String oci, String docker) throws UnsupportedException {
    LayerType type = LayerType.of(new MediaType(oci)).orElseThrow();
    assertEquals(oci, type.mediaType().value());
    assertEquals(docker, type.in(Family.DOCKER).mediaType().value());
    assertEquals(
        oci, LayerType.of(new MediaType(docker)).orElseThrow().in(Family.OCI).mediaType().value());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text/plain",
        "application/vnd.oci.image.layer.v1.tar+",
        "application/vnd.oci.image.layer.v1.tar+lz4",
        "application/vnd.oci.image.layer.v1.tar.gzip",
        "application/vnd.oci.image.layer.v1.tarball",
        "application/vnd.docker.image.rootfs.diff.tar+gzip"
      })
  void whatIsNoLayerOfAnImageIsNone(String type) {
    assertTrue(LayerType.of(new MediaType(type)).isEmpty());
  }

  @Test
  void dockerHasNoWordForZstdAndForEncryption() {
    LayerType zstd = LayerType.of(MediaType.OCI_LAYER_ZSTD).orElseThrow();
    assertEquals(LayerCompression.ZSTD, zstd.compression());
    assertThrows(UnsupportedException.class, () -> zstd.in(Family.DOCKER).mediaType());
    LayerType sealed =
        LayerType.of(new MediaType("application/vnd.oci.image.layer.v1.tar+gzip+encrypted"))
            .orElseThrow();
    assertEquals(LayerType.Sealing.ENCRYPTED, sealed.sealing());
    assertTrue(
        String.valueOf(
                assertThrows(UnsupportedException.class, () -> sealed.in(Family.DOCKER).mediaType())
                    .getMessage())
            .contains("are not supported in docker images"));
  }
}
