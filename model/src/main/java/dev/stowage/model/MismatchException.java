package dev.stowage.model;

/// Content that is not what was promised: another digest, another size.
public final class MismatchException extends StowageException {
  private final String wanted;
  private final String got;

  /// @param subject what was compared, for example `blob sha256:… from registry.example`
  public MismatchException(String subject, String wanted, String got) {
    super(subject + ": wanted " + wanted + ", got " + got, null);
    this.wanted = wanted;
    this.got = got;
  }

  public String wanted() {
    return wanted;
  }

  public String got() {
    return got;
  }
}
