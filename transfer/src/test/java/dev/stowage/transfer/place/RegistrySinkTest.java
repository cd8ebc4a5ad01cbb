package dev.stowage.transfer.place;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.config.Endpoint;
import dev.stowage.config.RegistryEntry;
import dev.stowage.model.Bytes;
import dev.stowage.model.Credentials;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.Manifest;
import dev.stowage.model.MediaType;
import dev.stowage.model.MismatchException;
import dev.stowage.model.Platform;
import dev.stowage.model.PlatformChoice;
import dev.stowage.model.Reference;
import dev.stowage.model.Repository;
import dev.stowage.model.UnsupportedException;
import dev.stowage.registry.ClientSettings;
import dev.stowage.registry.Registries;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.Fault;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.LoggedRequest;
import dev.stowage.testkit.TestImage;
import dev.stowage.transfer.Copied;
import dev.stowage.transfer.Copier;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.Part;
import dev.stowage.transfer.Reused;
import dev.stowage.transfer.Standing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistrySinkTest {
  private static final TestImage IMAGE =
      ImageGenerator.oci().randomLayer("a", 30_000, 1).randomLayer("b", 1000, 2).build();

  private static final CopyOptions OPTIONS =
      CopyOptions.of(PlatformChoice.of(new Platform("linux", "amd64", "")));

  private static RegistrySink sink(Registries client, EmbeddedRegistry registry, String name)
      throws IOException {
    Reference reference = Reference.parse(registry.host() + "/" + name);
    return new RegistrySink(
        client.repository(
            Endpoint.of(reference).with(RegistryEntry.Security.INSECURE),
            new Credentials.Anonymous()),
        reference,
        new NoSignatures());
  }

  private static void putParts(RegistrySink sink) throws IOException {
    ImageManifest manifest = (ImageManifest) Manifest.parse(IMAGE.manifest());
    for (Bytes blob : IMAGE.blobs()) {
      boolean config = Digest.of(blob).equals(manifest.config().digest());
      Descriptor descriptor =
          new Descriptor(
              config ? MediaType.OCI_CONFIG : MediaType.OCI_LAYER_GZIP,
              Digest.of(blob),
              blob.length());
      sink.put(config ? Part.config(descriptor) : Part.layer(descriptor, 0), blob.stream());
    }
  }

  @Test
  void anImageIsSeenAtTheCommitAndNotBefore() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Registries client = new Registries(ClientSettings.DEFAULT);
        RegistrySink sink = sink(client, registry, "team/app:v1")) {
      putParts(sink);
      sink.putManifest(IMAGE.manifest(), Standing.ALONE, List.of());
      assertEquals(Optional.empty(), registry.manifest("team/app", "v1"));
      sink.commit();
      assertEquals(Optional.of(IMAGE.manifest()), registry.manifest("team/app", "v1"));
      assertEquals(List.of(), registry.complaints());
    }
  }

  @Test
  void aBlobThatIsNowhereAnyMoreIsAskedForAFewTimesOnly() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Registries client = new Registries(ClientSettings.DEFAULT);
        RegistrySink sink = sink(client, registry, "team/app:v1")) {
      List<Repository> origins = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        origins.add(new Repository(registry.host(), "team/gone-" + i));
      }
      Part layer = Part.layer(IMAGE.layerDescriptors().getFirst(), 0).withOrigins(origins);
      assertEquals(Optional.empty(), sink.reuse(layer));
      assertEquals(
          5, registry.log().stream().filter(each -> each.query().contains("mount=")).count());
      assertEquals(0, registry.openUploads("team/app"));
    }
  }

  @Test
  void whatIsThereIsReusedAndWhatLiesInAnotherRepositoryIsMounted() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Registries client = new Registries(ClientSettings.DEFAULT);
        RegistrySink sink = sink(client, registry, "team/app:v1")) {
      registry.addImage("team/base", "v1", IMAGE);
      Part layer = Part.layer(IMAGE.layerDescriptors().getFirst(), 0);
      assertEquals(Optional.empty(), sink.reuse(layer));
      Part known =
          layer.withOrigins(
              List.of(
                  new Repository("elsewhere.example", "team/base"),
                  new Repository(registry.host(), "team/base")));
      assertEquals(Optional.of(Reused.MOUNTED), sink.reuse(known));
      assertEquals(Optional.of(Reused.PRESENT), sink.reuse(layer));
      assertEquals(
          1, registry.log().stream().map(LoggedRequest::query).filter(q -> !q.isEmpty()).count());
    }
  }

  @Test
  void contentOfUnknownDigestGetsItsDescriptor() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Registries client = new Registries(ClientSettings.DEFAULT);
        RegistrySink sink = sink(client, registry, "team/app:v1")) {
      Bytes content = Bytes.utf8("recompressed");
      Part from = Part.layer(IMAGE.layerDescriptors().getFirst(), 0);
      Descriptor made = sink.putNew(from, content.stream());
      assertEquals(Digest.of(content), made.digest());
      assertEquals(content.length(), made.size());
      assertEquals(from.descriptor().type(), made.type());
      assertEquals(Optional.of(Reused.PRESENT), sink.reuse(from.withDescriptor(made)));
    }
  }

  @TempDir Path directory;

  private Copied copy(RegistrySink sink, CopyOptions options) throws IOException {
    Path file =
        Archives.write(
            directory.resolve("a.tar"),
            Archives.oci(List.of(Archives.entry(IMAGE)), IMAGE).end().bytes());
    try (ImageSource source =
        Sources.open(Location.parse("oci-archive:" + file), Archives.access(directory))) {
      return Copier.copy(source, sink, options, Listener.NONE);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "415, UNSUPPORTED, no",
    "400, MANIFEST_INVALID, manifest invalid",
    "404, TAG_INVALID, manifest tag did not match URI",
    "405, UNSUPPORTED, Invalid JSON syntax"
  })
  void aManifestThatARegistryDoesNotKnowIsPutInTheWordsOfTheOtherFamily(
      int status, String code, String message) throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Registries client = new Registries(ClientSettings.DEFAULT);
        RegistrySink sink = sink(client, registry, "team/app:v1")) {
      registry.misbehave(new Fault.Refuse(status, code, message), RegistrySinkTest::puts, 1);
      Copied copied = copy(sink, OPTIONS);
      assertEquals(MediaType.DOCKER_MANIFEST, copied.manifest().type());
      assertEquals(Optional.of(copied.manifest()), registry.manifest("team/app", "v1"));
    }
  }

  @Test
  void whereNothingMayChangeTheRegistrysRefusalIsTold() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Registries client = new Registries(ClientSettings.DEFAULT);
        RegistrySink sink = sink(client, registry, "team/app:v1")) {
      registry.misbehave(
          new Fault.Refuse(400, "MANIFEST_INVALID", "no OCI here"), RegistrySinkTest::puts, 9);
      String told =
          String.valueOf(
              assertThrows(
                      UnsupportedException.class,
                      () -> copy(sink, OPTIONS.withDigests(CopyOptions.Digests.PRESERVED)))
                  .getMessage());
      assertTrue(told.startsWith("uploading manifest v1 to "), told);
      assertTrue(told.contains("no OCI here"), told);
      assertEquals(1, registry.log().stream().filter(RegistrySinkTest::puts).count());
    }
  }

  private static boolean puts(LoggedRequest request) {
    return request.method().equals("PUT") && request.path().contains("/manifests/");
  }

  @Test
  void anImageWithoutATagIsPutUnderItsDigest() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Registries client = new Registries(ClientSettings.DEFAULT);
        RegistrySink sink = sink(client, registry, "team/app")) {
      putParts(sink);
      sink.putManifest(IMAGE.manifest(), Standing.ALONE, List.of());
      sink.commit();
      assertTrue(registry.manifest("team/app", IMAGE.manifest().digest().toString()).isPresent());
    }
  }

  @Test
  void aDigestInTheNameHasToBeTheImages() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Registries client = new Registries(ClientSettings.DEFAULT);
        RegistrySink sink = sink(client, registry, "team/app@sha256:" + "0".repeat(64))) {
      putParts(sink);
      sink.putManifest(IMAGE.manifest(), Standing.ALONE, List.of());
      assertThrows(MismatchException.class, sink::commit);
    }
  }
}
