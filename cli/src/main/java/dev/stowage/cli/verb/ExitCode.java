package dev.stowage.cli.verb;

import dev.stowage.model.NotFoundException;

/// What the program tells the shell; the numbers are Podman's.
public final class ExitCode {
  public static final int DONE = 0;

  /// An image asked for is not there.
  public static final int NOT_KNOWN = 1;

  /// An image to remove is in use.
  public static final int IN_USE = 2;

  /// Anything else went wrong.
  public static final int FAILED = 125;

  private ExitCode() {}

  /// What a command that is Skopeo's or crane's tells the shell of a failure: 2 for an image that
  /// is not there, else 1.
  static int ofSkopeos(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof NotFoundException absent
          && (absent.kind() == NotFoundException.Kind.MANIFEST
              || absent.kind() == NotFoundException.Kind.IMAGE)) {
        return 2;
      }
    }
    return 1;
  }
}
