package dev.stowage.model;

/// The policy forbids it.
public final class RejectedException extends StowageException {
  private final String requirement;

  public RejectedException(String requirement, String message) {
    super(message, null);
    this.requirement = requirement;
  }

  /// The requirement that was not met, with the place it is written in.
  public String requirement() {
    return requirement;
  }
}
