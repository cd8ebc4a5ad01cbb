package dev.stowage.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.config.Endpoint;
import dev.stowage.config.Origin;
import dev.stowage.config.RegistryEntry;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Reference;
import dev.stowage.model.RegistryException;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class MirrorTest {

  private static Endpoint mirror(EmbeddedRegistry registry, String path) throws IOException {
    return new Endpoint(
        Clients.name(registry, path),
        RegistryEntry.Security.INSECURE,
        Endpoint.Role.MIRROR,
        Origin.BUILT_IN);
  }

  private static String message(Exception e) {
    return String.valueOf(e.getMessage());
  }

  @Test
  void theFirstPlaceThatHasTheImageServesIt() throws IOException {
    try (EmbeddedRegistry empty = EmbeddedRegistry.start();
        EmbeddedRegistry full = EmbeddedRegistry.start();
        EmbeddedRegistry primary = Clients.filled();
        Registries client = Clients.open()) {
      full.addImage("cache/app", "v1", Clients.IMAGE);
      RemoteImage image =
          client.find(
              Clients.name(primary, "team/app:v1"),
              List.of(
                  mirror(empty, "team/app:v1"),
                  mirror(full, "cache/app:v1"),
                  Clients.plain(primary, "team/app:v1")),
              Clients.AMBIENT);
      assertEquals(Clients.IMAGE.manifest(), image.manifest());
      assertEquals(full.host() + "/cache/app", image.place().toString());
      assertEquals(primary.host() + "/team/app:v1", image.reference().toString());
      assertEquals(List.of(), primary.log());
      assertEquals(Clients.IMAGE.manifest(), image.manifest(Clients.IMAGE.manifest().digest()));
    }
  }

  @Test
  void aBlobThatAMirrorLosesComesFromTheNextPlace() throws IOException {
    try (EmbeddedRegistry broken = Clients.filled();
        EmbeddedRegistry primary = Clients.filled();
        Registries client = Clients.open()) {
      broken.misbehave(new Fault.Cut(1_000_000), "/blobs/", 1);
      broken.misbehave(new Fault.Cut(0), "/blobs/");
      RemoteImage image =
          client.find(
              Clients.name(primary, "team/app:v1"),
              List.of(mirror(broken, "team/app:v1"), Clients.plain(primary, "team/app:v1")),
              Clients.AMBIENT);
      try (InputStream in = image.blob(Clients.bigLayer())) {
        assertArrayEquals(Clients.IMAGE.layers().getFirst().toArray(), in.readAllBytes());
      }
      assertEquals(
          "bytes=1000000-", primary.log("/blobs/").getFirst().header("Range").orElseThrow());
    }
  }

  @Test
  void theRegistrysOwnAnswerIsToldFirst() throws IOException {
    try (EmbeddedRegistry mirror = EmbeddedRegistry.start();
        EmbeddedRegistry primary = Clients.filled();
        Registries client = Clients.open()) {
      mirror.misbehave(new Fault.Refuse(403, "DENIED", "no"), "/manifests/");
      Reference wanted = Clients.name(primary, "team/app:v2");
      List<Endpoint> places =
          List.of(mirror(mirror, "team/app:v2"), Clients.plain(primary, "team/app:v2"));
      NotFoundException e =
          assertThrows(NotFoundException.class, () -> client.find(wanted, places, Clients.AMBIENT));
      assertTrue(
          message(e)
              .startsWith(
                  primary.host()
                      + "/team/app: reading manifest v2 in "
                      + primary.host()
                      + "/team/app: manifest unknown (also tried: [mirror "
                      + mirror.host()),
          message(e));
      assertEquals(1, e.getSuppressed().length);
    }
  }

  @Test
  void whereTheRegistryIsOutOfReachTheMirrorsRefusalIsToldFirst() throws IOException {
    Reference wanted;
    List<Endpoint> places;
    try (EmbeddedRegistry mirror = EmbeddedRegistry.start();
        Registries client = Clients.open()) {
      mirror.misbehave(new Fault.Refuse(403, "DENIED", "not for you"), "/manifests/");
      try (EmbeddedRegistry gone = EmbeddedRegistry.start()) {
        wanted = Clients.name(gone, "team/app");
        places = List.of(mirror(mirror, "team/app"), Clients.plain(gone, "team/app"));
      }
      RegistryException e =
          assertThrows(RegistryException.class, () -> client.find(wanted, places, Clients.AMBIENT));
      assertEquals(403, e.status());
      assertTrue(message(e).startsWith("mirror " + mirror.host()), message(e));
      assertTrue(message(e).contains("connection refused"), message(e));
    }
  }

  @Test
  void aRegistryThatIsNotThereReadsAsPodmanSaysIt() throws IOException {
    Reference wanted;
    List<Endpoint> places;
    EmbeddedRegistry gone = EmbeddedRegistry.start();
    gone.close();
    wanted = Clients.name(gone, "team/app");
    places = List.of(Endpoint.of(wanted));
    try (Registries client = Clients.open()) {
      RegistryException e =
          assertThrows(RegistryException.class, () -> client.find(wanted, places, Clients.AMBIENT));
      String host = gone.host();
      assertEquals(
          "pinging container registry "
              + host
              + ": Get \"https://"
              + host
              + "/v2/\": dial tcp "
              + host
              + ": connect: connection refused",
          message(e));
      assertEquals(RegistryException.NO_STATUS, e.status());
    }
  }

  @Test
  void aNameThatNobodyKnowsIsToldAtOnce() throws IOException {
    Reference wanted = Reference.parse("no-such-host.invalid/app");
    try (Registries client = Clients.open()) {
      RegistryException e =
          assertThrows(
              RegistryException.class,
              () -> client.find(wanted, List.of(Endpoint.of(wanted)), Clients.AMBIENT));
      assertTrue(
          message(e).contains("dial tcp: lookup no-such-host.invalid: no such host"), message(e));
    }
  }
}
