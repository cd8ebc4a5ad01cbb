package dev.stowage.trust;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Bytes;
import dev.stowage.model.Document;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MediaType;
import dev.stowage.model.Reference;
import dev.stowage.model.Secret;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever stands where a signature, a key or a promise should be: it is read or refused, and
/// nothing else happens.
final class HostileSignaturesTest {
  private static final int ROUNDS = 600;
  private static final Document MANIFEST =
      new Document(MediaType.OCI_MANIFEST, Bytes.utf8("{\"schemaVersion\":2}"));

  private interface Reader {
    void read(Bytes input) throws MalformedException;
  }

  private static byte[] changed(byte[] seed, Random random) {
    byte[] changed = seed.clone();
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(changed.length);
      switch (random.nextInt(4)) {
        case 0 -> changed[at] = (byte) random.nextInt(256);
        case 1 -> changed[at] = (byte) 0xff;
        case 2 -> changed = java.util.Arrays.copyOf(changed, Math.max(1, at));
        default -> changed[at] ^= (byte) (1 << random.nextInt(8));
      }
    }
    return changed;
  }

  private static void fuzz(Bytes seed, Reader reader) throws MalformedException {
    reader.read(seed);
    Random random = new Random(20261123);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      try {
        reader.read(Bytes.owning(changed(seed.toArray(), random)));
      } catch (MalformedException expected) {
        refused++;
      }
    }
    assertTrue(refused > ROUNDS / 20, "refused: " + refused);
  }

  @Test
  void openPgpMessagesAndKeys() throws Exception {
    TestKey key = TestKey.make("a@example.org", Secret.of(""), Duration.ZERO);
    Bytes message =
        SimpleSigner.withKey(key.secret(), Optional.empty())
            .sign(MANIFEST, Reference.parse("a.example/b:1"))
            .message();
    OpenPgpKeys keys = OpenPgpKeys.of(List.of(key.armored()), Instant.now());
    fuzz(message, keys::verify);
    fuzz(
        key.armored(),
        changed -> {
          OpenPgpKeys read = OpenPgpKeys.of(List.of(changed), Instant.now());
          assertTrue(read.fingerprints().size() <= 1);
        });
    fuzz(
        key.secret(),
        changed -> {
          OpenPgpKeys read = OpenPgpKeys.of(List.of(changed), Instant.now());
          // A key that was changed does not go by the name of the unchanged one.
          for (String fingerprint : read.fingerprints()) {
            assertTrue(fingerprint.equals(key.fingerprint()));
          }
        });
  }

  @Test
  void storedSignaturesClaimsAndPromises() throws Exception {
    SigstoreKeyPair pair = SigstoreKeyPair.generate(Secret.of("p"));
    ImageSignature.Sigstore signature =
        SigstoreSigner.withKey(pair.privateKey(), Secret.of("p"))
            .sign(MANIFEST, Reference.parse("a.example/b:1"));
    TestLog log = TestLog.make();
    String promise = log.promise(signature, pair.publicKey(), signature.payload(), Instant.now());
    String text = signature.annotations().get(ImageSignature.Sigstore.SIGNATURE);
    fuzz(signature.stored(), stored -> verified(stored, pair));
    fuzz(signature.payload(), payload -> Claim.parse(payload, Claim.Kind.SIGSTORE));
    fuzz(
        Bytes.utf8(promise),
        changed ->
            RekorEntry.verify(
                List.of(log.keys().getPublic()),
                changed,
                pair.publicKey(),
                String.valueOf(text),
                signature.payload()));
    fuzz(pair.publicKey(), PublicKeys::parse);
    fuzz(TestAuthority.root("r").certificate(), Certificates::leaf);
  }

  private static void verified(Bytes stored, SigstoreKeyPair pair) throws MalformedException {
    if (ImageSignature.parse(stored) instanceof ImageSignature.Sigstore read) {
      Requirement.SigstoreSigned requirement =
          new Requirement.SigstoreSigned(
              new Requirement.SigstoreRoot.Keys(new KeyMaterial.Inline(List.of(pair.publicKey()))),
              Optional.empty(),
              new IdentityMatch.SameRepository());
      try {
        Claim claim = SigstoreVerifier.of(requirement, Instant.now()).verify(read);
        assertTrue(claim.manifest().equals(MANIFEST.digest()), claim.toString());
      } catch (MalformedException e) {
        throw e;
      } catch (IOException e) {
        throw new AssertionError("keys that stand inline are always there", e);
      }
    }
  }
}
