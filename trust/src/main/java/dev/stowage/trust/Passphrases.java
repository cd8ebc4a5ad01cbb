package dev.stowage.trust;

import dev.stowage.model.Bytes;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Secret;
import java.io.IOException;

/// Passphrases of keys, as files hold them.
public final class Passphrases {
  private Passphrases() {}

  /// The first line of a file, as gpg reads it.
  public static Secret file(String file) throws IOException {
    Bytes content = KeyMaterial.file(file);
    String text = content.utf8();
    int end = text.indexOf('\n');
    return Secret.of(end < 0 ? text : text.substring(0, end));
  }

  /// Refuses what cannot be handed to gpg in one line.
  static void oneLine(Secret passphrase) throws MalformedException {
    if (passphrase.reveal().indexOf('\n') >= 0) {
      throw new MalformedException("invalid passphrase: must not contain a line break");
    }
  }
}
