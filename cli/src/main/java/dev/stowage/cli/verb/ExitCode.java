package dev.stowage.cli.verb;

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
}
