package dev.stowage.transfer.place;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.MediaType;
import dev.stowage.model.MismatchException;
import dev.stowage.model.Reference;
import dev.stowage.model.RejectedException;
import dev.stowage.model.Secret;
import dev.stowage.transfer.ImageSource;
import dev.stowage.trust.ImageIdentity;
import dev.stowage.trust.Judge;
import dev.stowage.trust.Policy;
import dev.stowage.trust.SigstoreKeyPair;
import dev.stowage.trust.SigstoreSigner;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class GuardedSourceTest {
  private static final Secret PASSPHRASE = Secret.of("p");
  private static final SigstoreKeyPair KEYS = SigstoreKeyPair.generate(PASSPHRASE);
  private static final String NAME = "a.example/b:1";

  /// Not JSON at all: whoever parses it fails.
  private static final Document IMAGE =
      new Document(MediaType.OCI_MANIFEST, Bytes.utf8("an image"));

  private static final Document OTHER =
      new Document(MediaType.OCI_MANIFEST, Bytes.utf8("another image"));
  private static final Document INDEX = new Document(MediaType.OCI_INDEX, Bytes.utf8("an index"));
  private static final Descriptor BLOB =
      new Descriptor(MediaType.OCI_LAYER_GZIP, Digest.of(Bytes.utf8("x")), 1);

  /// A place that notes what it is asked for.
  private record Place(
      Document toplevel,
      Map<Digest, Document> instances,
      List<ImageSignature> signed,
      List<String> asked)
      implements ImageSource {
    @Override
    public Document manifest() {
      asked.add("manifest");
      return toplevel;
    }

    @Override
    public Document manifest(Digest instance) {
      asked.add("instance");
      return instances.getOrDefault(instance, toplevel);
    }

    @Override
    public InputStream blob(Descriptor blob) {
      asked.add("blob");
      return Bytes.utf8("x").stream();
    }

    @Override
    public List<ImageSignature> signatures(Digest manifest) {
      asked.add("signatures");
      return signed;
    }

    @Override
    public void close() {
      asked.add("close");
    }
  }

  private final List<String> asked = new ArrayList<>();

  private static ImageSignature signatureOf(Document manifest) throws IOException {
    return SigstoreSigner.withKey(KEYS.privateKey(), PASSPHRASE)
        .sign(manifest, Reference.parse(NAME));
  }

  private ImageSource guarded(
      Document toplevel, Map<Digest, Document> instances, ImageSignature... signed)
      throws IOException {
    return guarded(
        "{\"type\":\"sigstoreSigned\",\"keyData\":\""
            + Base64.getEncoder().encodeToString(KEYS.publicKey().toArray())
            + "\"}",
        toplevel,
        instances,
        signed);
  }

  private ImageSource guarded(
      String requirement,
      Document toplevel,
      Map<Digest, Document> instances,
      ImageSignature... signed)
      throws IOException {
    Policy policy = Policy.parse("p", Bytes.utf8("{\"default\":[" + requirement + "]}"));
    return new GuardedSource(
        new Place(toplevel, instances, List.of(signed), asked),
        ImageIdentity.inRegistry(Reference.parse(NAME)),
        new Judge(policy, Judge.Demand.AS_POLICY_SAYS));
  }

  @Test
  void anAcceptedImageIsHandedOutAndItsSignaturesAreReadOnce() throws IOException {
    try (ImageSource source = guarded(IMAGE, Map.of(), signatureOf(IMAGE))) {
      assertEquals(IMAGE, source.manifest());
      assertEquals(IMAGE, source.manifest());
      assertEquals(1, source.signatures(IMAGE.digest()).size());
      source.blob(BLOB).close();
    }
    assertEquals(List.of("manifest", "signatures", "manifest", "blob", "close"), asked);
  }

  @Test
  void aRefusedImageHandsOutNothing() throws IOException {
    try (ImageSource source = guarded(IMAGE, Map.of(), signatureOf(OTHER))) {
      RejectedException refused = assertThrows(RejectedException.class, source::manifest);
      assertEquals(
          "Source image rejected: Signature for digest "
              + OTHER.digest()
              + " does not match (p, default)",
          refused.getMessage());
      assertThrows(IllegalStateException.class, () -> source.blob(BLOB));
    }
    assertEquals(List.of("manifest", "signatures", "close"), asked);
  }

  @Test
  void aPolicyThatDemandsNoSignatureReadsNone() throws IOException {
    try (ImageSource source = guarded("{\"type\":\"insecureAcceptAnything\"}", IMAGE, Map.of())) {
      assertEquals(IMAGE, source.manifest());
    }
    assertEquals(List.of("manifest", "close"), asked);
  }

  @Test
  void ofAnIndexEachImageIsJudged() throws IOException {
    Map<Digest, Document> instances = Map.of(IMAGE.digest(), IMAGE, OTHER.digest(), OTHER);
    try (ImageSource source = guarded(INDEX, instances, signatureOf(IMAGE))) {
      assertEquals(INDEX, source.manifest());
      assertThrows(IllegalStateException.class, () -> source.blob(BLOB));
      assertEquals(IMAGE, source.manifest(IMAGE.digest()));
      assertThrows(RejectedException.class, () -> source.manifest(OTHER.digest()));
    }
  }

  @Test
  void aManifestThatIsNotTheOneAskedForIsRefusedBeforeItIsJudged() throws IOException {
    try (ImageSource source = guarded(INDEX, Map.of(OTHER.digest(), IMAGE))) {
      assertThrows(MismatchException.class, () -> source.manifest(OTHER.digest()));
    }
    assertEquals(List.of("instance", "close"), asked);
  }
}
