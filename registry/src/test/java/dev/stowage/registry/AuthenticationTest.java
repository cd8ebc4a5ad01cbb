package dev.stowage.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.config.Endpoint;
import dev.stowage.config.FoundCredentials;
import dev.stowage.config.Origin;
import dev.stowage.config.RegistryEntry;
import dev.stowage.model.Credentials;
import dev.stowage.model.RegistryException;
import dev.stowage.model.Secret;
import dev.stowage.model.Tag;
import dev.stowage.testkit.Access;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class AuthenticationTest {
  private static final Tag V1 = new Tag("v1");

  private static EmbeddedRegistry withTokens(Access.Anonymous anonymous) throws IOException {
    return Clients.filled(
        EmbeddedRegistry.Setup.DEFAULT.with(new Access.Tokens("jane", "hunter2", anonymous, 300)));
  }

  private static EmbeddedRegistry withPassword() throws IOException {
    return Clients.filled(
        EmbeddedRegistry.Setup.DEFAULT.with(new Access.Password("jane", "hunter2")));
  }

  private static RemoteRepository as(
      Credentials credentials, Registries client, EmbeddedRegistry registry) throws IOException {
    return client.repository(Clients.plain(registry, "team/app"), credentials);
  }

  private static String message(Exception e) {
    return String.valueOf(e.getMessage());
  }

  @Test
  void aPasswordOpensARegistryThatWantsOne() throws IOException {
    try (EmbeddedRegistry registry = withPassword();
        Registries client = Clients.open()) {
      assertEquals(Clients.IMAGE.manifest(), as(Clients.JANE, client, registry).manifest(V1));
      assertTrue(registry.log("/v2/").getFirst().header("Authorization").isEmpty());
    }
  }

  @Test
  void aWrongPasswordIsToldWithItsUserAndSource() throws IOException {
    CredentialSource file =
        _ ->
            new FoundCredentials(
                new Credentials.Basic("jane", Secret.of("wrong")),
                List.of(new FoundCredentials.Look("/run/auth.json", "found jane")));
    try (EmbeddedRegistry registry = withPassword();
        Registries client = new Registries(Clients.SETTINGS.withCredentials(file))) {
      RemoteRepository repository = as(Clients.AMBIENT, client, registry);
      RegistryException e = assertThrows(RegistryException.class, () -> repository.manifest(V1));
      assertEquals(401, e.status());
      assertTrue(message(e).contains("as user jane from /run/auth.json"), message(e));
      assertFalse(message(e).contains("wrong"), message(e));
      assertEquals(1, registry.log("/manifests/").size());
    }
  }

  @Test
  void whereNobodyIsLoggedInTheRemedyIsNamed() throws IOException {
    try (EmbeddedRegistry registry = withPassword();
        Registries client = Clients.open()) {
      RemoteRepository repository = as(Clients.ANONYMOUS, client, registry);
      RegistryException e = assertThrows(RegistryException.class, () -> repository.manifest(V1));
      assertTrue(message(e).contains("authentication required"), message(e));
      assertTrue(message(e).contains("stowage login " + registry.host()), message(e));
    }
  }

  @Test
  void aTokenIsFetchedOnceForManyRequestsAtATime() throws Exception {
    try (EmbeddedRegistry registry = withTokens(Access.Anonymous.PULL);
        Registries client = Clients.open();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      RemoteRepository repository = as(Clients.ANONYMOUS, client, registry);
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        all.add(threads.submit(() -> repository.manifest(V1)));
      }
      for (Future<?> one : all) {
        one.get();
      }
      assertEquals(1, registry.log("/token").size());
      assertEquals(
          "service=embedded+registry&scope=repository%3Ateam%2Fapp%3Apull",
          registry.log("/token").getFirst().query());
    }
  }

  @Test
  void aUserGetsATokenByPassword() throws IOException {
    try (EmbeddedRegistry registry = withTokens(Access.Anonymous.NOTHING);
        Registries client = Clients.open()) {
      as(Clients.JANE, client, registry).manifest(V1);
      assertTrue(registry.log("/token").getFirst().query().startsWith("account=jane&"));
      assertTrue(
          registry
              .log("/manifests/")
              .getLast()
              .header("Authorization")
              .orElseThrow()
              .startsWith("Bearer "));
    }
  }

  @Test
  void anIdentityTokenIsExchangedByPost() throws IOException {
    try (EmbeddedRegistry registry = withTokens(Access.Anonymous.NOTHING);
        Registries client = Clients.open()) {
      as(new Credentials.IdentityToken(Secret.of("identity-hunter2")), client, registry)
          .manifest(V1);
      assertEquals("POST", registry.log("/token").getFirst().method());
      assertTrue(registry.log("/token").getFirst().form().contains("grant_type=refresh_token"));
    }
  }

  @Test
  void aRefusedLoginReadsAsPodmanSaysIt() throws IOException {
    try (EmbeddedRegistry registry = withTokens(Access.Anonymous.NOTHING);
        Registries client = Clients.open()) {
      RemoteRepository repository =
          as(new Credentials.Basic("jane", Secret.of("guess")), client, registry);
      RegistryException e = assertThrows(RegistryException.class, () -> repository.manifest(V1));
      assertTrue(
          message(e).contains("unable to retrieve auth token: invalid username/password"),
          message(e));
      assertThrows(
          RegistryException.class,
          () ->
              client.login(
                  registry.host(),
                  RegistryEntry.Security.INSECURE,
                  new Credentials.Basic("jane", Secret.of("guess"))));
      client.login(registry.host(), RegistryEntry.Security.INSECURE, Clients.JANE);
    }
  }

  @Test
  void aTokenThatExpiresInTheMiddleIsReplaced() throws IOException {
    try (EmbeddedRegistry registry = withTokens(Access.Anonymous.PULL);
        Registries client = Clients.open()) {
      RemoteRepository repository = as(Clients.ANONYMOUS, client, registry);
      registry.misbehave(new Fault.Cut(1_000_000), "/blobs/", 1);
      try (InputStream in = repository.blob(Clients.bigLayer())) {
        byte[] first = in.readNBytes(10);
        registry.revokeTokens();
        byte[] rest = in.readAllBytes();
        assertEquals(Clients.bigLayer().size(), first.length + rest.length);
      }
      assertEquals(2, registry.log("/token").size());
    }
  }

  @Test
  void anEndless401Ends() throws IOException {
    try (EmbeddedRegistry registry = withTokens(Access.Anonymous.PULL);
        Registries client = Clients.open()) {
      registry.misbehave(
          new Fault.Challenge(
              "Bearer realm=\"" + registry.url() + "/token\",error=\"invalid_token\""),
          "/manifests/");
      RemoteRepository repository = as(Clients.ANONYMOUS, client, registry);
      RegistryException e = assertThrows(RegistryException.class, () -> repository.manifest(V1));
      assertEquals(401, e.status());
      assertEquals(Limits.AUTHENTICATIONS, registry.log("/manifests/").size());
    }
  }

  @Test
  void aRegistryThatGreetsEverybodyMayStillAskLater() throws IOException {
    try (EmbeddedRegistry registry = withTokens(Access.Anonymous.PULL);
        Registries client = Clients.open()) {
      registry.misbehave(
          new Fault.Refuse(200, "", ""), request -> request.path().equals("/v2/"), 1);
      assertEquals(Clients.IMAGE.manifest(), as(Clients.ANONYMOUS, client, registry).manifest(V1));
    }
  }

  @Test
  void credentialsDoNotFollowARedirectToAnotherHost() throws IOException {
    try (EmbeddedRegistry registry = withPassword();
        EmbeddedRegistry storage = Clients.filled();
        Registries client = Clients.open()) {
      registry.misbehave(
          new Fault.Redirect(
              307, storage.url() + "/v2/team/app/blobs/" + Clients.bigLayer().digest()),
          "/blobs/");
      try (InputStream in = as(Clients.JANE, client, registry).blob(Clients.bigLayer())) {
        assertArrayEquals(Clients.IMAGE.layers().getFirst().toArray(), in.readAllBytes());
      }
      assertTrue(registry.log("/blobs/").getFirst().header("Authorization").isPresent());
      assertEquals(1, storage.log().size());
      assertTrue(storage.log().getFirst().header("Authorization").isEmpty());
    }
  }

  @Test
  void aStorageThatRefusesDoesNotMakeUsShowCredentials() throws IOException {
    try (EmbeddedRegistry registry = withPassword();
        EmbeddedRegistry storage = withPassword();
        Registries client = Clients.open()) {
      registry.misbehave(
          new Fault.Redirect(307, storage.url() + "/v2/team/app/manifests/v1"), "/manifests/");
      RemoteRepository repository = as(Clients.JANE, client, registry);
      RegistryException e = assertThrows(RegistryException.class, () -> repository.manifest(V1));
      assertEquals(401, e.status());
      assertTrue(storage.log().stream().allMatch(r -> r.header("Authorization").isEmpty()));
    }
  }

  @Test
  void explicitCredentialsAreNotForMirrors() throws IOException {
    try (EmbeddedRegistry registry = withPassword();
        EmbeddedRegistry mirror = withPassword();
        Registries client = Clients.open()) {
      Endpoint first =
          new Endpoint(
              Clients.name(mirror, "team/app:v1"),
              RegistryEntry.Security.INSECURE,
              Endpoint.Role.MIRROR,
              Origin.BUILT_IN);
      RemoteImage image =
          client.find(
              Clients.name(registry, "team/app:v1"),
              List.of(first, Clients.plain(registry, "team/app:v1")),
              Clients.JANE);
      assertEquals(Endpoint.Role.PRIMARY, image.place().endpoint().role());
      assertTrue(mirror.log().stream().allMatch(r -> r.header("Authorization").isEmpty()));
    }
  }

  @Test
  void aBearerTokenIsSentAsItIs() throws IOException {
    try (EmbeddedRegistry registry = withTokens(Access.Anonymous.NOTHING);
        Registries client = Clients.open()) {
      RemoteRepository repository =
          as(new Credentials.Token(Secret.of("made-elsewhere")), client, registry);
      RegistryException e = assertThrows(RegistryException.class, () -> repository.manifest(V1));
      assertEquals(401, e.status());
      assertEquals(
          "Bearer made-elsewhere",
          registry.log("/manifests/").getFirst().header("Authorization").orElseThrow());
      assertEquals(List.of(), registry.log("/token"));
      assertFalse(message(e).contains("made-elsewhere"));
    }
  }

  @Test
  void aTokenServerThatTalksNonsenseIsNamed() throws IOException {
    try (EmbeddedRegistry registry = withTokens(Access.Anonymous.PULL);
        Registries client = Clients.open()) {
      registry.misbehave(new Fault.Page(), "/token");
      RemoteRepository repository = as(Clients.ANONYMOUS, client, registry);
      RegistryException e = assertThrows(RegistryException.class, () -> repository.manifest(V1));
      assertTrue(message(e).contains("decoding bearer token (last URL"), message(e));
    }
  }
}
