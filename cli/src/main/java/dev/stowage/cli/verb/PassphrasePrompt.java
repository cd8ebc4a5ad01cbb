package dev.stowage.cli.verb;

import dev.stowage.model.MalformedException;
import dev.stowage.model.Secret;
import java.io.Console;
import java.io.IOException;
import java.util.Optional;

/// Questions to whoever sits at the terminal.
final class PassphrasePrompt {
  private PassphrasePrompt() {}

  /// Asks for the passphrase of a key, without showing it.
  ///
  /// @throws MalformedException where there is no terminal to ask at
  static Secret passphrase(String key) throws IOException {
    Optional<Console> console = Optional.ofNullable(System.console());
    if (console.isEmpty() || !console.get().isTerminal()) {
      throw new MalformedException(
          "Cannot prompt for a passphrase for key "
              + key
              + ", standard input is not a TTY: name a file with it");
    }
    char[] answer = console.get().readPassword("Passphrase for key %s: ", key);
    if (answer == null) {
      throw new MalformedException("Error reading password: the input ended");
    }
    return Secret.of(new String(answer));
  }
}
