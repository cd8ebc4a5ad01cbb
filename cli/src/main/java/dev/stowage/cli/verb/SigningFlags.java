package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.config.Surroundings;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Reference;
import dev.stowage.model.Secret;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.Location;
import dev.stowage.trust.KeyMaterial;
import dev.stowage.trust.Passphrases;
import dev.stowage.trust.Signer;
import dev.stowage.trust.SigningParameters;
import dev.stowage.trust.SigstoreSigner;
import dev.stowage.trust.SimpleSigner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The flags of commands that sign what they copy, and what they mean.
final class SigningFlags {
  private static final char NONE = Flag.NO_SHORTHAND;

  private SigningFlags() {}

  /// The flags.
  static List<Flag> all() {
    return List.of(
        Flag.toggle("remove-signatures", NONE, "Discard any pre-existing signatures in the image"),
        Flag.text("sign-by", NONE, "Add a signature at the destination using the specified key"),
        Flag.text(
                "sign-by-sigstore",
                NONE,
                "Sign the image using a sigstore parameter file at `PATH`")
            .taking("PATH"),
        Flag.text(
                "sign-by-sigstore-private-key",
                NONE,
                "Sign the image using a sigstore private key at `PATH`")
            .taking("PATH"),
        Flag.text(
                "sign-passphrase-file", NONE, "Read a passphrase for signing an image from `PATH`")
            .taking("PATH"));
  }

  /// A command's own flags and these.
  static Flag[] with(Flag... own) {
    List<Flag> flags = new ArrayList<>(List.of(own));
    flags.addAll(all());
    return flags.toArray(new Flag[0]);
  }

  /// What becomes of signatures.
  ///
  /// @param identity the name that is signed, where the destination has one
  static CopyOptions.Signing signing(Call call, Optional<Reference> identity) throws IOException {
    return signing(call.words(), signers(call), identity);
  }

  /// What becomes of signatures of one of several images.
  ///
  /// @param signers who signs
  /// @param identity the name that is signed, where the destination has one
  static CopyOptions.Signing signing(
      Words words, List<Signer> signers, Optional<Reference> identity) throws IOException {
    CopyOptions.Signing kept =
        words.on("remove-signatures") ? CopyOptions.Signing.REMOVE : CopyOptions.Signing.KEEP;
    if (signers.isEmpty()) {
      return kept;
    }
    Reference name =
        identity.orElseThrow(
            () ->
                new MalformedException(
                    "Cannot determine canonical Docker reference for the destination: name it"
                        + " with --sign-identity"));
    List<CopyOptions.Signer> signing = new ArrayList<>();
    for (Signer signer : signers) {
      signing.add(
          manifest -> {
            try {
              return signer.sign(manifest, name);
            } catch (MalformedException e) {
              throw new MalformedException(
                  "creating signature: " + e.getMessage(), e.position(), e);
            }
          });
    }
    return kept.with(signing);
  }

  /// Whether a command line asks for a signature.
  static boolean sign(Words words) {
    return words.given("sign-by")
        || words.given("sign-by-sigstore")
        || words.given("sign-by-sigstore-private-key");
  }

  /// The name that an image is signed under: the chosen one, else the one it gets at its
  /// destination.
  static Optional<Reference> identity(Words words, Location destination) throws IOException {
    if (words.given("sign-identity")) {
      String text = words.text("sign-identity");
      try {
        Reference identity = Reference.parse(text);
        if (identity.toString().equals(text)) {
          return Optional.of(identity);
        }
      } catch (MalformedException e) {
        throw new MalformedException(
            "Could not parse --sign-identity: " + e.getMessage(), e.position(), e);
      }
      throw new MalformedException(
          "Could not parse --sign-identity: repository name must be canonical");
    }
    return destination instanceof Location.AtRegistry(Reference name)
        ? Optional.of(name)
        : destination instanceof Location.InLayout ? Optional.empty() : destination.localName();
  }

  /// Those whom the flags name.
  static List<Signer> signers(Call call) throws IOException {
    Words words = call.words();
    Surroundings surroundings = call.surroundings();
    String simple = words.text("sign-by");
    String key = words.text("sign-by-sigstore-private-key");
    String parameters = words.text("sign-by-sigstore");
    String passphraseFile = words.text("sign-passphrase-file");
    if (!passphraseFile.isEmpty() && !simple.isEmpty() && !key.isEmpty()) {
      throw new UsageException(
          "Only one of --sign-by and --sign-by-sigstore-private-key can be used with"
              + " --sign-passphrase-file");
    }
    List<Signer> signers = new ArrayList<>();
    if (!parameters.isEmpty()) {
      SigningParameters read = SigningParameters.read(surroundings.absolute(parameters).toString());
      Secret passphrase =
          read.passphraseFile().isPresent()
              ? Passphrases.file(surroundings.absolute(read.passphraseFile().get()).toString())
              : PassphrasePrompt.passphrase(read.keyFile());
      signers.add(sigstore(surroundings, read.keyFile(), passphrase));
    }
    if (!simple.isEmpty()) {
      signers.add(simple(call, simple, passphraseFile));
    }
    if (!key.isEmpty()) {
      Secret passphrase =
          passphraseFile.isEmpty()
              ? PassphrasePrompt.passphrase(key)
              : Passphrases.file(surroundings.absolute(passphraseFile).toString());
      signers.add(sigstore(surroundings, key, passphrase));
    }
    return signers;
  }

  private static SigstoreSigner sigstore(Surroundings surroundings, String key, Secret passphrase)
      throws IOException {
    String file = surroundings.absolute(key).toString();
    try {
      return SigstoreSigner.withKey(KeyMaterial.file(file), passphrase);
    } catch (MalformedException e) {
      throw new MalformedException(
          "initializing private key " + key + ": " + e.getMessage(), e.position(), e);
    }
  }

  /// One who signs with an OpenPGP key: of gpg, or of a file, whose path has a slash.
  static SimpleSigner simple(Call call, String key, String passphraseFile) throws IOException {
    Optional<Secret> passphrase =
        passphraseFile.isEmpty()
            ? Optional.empty()
            : Optional.of(
                Passphrases.file(call.surroundings().absolute(passphraseFile).toString()));
    return key.indexOf('/') >= 0
        ? SimpleSigner.withKey(
            KeyMaterial.file(call.surroundings().absolute(key).toString()), passphrase)
        : SimpleSigner.withGpg(call.surroundings(), key, passphrase);
  }
}
