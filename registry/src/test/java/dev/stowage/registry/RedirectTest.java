package dev.stowage.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Tag;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.Fault;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class RedirectTest {
  private static final Tag V1 = new Tag("v1");

  private static String message(Exception e) {
    return String.valueOf(e.getMessage());
  }

  @Test
  void aRelativeRedirectIsFollowed() throws IOException {
    try (EmbeddedRegistry registry = Clients.filled();
        Registries client = Clients.open()) {
      registry.misbehave(new Fault.Redirect(302, "v1?again=|yes"), "/manifests/", 1);
      assertEquals(Clients.IMAGE.manifest(), Clients.at(client, registry).manifest(V1));
      assertEquals("again=%7Cyes", registry.log("/manifests/").getLast().query());
    }
  }

  @Test
  void aCircleIsSeen() throws IOException {
    try (EmbeddedRegistry registry = Clients.filled();
        Registries client = Clients.open()) {
      registry.misbehave(new Fault.Redirect(302, "v1"), "/manifests/");
      RemoteRepository repository = Clients.at(client, registry);
      Exception e = assertThrows(IOException.class, () -> repository.manifest(V1));
      assertTrue(message(e).contains("redirected in a circle"), message(e));
      assertEquals(1, registry.log("/manifests/").size());
    }
  }

  @Test
  void aLongChainIsLeft() throws IOException {
    try (EmbeddedRegistry registry = Clients.filled();
        Registries client = Clients.open()) {
      for (int i = 0; i < 50; i++) {
        registry.misbehave(new Fault.Redirect(302, "v1?" + i), "/manifests/", 1);
      }
      RemoteRepository repository = Clients.at(client, registry);
      Exception e = assertThrows(IOException.class, () -> repository.manifest(V1));
      assertTrue(message(e).contains("stopped after 10 redirects"), message(e));
    }
  }

  @Test
  void aRedirectToAnotherSchemeIsRefused() throws IOException {
    try (EmbeddedRegistry registry = Clients.filled();
        Registries client = Clients.open()) {
      registry.misbehave(new Fault.Redirect(302, "file:///etc/passwd"), "/manifests/");
      RemoteRepository repository = Clients.at(client, registry);
      Exception e = assertThrows(IOException.class, () -> repository.manifest(V1));
      assertTrue(message(e).contains("no http or https URL"), message(e));
    }
  }
}
