package dev.stowage.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.config.RegistryEntry;
import dev.stowage.model.MalformedException;
import dev.stowage.model.NotFoundException;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.Fault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListingTest {

  @Test
  void tagsComeOverAllPages() throws IOException {
    try (EmbeddedRegistry registry =
            EmbeddedRegistry.start(EmbeddedRegistry.Setup.DEFAULT.withMostTags(3));
        Registries client = Clients.open()) {
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        registry.addImage("team/app", "v" + i, Clients.IMAGE);
        expected.add("v" + i);
      }
      assertEquals(
          expected, Clients.at(client, registry).tags().stream().map(Object::toString).toList());
      assertEquals(4, registry.log("/tags/list").size());
    }
  }

  @Test
  void repositoriesAreListedWhereTheRegistryListsThem() throws IOException {
    try (EmbeddedRegistry registry = Clients.filled();
        Registries client = Clients.open()) {
      registry.addImage("other", "x", Clients.IMAGE);
      assertEquals(
          List.of("other", "team/app"),
          client.catalog(registry.host(), RegistryEntry.Security.INSECURE, Clients.AMBIENT));
    }
  }

  @Test
  void pagesThatGoRoundAreLeft() throws IOException {
    try (EmbeddedRegistry registry = Clients.filled();
        Registries client = Clients.open()) {
      registry.misbehave(
          new Fault.Header("Link", "</v2/team/app/tags/list>; rel=\"next\""), "/tags/list");
      RemoteRepository repository = Clients.at(client, registry);
      MalformedException e = assertThrows(MalformedException.class, repository::tags);
      assertTrue(String.valueOf(e.getMessage()).contains("do not end"));
    }
  }

  @Test
  void aLinkToAnotherHostStaysHere() throws IOException {
    try (EmbeddedRegistry registry = Clients.filled();
        EmbeddedRegistry other = Clients.filled();
        Registries client = Clients.open()) {
      registry.misbehave(
          new Fault.Header("Link", "<" + other.url() + "/v2/team/app/tags/list?n=1>"),
          "/tags/list",
          1);
      assertEquals(2, Clients.at(client, registry).tags().size());
      assertEquals(List.of(), other.log());
    }
  }

  @Test
  void anUnknownRepositoryHasNoTags() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Registries client = Clients.open()) {
      RemoteRepository repository = Clients.at(client, registry);
      assertThrows(NotFoundException.class, repository::tags);
    }
  }
}
