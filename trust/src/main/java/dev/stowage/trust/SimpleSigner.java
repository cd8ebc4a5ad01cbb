package dev.stowage.trust;

import dev.stowage.config.Surroundings;
import dev.stowage.model.Bytes;
import dev.stowage.model.Document;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.Reference;
import dev.stowage.model.Secret;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/// Makes simple signatures with an OpenPGP key, which lies in gpg's keyring or in a file.
public final class SimpleSigner implements Signer {
  private static final String CREATOR = "stowage";

  /// Makes a signed message of a text.
  private interface Key {
    Bytes signed(Bytes text) throws IOException;
  }

  private final Key key;

  private SimpleSigner(Key key) {
    this.key = key;
  }

  /// Signs by calling gpg, which has the key in its keyring or at a card.
  ///
  /// @param key a fingerprint, or whatever gpg takes
  /// @param passphrase where gpg is not to ask for it
  public static SimpleSigner withGpg(
      Surroundings surroundings, String key, Optional<Secret> passphrase) throws IOException {
    if (passphrase.isPresent()) {
      Passphrases.oneLine(passphrase.get());
    }
    Gpg gpg = new Gpg(surroundings);
    return new SimpleSigner(text -> gpg.sign(text, key, passphrase));
  }

  /// Signs with a secret key as gpg exports it, without gpg.
  ///
  /// @param secretKey binary or armored
  public static SimpleSigner withKey(Bytes secretKey, Optional<Secret> passphrase)
      throws IOException {
    OpenPgpSecretKey opened = OpenPgpSecretKey.open(secretKey, passphrase);
    return new SimpleSigner(opened::signed);
  }

  /// The signature of a manifest under a name as it is written, which is not looked at.
  public ImageSignature.Simple sign(Document manifest, String name) throws IOException {
    Claim claim =
        new Claim(
            manifest.digest(),
            name,
            Optional.of(CREATOR),
            Optional.of(Instant.now().getEpochSecond()));
    return new ImageSignature.Simple(key.signed(claim.text(Claim.Kind.SIMPLE)));
  }

  @Override
  public ImageSignature.Simple sign(Document manifest, Reference name) throws IOException {
    return sign(manifest, Signer.signable(name).toString());
  }

  @Override
  public String progress() {
    return "Signing image using simple signing";
  }
}
