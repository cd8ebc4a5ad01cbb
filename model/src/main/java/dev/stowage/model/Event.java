package dev.stowage.model;

import java.time.Instant;
import java.util.Optional;

/// A change of an image that has happened, or an attempt that has failed.
///
/// @param image the image it happened to, where there is one
/// @param name the name it was done under; empty where there is none
/// @param failure why it failed, where it did
public record Event(
    Kind kind, Optional<ImageId> image, String name, Instant time, Optional<String> failure) {

  /// What happened.
  public enum Kind {
    PULL("pull"),
    PULL_ERROR("pull-error"),
    PUSH("push"),
    REMOVE("remove"),
    LOAD("loadfromarchive"),
    SAVE("save"),
    IMPORT("import"),
    /// An image was made here.
    BUILD("build"),
    TAG("tag"),
    UNTAG("untag"),
    MOUNT("mount"),
    UNMOUNT("unmount");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /// The word for it in Podman's event log.
    public String word() {
      return word;
    }
  }
}
