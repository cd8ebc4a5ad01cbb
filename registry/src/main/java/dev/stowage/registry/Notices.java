package dev.stowage.registry;

/// Hears what a registry wants its users to know.
public interface Notices {
  /// Lets everything pass unheard.
  Notices NONE = (_, _) -> {};

  /// A `Warning` of a registry, heard once for each text.
  void warned(String host, String text);
}
