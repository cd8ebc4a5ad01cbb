package dev.stowage.model;

/// How closely a store is looked at. Each level does what those before it do.
public enum CheckLevel {
  /// The records fit together, and what they name is there.
  INDEX("index"),
  /// Manifests and configurations have the recorded sizes and digests.
  SIZES("sizes"),
  /// Every file of a layer is what the layer's archive says it is: kind, size, owner, mode, time.
  TAR_SPLIT("tar-split"),
  /// Every file has the content of the archive, and the archive has its digest.
  FULL("full");

  private final String word;

  CheckLevel(String word) {
    this.word = word;
  }

  /// What users call it.
  public String word() {
    return word;
  }

  public boolean atLeast(CheckLevel other) {
    return compareTo(other) >= 0;
  }
}
