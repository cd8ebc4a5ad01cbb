package dev.stowage.archive;

/// What the kernel lets this process do to a layer.
public enum Privilege {
  /// All: it is root on the host.
  FULL("trusted.overlay."),

  /// What root may do in a user namespace: no devices, no `trusted` or foreign `security`
  /// attributes.
  USER_NAMESPACE("user.overlay.");

  private final String overlayPrefix;

  Privilege(String overlayPrefix) {
    this.overlayPrefix = overlayPrefix;
  }

  /// What the names of the attributes begin with by which overlay keeps its own facts.
  public String overlayPrefix() {
    return overlayPrefix;
  }

  /// The attribute, with the value `y`, of a directory that hides what is beneath it.
  public String opaqueAttribute() {
    return overlayPrefix + "opaque";
  }
}
