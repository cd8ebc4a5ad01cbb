package dev.stowage.config;

/// A value of the configuration together with where it came from.
public record Setting<T>(T value, Origin origin) {

  static <T> Setting<T> builtIn(T value) {
    return new Setting<>(value, Origin.BUILT_IN);
  }

  /// The value and, in brackets, its origin.
  @Override
  public String toString() {
    return value + " (" + origin + ")";
  }
}
