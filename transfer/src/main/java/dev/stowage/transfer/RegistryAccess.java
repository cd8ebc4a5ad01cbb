package dev.stowage.transfer;

import dev.stowage.model.Credentials;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a caller says about talking to registries over the head of the machine's configuration.
///
/// @param credentials who is calling
/// @param tls whether the server has to prove its name
/// @param authFile the one auth file to read
/// @param certificates the one directory of certificates to use, in place of certs.d
/// @param signaturePlaces the one directory to read in place of `registries.d`
public record RegistryAccess(
    Credentials credentials,
    Tls tls,
    Optional<Path> authFile,
    Optional<Path> certificates,
    Optional<Path> signaturePlaces) {

  /// As the machine is configured.
  public static final RegistryAccess DEFAULT =
      new RegistryAccess(
          new Credentials.Ambient(),
          Tls.AS_CONFIGURED,
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  /// Whether the server has to prove its name.
  public enum Tls {
    /// As registries.conf says.
    AS_CONFIGURED,
    REQUIRED,
    /// No: any certificate will do, and plain HTTP too.
    NOT_VERIFIED
  }

  public RegistryAccess withCredentials(Credentials caller) {
    return new RegistryAccess(caller, tls, authFile, certificates, signaturePlaces);
  }

  public RegistryAccess withTls(Tls wanted) {
    return new RegistryAccess(credentials, wanted, authFile, certificates, signaturePlaces);
  }

  public RegistryAccess withAuthFile(Path file) {
    return new RegistryAccess(credentials, tls, Optional.of(file), certificates, signaturePlaces);
  }

  public RegistryAccess withCertificates(Path directory) {
    return new RegistryAccess(credentials, tls, authFile, Optional.of(directory), signaturePlaces);
  }

  public RegistryAccess withSignaturePlaces(Path directory) {
    return new RegistryAccess(credentials, tls, authFile, certificates, Optional.of(directory));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RegistryAccess access
        && access.tls == tls
        && access.authFile.equals(authFile)
        && access.certificates.equals(certificates)
        && access.signaturePlaces.equals(signaturePlaces)
        && Objects.equals(access.credentials, credentials);
  }

  @Override
  public int hashCode() {
    return Objects.hash(tls, authFile, certificates, signaturePlaces);
  }
}
