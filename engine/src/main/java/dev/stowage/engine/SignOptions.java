package dev.stowage.engine;

import dev.stowage.model.Secret;
import dev.stowage.transfer.RegistryAccess;
import java.nio.file.Path;
import java.util.Optional;

/// How an image is signed where it lies.
///
/// @param key what it is signed with
/// @param passphrase of the key, where gpg is not to ask for it
/// @param directory where the signature is put; where `registries.d` says if it is empty
/// @param depth what of an index is signed
/// @param access how registries are talked to
public record SignOptions(
    Key key,
    Optional<Secret> passphrase,
    Optional<Path> directory,
    Depth depth,
    RegistryAccess access) {

  /// An OpenPGP key.
  public sealed interface Key {

    /// One of gpg's keyring: a fingerprint, or whatever gpg takes.
    record OfGpg(String name) implements Key {}

    /// An exported secret key.
    record InFile(Path file) implements Key {}
  }

  /// What of an index is signed.
  public enum Depth {
    /// The index itself.
    NAMED,
    /// Each image that it lists.
    INSTANCES
  }

  /// Signs what is named, and puts the signature where `registries.d` says.
  public static SignOptions with(Key key) {
    return new SignOptions(
        key, Optional.empty(), Optional.empty(), Depth.NAMED, RegistryAccess.DEFAULT);
  }

  public SignOptions withPassphrase(Secret wanted) {
    return new SignOptions(key, Optional.of(wanted), directory, depth, access);
  }

  public SignOptions withDirectory(Path wanted) {
    return new SignOptions(key, passphrase, Optional.of(wanted), depth, access);
  }

  public SignOptions withDepth(Depth wanted) {
    return new SignOptions(key, passphrase, directory, wanted, access);
  }

  public SignOptions withAccess(RegistryAccess wanted) {
    return new SignOptions(key, passphrase, directory, depth, wanted);
  }
}
