package dev.stowage.model;

/// Something asked for by name does not exist.
public final class NotFoundException extends StowageException {

  /// What kind of thing was looked for.
  public enum Kind {
    IMAGE("image not known"),
    LAYER("layer not known"),
    CONTAINER("container not known"),
    TAG("tag not known"),
    BLOB("blob not known"),
    MANIFEST("manifest not known"),
    MOUNT("not mounted"),
    FILE("no such file");

    private final String phrase;

    Kind(String phrase) {
      this.phrase = phrase;
    }

    /// The short phrase that the field's tools use for it.
    public String phrase() {
      return phrase;
    }
  }

  private final Kind kind;
  private final String name;

  public NotFoundException(Kind kind, String name) {
    this(kind, name, name + ": " + kind.phrase());
  }

  public NotFoundException(Kind kind, String name, String message) {
    super(message, null);
    this.kind = kind;
    this.name = name;
  }

  public Kind kind() {
    return kind;
  }

  /// The name as the caller gave it.
  public String name() {
    return name;
  }
}
