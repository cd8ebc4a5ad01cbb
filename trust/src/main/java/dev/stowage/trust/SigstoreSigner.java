package dev.stowage.trust;

import dev.stowage.model.Bytes;
import dev.stowage.model.Document;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.Reference;
import dev.stowage.model.Secret;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/// Makes sigstore signatures with a private key.
public final class SigstoreSigner implements Signer {
  private static final String CREATOR = "stowage";

  private final PrivateKey key;

  private SigstoreSigner(PrivateKey key) {
    this.key = key;
  }

  /// Opens a private key as cosign, skopeo and [SigstoreKeyPair] write it.
  public static SigstoreSigner withKey(Bytes encryptedKey, Secret passphrase) throws IOException {
    return new SigstoreSigner(SigstoreKeyPair.open(encryptedKey, passphrase));
  }

  @Override
  public ImageSignature.Sigstore sign(Document manifest, Reference name) throws IOException {
    Bytes payload =
        new Claim(
                manifest.digest(),
                Signer.signable(name).toString(),
                Optional.of(CREATOR),
                Optional.of(Instant.now().getEpochSecond()))
            .text(Claim.Kind.SIGSTORE);
    try {
      Signature signature = Signature.getInstance(PublicKeys.algorithm(key));
      signature.initSign(key);
      signature.update(payload.toArray());
      return new ImageSignature.Sigstore(
          ImageSignature.Sigstore.TYPE,
          payload,
          Map.of(
              ImageSignature.Sigstore.SIGNATURE,
              Base64.getEncoder().encodeToString(signature.sign())));
    } catch (GeneralSecurityException e) {
      throw new IOException("creating signature: " + e.getMessage(), e);
    }
  }

  @Override
  public String progress() {
    return "Signing image using a sigstore signature";
  }
}
