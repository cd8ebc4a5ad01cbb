package dev.stowage.linux;

import java.util.List;
import java.util.Optional;

/// What an overlay mount is made of: the kernel's `filesystems/overlayfs`.
///
/// Paths may be relative to the directory the mount is made from.
///
/// @param lower the read-only layers, the topmost first
/// @param writable where changes go; empty for a read-only mount
/// @param others further options as they stand, as `metacopy=on` or `context="..."`
public record OverlayOptions(List<String> lower, Optional<Writable> writable, List<String> others) {
  /// The kernel's limit of layers, and the format's.
  public static final int MAXIMUM_LAYERS = 500;

  public OverlayOptions {
    lower = List.copyOf(lower);
    others = List.copyOf(others);
    if (lower.isEmpty() || lower.size() > MAXIMUM_LAYERS) {
      throw new IllegalArgumentException(lower.size() + " layers in an overlay mount");
    }
  }

  /// The layer that takes the changes.
  ///
  /// @param work an empty directory on the same file system, for the kernel
  public record Writable(String upper, String work) {}

  /// The options as the kernel reads them.
  String text() {
    StringBuilder text = new StringBuilder("lowerdir=");
    for (int i = 0; i < lower.size(); i++) {
      if (i > 0) {
        text.append(':');
      }
      escape(lower.get(i), text);
    }
    if (writable.isPresent()) {
      escape(writable.get().upper(), text.append(",upperdir="));
      escape(writable.get().work(), text.append(",workdir="));
    }
    for (String other : others) {
      text.append(',').append(other);
    }
    return text.toString();
  }

  private static void escape(String path, StringBuilder into) {
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '\\' || c == ':' || c == ',') {
        into.append('\\');
      }
      into.append(c);
    }
  }
}
