package dev.stowage.cli.grammar;

import java.io.IOException;

/// Words that do not make a command line; the message is for the user.
public final class UsageException extends IOException {
  public UsageException(String message) {
    super(message);
  }
}
