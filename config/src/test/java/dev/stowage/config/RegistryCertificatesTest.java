package dev.stowage.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.MalformedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RegistryCertificatesTest {
  private static final String HOST = "my-registry.com:5000";

  @TempDir private Path root;

  @Test
  void theFirstDirectoryOfTheHostCountsAlone() throws IOException {
    Place place = Place.ofRoot(root);
    assertTrue(find(place, HOST).directory().isEmpty());
    place.file("/etc/docker/certs.d/" + HOST + "/ca.crt", "docker");
    assertEquals(
        List.of(place.at("/etc/docker/certs.d/" + HOST + "/ca.crt")),
        find(place, HOST).authorities());
    String own = "/etc/containers/certs.d/" + HOST;
    place.file(own + "/ca.crt", "").file(own + "/client.cert", "").file(own + "/client.key", "");
    place.file(own + "/README", "");
    RegistryCertificates found = find(place, HOST);
    assertEquals(List.of(place.at(own + "/ca.crt")), found.authorities());
    assertEquals(
        List.of(
            new RegistryCertificates.Client(
                place.at(own + "/client.cert"), place.at(own + "/client.key"))),
        found.clients());
    place.file("/root/.config/containers/certs.d/" + HOST + "/x.crt", "");
    assertEquals(1, find(place, HOST).authorities().size());
    assertTrue(find(place, HOST).clients().isEmpty());
    assertTrue(find(place, "my-registry.com").directory().isEmpty());
    assertEquals(
        1,
        RegistryCertificates.find(
                place.surroundings(), "other", Optional.of(Path.of(own.substring(1))))
            .clients()
            .size());
  }

  @Test
  void aCertificateNeedsItsKeyAndAKeyItsCertificate() throws IOException {
    Place place = Place.ofRoot(root).file("/etc/containers/certs.d/a/x.cert", "");
    MalformedException refused = assertThrows(MalformedException.class, () -> find(place, "a"));
    assertTrue(
        String.valueOf(refused.getMessage())
            .endsWith(
                "missing key x.key for client certificate x.cert. Note that CA certificates should"
                    + " use the extension .crt"));
    place.file("/etc/containers/certs.d/b/x.key", "");
    assertThrows(MalformedException.class, () -> find(place, "b"));
  }

  private static RegistryCertificates find(Place place, String host) throws IOException {
    return RegistryCertificates.find(place.surroundings(), host, Optional.empty());
  }
}
