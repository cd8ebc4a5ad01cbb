package dev.stowage.model;

/// How a layer is compressed, as the type of its descriptor says.
public enum LayerCompression {
  NONE("none"),
  GZIP("gzip"),
  ZSTD("zstd"),
  XZ("xz"),
  BZIP2("bzip2");

  private final String word;

  LayerCompression(String word) {
    this.word = word;
  }

  /// The word for it on command lines.
  public String word() {
    return word;
  }

  /// What a type says; [#NONE] where it names no compression. An encrypted layer's type says how it
  /// is compressed beneath.
  public static LayerCompression of(MediaType type) {
    String text = type.value();
    if (text.endsWith("+encrypted")) {
      text = text.substring(0, text.length() - "+encrypted".length());
    }
    if (text.endsWith("gzip")) {
      return GZIP;
    }
    return text.endsWith("zstd") ? ZSTD : NONE;
  }
}
