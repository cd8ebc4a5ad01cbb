package dev.stowage.transfer.seal;

import dev.stowage.model.MalformedException;
import dev.stowage.model.UnsupportedException;
import java.nio.file.Path;

/// One for whom layers are encrypted: the file of a public key.
public record EncryptionKey(Path file) {

  /// Reads `jwe:<file of a public key>`.
  ///
  /// @throws UnsupportedException for other ways to wrap a key
  public static EncryptionKey parse(String text) throws MalformedException, UnsupportedException {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new MalformedException("invalid recipient format: \"" + text + "\", wanted jwe:FILE");
    }
    String protocol = text.substring(0, colon);
    return switch (protocol) {
      case "jwe" -> new EncryptionKey(Path.of(text.substring(colon + 1)));
      case "pgp", "pkcs7", "provider", "pkcs11" ->
          throw new UnsupportedException(
              "encrypting with " + protocol + " keys is not supported, jwe is (" + text + ")");
      default -> throw new MalformedException("provided protocol not recognized: " + text);
    };
  }
}
