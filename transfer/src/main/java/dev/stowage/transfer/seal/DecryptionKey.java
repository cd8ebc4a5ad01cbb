package dev.stowage.transfer.seal;

import dev.stowage.model.MalformedException;
import dev.stowage.model.UnsupportedException;
import java.nio.file.Path;

/// What layers are decrypted with: the file of a private key.
public record DecryptionKey(Path file) {

  /// Reads `[jwe:]<file of a private key>`.
  ///
  /// @throws UnsupportedException for a key that a pass phrase protects
  public static DecryptionKey parse(String text) throws MalformedException, UnsupportedException {
    String path = text.startsWith("jwe:") ? text.substring("jwe:".length()) : text;
    if (path.isEmpty()) {
      throw new MalformedException("a decryption key must name a file");
    }
    int colon = path.lastIndexOf(':');
    if (colon > 0) {
      throw new UnsupportedException(
          "private keys with a pass phrase are not supported: " + path.substring(0, colon));
    }
    return new DecryptionKey(Path.of(path));
  }
}
