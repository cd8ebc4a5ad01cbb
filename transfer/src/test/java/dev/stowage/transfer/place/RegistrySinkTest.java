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
import dev.stowage.model.Reference;
import dev.stowage.model.Repository;
import dev.stowage.registry.ClientSettings;
import dev.stowage.registry.Registries;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.LoggedRequest;
import dev.stowage.testkit.TestImage;
import dev.stowage.transfer.Part;
import dev.stowage.transfer.Reused;
import dev.stowage.transfer.Standing;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RegistrySinkTest {
  private static final TestImage IMAGE =
      ImageGenerator.oci().randomLayer("a", 30_000, 1).randomLayer("b", 1000, 2).build();

  private static RegistrySink sink(Registries client, EmbeddedRegistry registry, String name)
      throws IOException {
    Reference reference = Reference.parse(registry.host() + "/" + name);
    return new RegistrySink(
        client.repository(
            Endpoint.of(reference).with(RegistryEntry.Security.INSECURE),
            new Credentials.Anonymous()),
        reference,
        RegistrySignatures.NONE);
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
      assertEquals(
          Optional.of(new Reused(layer.descriptor(), Reused.Means.MOUNTED)), sink.reuse(known));
      assertEquals(Optional.of(Reused.present(layer)), sink.reuse(layer));
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
      assertEquals(
          Optional.of(Reused.present(from.withDescriptor(made))),
          sink.reuse(from.withDescriptor(made)));
    }
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
