package dev.stowage.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.Json;
import dev.stowage.model.MediaType;
import dev.stowage.model.MismatchException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.RegistryException;
import dev.stowage.model.Repository;
import dev.stowage.model.Tag;
import dev.stowage.model.UnsupportedException;
import dev.stowage.testkit.Access;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.EmbeddedRegistry.Age;
import dev.stowage.testkit.EmbeddedRegistry.Setup;
import dev.stowage.testkit.Fault;
import dev.stowage.testkit.LoggedRequest;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RepositoryWritesTest {
  private static final String TEAM = "team/app";
  private static final Tag V1 = new Tag("v1");
  private static final Document IMAGE = Clients.IMAGE.manifest();

  private static RemoteRepository repository(
      Registries client, EmbeddedRegistry registry, String path) throws IOException {
    return client.repository(Clients.plain(registry, path), Clients.JANE);
  }

  private static void pushBlobs(RemoteRepository repository) throws IOException {
    for (Bytes blob : Clients.IMAGE.blobs()) {
      repository.push(
          new Descriptor(MediaType.OCI_LAYER_GZIP, Digest.of(blob), blob.length()), blob.stream());
    }
  }

  private static Document artifactFor(Document subject, String type) {
    Descriptor config = Clients.IMAGE.layerDescriptors().getLast();
    return new Document(
        MediaType.OCI_MANIFEST,
        Bytes.utf8(
            Json.object()
                .put("schemaVersion", 2)
                .put("mediaType", MediaType.OCI_MANIFEST.value())
                .put("artifactType", type)
                .put(
                    "config",
                    Json.object()
                        .put("mediaType", MediaType.OCI_EMPTY.value())
                        .put("digest", config.digest().toString())
                        .put("size", config.size())
                        .build())
                .put("layers", new Json.Arr(List.of()))
                .put(
                    "subject",
                    Json.object()
                        .put("mediaType", subject.type().value())
                        .put("digest", subject.digest().toString())
                        .put("size", subject.bytes().length())
                        .build())
                .put("annotations", Json.object().put("for", "test").build())
                .build()
                .compact()));
  }

  @Test
  void anImageIsPushedByTagAndByDigest() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Registries client = Clients.open()) {
      RemoteRepository repository = repository(client, registry, TEAM);
      Digest config = Digest.of(Clients.IMAGE.blobs().getFirst());
      assertEquals(OptionalLong.empty(), repository.sizeOf(config));
      pushBlobs(repository);
      assertEquals(
          OptionalLong.of(Clients.IMAGE.blobs().getFirst().length()), repository.sizeOf(config));
      assertEquals(IMAGE.digest(), repository.push(IMAGE).digest());
      assertThrows(NotFoundException.class, () -> repository.manifest(V1));
      assertEquals(
          new PushedManifest(IMAGE.digest(), Optional.empty()), repository.push(IMAGE, V1));
      assertEquals(IMAGE, repository.manifest(V1));
      assertEquals(List.of(), registry.complaints());
    }
  }

  @Test
  void aManifestWithoutItsBlobsIsRefusedInTheRegistrysWords() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Registries client = Clients.open()) {
      RemoteRepository repository = repository(client, registry, TEAM);
      RegistryException e = assertThrows(RegistryException.class, () -> repository.push(IMAGE, V1));
      assertTrue(
          String.valueOf(e.getMessage())
              .startsWith(
                  "uploading manifest v1 to "
                      + registry.host()
                      + "/team/app: manifest blob unknown: blob unknown: sha256:"),
          e.getMessage());
      assertEquals(List.of("MANIFEST_BLOB_UNKNOWN"), e.codes());
    }
  }

  @Test
  void aRegistryThatStatesAnotherDigestIsNotBelieved() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Registries client = Clients.open()) {
      RemoteRepository repository = repository(client, registry, TEAM);
      pushBlobs(repository);
      registry.misbehave(
          new Fault.Header("Docker-Content-Digest", "sha256:" + "0".repeat(64)), "/manifests/");
      assertThrows(MismatchException.class, () -> repository.push(IMAGE, V1));
      assertThrows(
          MismatchException.class, () -> repository.push(IMAGE, Digest.sha256("0".repeat(64))));
    }
  }

  @Test
  void aBlobIsMountedFromAnotherRepositoryWithATokenForBoth() throws IOException {
    try (EmbeddedRegistry registry =
            EmbeddedRegistry.start(
                Setup.DEFAULT.with(
                    new Access.Tokens("jane", "hunter2", Access.Anonymous.NOTHING, 300)));
        Registries client = Clients.open()) {
      Descriptor blob =
          registry.addBlob("team/base", MediaType.OCI_LAYER_GZIP, Bytes.utf8("layer"));
      RemoteRepository repository = repository(client, registry, TEAM);
      Repository base = new Repository(registry.host(), "team/base");
      assertEquals(Mount.DONE, repository.mount(blob.digest(), base));
      assertEquals(OptionalLong.of(5), repository.sizeOf(blob.digest()));
      String query =
          URLDecoder.decode(registry.log("/token").getFirst().query(), StandardCharsets.UTF_8);
      assertTrue(
          query.endsWith("scope=repository:team/app:pull,push&scope=repository:team/base:pull"),
          query);
    }
  }

  @Test
  void aMountThatIsDeclinedLeavesNoUploadBehind() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Registries client = Clients.open()) {
      RemoteRepository repository = repository(client, registry, TEAM);
      assertEquals(
          Mount.DECLINED,
          repository.mount(
              Digest.of(Bytes.utf8("nowhere")), new Repository(registry.host(), "team/base")));
      assertEquals(0, registry.openUploads(TEAM));
    }
  }

  @Test
  void aDeclinedMountDoesNotFailWhateverBecomesOfItsUpload() throws IOException {
    for (Fault fault :
        List.of(
            new Fault.Refuse(500, "", ""),
            new Fault.Silence(),
            new Fault.Refuse(405, "UNSUPPORTED", "no"),
            new Fault.Garbage("what?\r\n\r\n"))) {
      try (EmbeddedRegistry registry = EmbeddedRegistry.start();
          Registries client = Clients.open()) {
        registry.misbehave(fault, request -> request.method().equals("DELETE"), Integer.MAX_VALUE);
        assertEquals(
            Mount.DECLINED,
            repository(client, registry, TEAM)
                .mount(
                    Digest.of(Bytes.utf8("nowhere")),
                    new Repository(registry.host(), "team/base")));
      }
    }
  }

  @Test
  void aDeclinedMountWithAPlaceThatIsNoneDoesNotFailEither() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Registries client = Clients.open()) {
      registry.misbehave(
          new Fault.Header("Location", "http://["), request -> request.method().equals("POST"), 1);
      assertEquals(
          Mount.DECLINED,
          repository(client, registry, TEAM)
              .mount(
                  Digest.of(Bytes.utf8("nowhere")), new Repository(registry.host(), "team/base")));
    }
  }

  @Test
  void aDeletionWhoseAnswerWasLostIsDone() throws IOException {
    try (EmbeddedRegistry registry = Clients.filled();
        Registries client = Clients.open()) {
      registry.addManifest(TEAM, "v2", IMAGE);
      RemoteRepository repository = repository(client, registry, TEAM);
      registry.misbehave(new Fault.LoseAnswer(), request -> request.method().equals("DELETE"), 1);
      assertEquals(
          new TagDeletion(IMAGE.digest(), TagDeletion.Aftermath.STAYS), repository.delete(V1));
      registry.misbehave(new Fault.LoseAnswer(), request -> request.method().equals("DELETE"), 1);
      repository.delete(IMAGE.digest());
      assertThrows(NotFoundException.class, () -> repository.manifest(new Tag("v2")));
    }
  }

  @Test
  void theListOfWhatBelongsToAManifestKeepsAllElseThatItSays() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start(Setup.DEFAULT.with(Age.OLD));
        Registries client = Clients.open()) {
      RemoteRepository repository = repository(client, registry, TEAM);
      pushBlobs(repository);
      repository.push(IMAGE, V1);
      String entry =
          "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\""
              + IMAGE.digest()
              + "\",\"size\":"
              + IMAGE.bytes().length()
              + ",\"annotations\":{\"a\":\"1\"},\"x\":2}";
      Tag list = ReferrerLists.tagOf(IMAGE.digest());
      registry.addManifest(
          TEAM,
          list.value(),
          new Document(
              MediaType.OCI_INDEX,
              Bytes.utf8(
                  "{\"schemaVersion\":2,\"manifests\":["
                      + entry
                      + "],\"annotations\":{\"kept\":\"yes\"}}")));
      repository.push(artifactFor(IMAGE, "application/vnd.test.bill"));
      String text = registry.manifest(TEAM, list.value()).orElseThrow().bytes().utf8();
      assertTrue(text.contains(entry), text);
      assertTrue(text.contains("\"annotations\":{\"kept\":\"yes\"}"), text);
      assertTrue(text.contains("application/vnd.test.bill"), text);
    }
  }

  @Test
  void aManifestThatIsNoListIsNotOverwrittenByOne() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start(Setup.DEFAULT.with(Age.OLD));
        Registries client = Clients.open()) {
      RemoteRepository repository = repository(client, registry, TEAM);
      pushBlobs(repository);
      Tag list = ReferrerLists.tagOf(IMAGE.digest());
      repository.push(IMAGE, list);
      UnsupportedException e =
          assertThrows(
              UnsupportedException.class,
              () -> repository.push(artifactFor(IMAGE, "application/vnd.test.bill")));
      assertTrue(String.valueOf(e.getMessage()).contains("the tag " + list), e.getMessage());
      assertEquals(IMAGE, repository.manifest(list));
    }
  }

  @ParameterizedTest
  @EnumSource(Age.class)
  void whatBelongsToAManifestIsListedWhoeverKeepsTheList(Age age) throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start(Setup.DEFAULT.with(age));
        Registries client = Clients.open()) {
      RemoteRepository repository = repository(client, registry, TEAM);
      assertEquals(List.of(), repository.referrers(IMAGE.digest(), Optional.empty()));
      pushBlobs(repository);
      repository.push(IMAGE, V1);
      Document signature = artifactFor(IMAGE, "application/vnd.test.signature");
      Document bill = artifactFor(IMAGE, "application/vnd.test.bill");
      Optional<Digest> kept = age == Age.CURRENT ? Optional.of(IMAGE.digest()) : Optional.empty();
      assertEquals(new PushedManifest(signature.digest(), kept), repository.push(signature));
      repository.push(bill);
      repository.push(bill);
      List<Referrer> all = repository.referrers(IMAGE.digest(), Optional.empty());
      assertEquals(2, all.size());
      List<Referrer> bills =
          repository.referrers(
              IMAGE.digest(), Optional.of(new MediaType("application/vnd.test.bill")));
      assertEquals(
          List.of(bill.digest()), bills.stream().map(one -> one.manifest().digest()).toList());
      assertEquals(
          age == Age.OLD,
          registry.manifest(TEAM, ReferrerLists.tagOf(IMAGE.digest()).value()).isPresent());
      assertEquals(List.of(), registry.complaints());
    }
  }

  @Test
  void aTagIsDeletedAndItsManifestStays() throws IOException {
    try (EmbeddedRegistry registry = Clients.filled();
        Registries client = Clients.open()) {
      registry.addManifest(TEAM, "v2", IMAGE);
      RemoteRepository repository = repository(client, registry, TEAM);
      assertEquals(
          new TagDeletion(IMAGE.digest(), TagDeletion.Aftermath.STAYS), repository.delete(V1));
      assertEquals(List.of(new Tag("v2")), repository.tags());
      assertThrows(NotFoundException.class, () -> repository.delete(V1));
    }
  }

  @Test
  void aRegistryThatTakesTheManifestAlongIsFoundOut() throws IOException {
    try (EmbeddedRegistry registry = Clients.filled();
        Registries client = Clients.open()) {
      RemoteRepository repository = repository(client, registry, TEAM);
      registry.misbehave(
          new Fault.Refuse(404, "MANIFEST_UNKNOWN", "manifest unknown"),
          request ->
              request.method().equals("HEAD") && request.path().contains("/manifests/sha256:"),
          1);
      assertEquals(
          new TagDeletion(IMAGE.digest(), TagDeletion.Aftermath.GONE), repository.delete(V1));
    }
  }

  @Test
  void whereATagCannotBeDeletedAloneTheManifestIsNotTouched() throws IOException {
    try (EmbeddedRegistry registry = Clients.filled(Setup.DEFAULT.with(Age.OLD));
        Registries client = Clients.open()) {
      RemoteRepository repository = repository(client, registry, TEAM);
      UnsupportedException e =
          assertThrows(UnsupportedException.class, () -> repository.delete(V1));
      assertEquals(
          "deleting tag v1 in "
              + registry.host()
              + "/team/app: digest invalid: provided digest did not match: the registry cannot"
              + " delete a tag alone, only the manifest "
              + IMAGE.digest()
              + " with every tag of it",
          e.getMessage());
      assertEquals(IMAGE, repository.manifest(V1));
      repository.delete(IMAGE.digest());
      assertThrows(NotFoundException.class, () -> repository.manifest(V1));
      assertThrows(NotFoundException.class, () -> repository.delete(IMAGE.digest()));
    }
  }

  @Test
  void aRegistryThatDoesNotDeleteSaysSo() throws IOException {
    try (EmbeddedRegistry registry = Clients.filled();
        Registries client = Clients.open()) {
      registry.misbehave(
          new Fault.Refuse(405, "UNSUPPORTED", "The operation is unsupported."),
          request -> request.method().equals("DELETE"),
          Integer.MAX_VALUE);
      RemoteRepository repository = repository(client, registry, TEAM);
      assertThrows(UnsupportedException.class, () -> repository.delete(V1));
      UnsupportedException e =
          assertThrows(UnsupportedException.class, () -> repository.delete(IMAGE.digest()));
      assertTrue(
          String.valueOf(e.getMessage()).endsWith("have its operator allow it"), e.getMessage());
    }
  }

  @Test
  void deletingAsksForTheRightToDelete() throws IOException {
    try (EmbeddedRegistry registry =
            Clients.filled(
                Setup.DEFAULT.with(
                    new Access.Tokens("jane", "hunter2", Access.Anonymous.NOTHING, 300)));
        Registries client = Clients.open()) {
      repository(client, registry, TEAM).delete(IMAGE.digest());
      LoggedRequest token = registry.log("/token").getLast();
      assertTrue(
          URLDecoder.decode(token.query(), StandardCharsets.UTF_8)
              .contains("scope=repository:team/app:pull,delete"),
          token::toString);
    }
  }
}
