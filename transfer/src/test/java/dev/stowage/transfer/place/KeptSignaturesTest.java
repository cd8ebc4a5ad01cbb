package dev.stowage.transfer.place;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.config.Endpoint;
import dev.stowage.config.RegistryEntry;
import dev.stowage.config.Surroundings;
import dev.stowage.model.Bytes;
import dev.stowage.model.Credentials;
import dev.stowage.model.Digest;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.Reference;
import dev.stowage.model.UnsupportedException;
import dev.stowage.registry.ClientSettings;
import dev.stowage.registry.Registries;
import dev.stowage.registry.RemoteRepository;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.trust.SignaturePlaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeptSignaturesTest {
  private static final Digest MANIFEST = Digest.of(Bytes.utf8("manifest"));
  private static final ImageSignature.Simple SIMPLE =
      new ImageSignature.Simple(Bytes.owning(new byte[] {(byte) 0xa3, 1}));
  private static final ImageSignature.Simple SECOND =
      new ImageSignature.Simple(Bytes.owning(new byte[] {(byte) 0xa3, 2}));

  @TempDir Path directory;
  private EmbeddedRegistry registry;
  private Registries client;

  @BeforeEach
  void open() throws IOException {
    registry = EmbeddedRegistry.start();
    client = new Registries(ClientSettings.DEFAULT);
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    registry.close();
  }

  private static ImageSignature.Sigstore sigstore(String text) {
    return new ImageSignature.Sigstore(
        ImageSignature.Sigstore.TYPE, Bytes.utf8(text), Map.of("a", "1", "b", text));
  }

  private KeptSignatures kept(String config) throws IOException {
    Files.writeString(
        directory.resolve("a.yaml"), config.replace("LOOK", look().toUri().toString()));
    RemoteRepository repository =
        client.repository(
            Endpoint.of(Reference.parse(registry.host() + "/team/app:1"))
                .with(RegistryEntry.Security.INSECURE),
            new Credentials.Anonymous());
    return new KeptSignatures(
        repository,
        () -> SignaturePlaces.read(Surroundings.ofThisProcess(), Optional.of(directory)));
  }

  private Path look() {
    return directory.resolve("look");
  }

  @Test
  void simpleSignaturesLieBesideTheRegistryWithoutGaps() throws IOException {
    KeptSignatures kept = kept("default-docker: {lookaside: 'LOOK'}");
    assertEquals(List.of(), kept.of(MANIFEST));
    kept.put(MANIFEST, List.of(SIMPLE, SECOND));
    Path place = look().resolve("team/app@sha256=" + MANIFEST.hex());
    assertEquals(SIMPLE.message(), Bytes.owning(Files.readAllBytes(place.resolve("signature-1"))));
    assertEquals(List.of(SIMPLE, SECOND), kept.of(MANIFEST));
    kept.put(MANIFEST, List.of(SECOND));
    assertEquals(List.of(SECOND), kept.of(MANIFEST));
  }

  @Test
  void whatIsWrittenGoesToTheStagingPlace() throws IOException {
    KeptSignatures kept =
        kept("default-docker: {lookaside: 'http://127.0.0.1:1/x', lookaside-staging: 'LOOK'}");
    kept.put(MANIFEST, List.of(SIMPLE));
    assertTrue(Files.exists(look().resolve("team/app@sha256=" + MANIFEST.hex() + "/signature-1")));
    UnsupportedException refused =
        assertThrows(
            UnsupportedException.class,
            () ->
                kept("default-docker: {lookaside: 'http://127.0.0.1:1/x'}")
                    .put(MANIFEST, List.of(SIMPLE)));
    assertTrue(
        String.valueOf(refused.getMessage())
            .endsWith(" is not supported. Configure a lookaside-staging: location"));
  }

  @Test
  void sigstoreSignaturesAreAttachedBesideThoseThatAreThere() throws IOException {
    KeptSignatures kept =
        kept("default-docker: {lookaside: 'LOOK', use-sigstore-attachments: true}");
    kept.put(MANIFEST, List.of(SIMPLE, sigstore("one")));
    kept.put(MANIFEST, List.of(sigstore("two"), sigstore("one")));
    assertEquals(List.of(SIMPLE, sigstore("one"), sigstore("two")), kept.of(MANIFEST));
    assertTrue(registry.manifest("team/app", "sha256-" + MANIFEST.hex() + ".sig").isPresent());
    assertEquals(List.of(), registry.complaints());
  }

  @Test
  void sigstoreSignaturesThatAreNotToBeAttachedAreNotLeftOutSilently() throws IOException {
    KeptSignatures kept = kept("default-docker: {lookaside: 'LOOK'}");
    UnsupportedException refused =
        assertThrows(
            UnsupportedException.class, () -> kept.put(MANIFEST, List.of(sigstore("one"))));
    assertTrue(
        String.valueOf(refused.getMessage())
            .startsWith("writing sigstore attachments is disabled by configuration: say"));
  }
}
