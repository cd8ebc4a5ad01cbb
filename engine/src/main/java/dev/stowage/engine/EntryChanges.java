package dev.stowage.engine;

import dev.stowage.model.Platform;
import java.util.List;
import java.util.Map;

/// What is to change of an entry of a list of manifests.
///
/// @param platform its empty parts stay as they are; a variant goes where an architecture comes
///   without one
/// @param features of the processor; none stay as they are
/// @param annotations in addition to those there are
public record EntryChanges(
    Platform platform, List<String> features, Map<String, String> annotations) {
  public static final EntryChanges NONE =
      new EntryChanges(ListEntry.NO_PLATFORM, List.of(), Map.of());

  public EntryChanges {
    features = List.copyOf(features);
    annotations = Map.copyOf(annotations);
  }

  public EntryChanges withPlatform(Platform wanted) {
    return new EntryChanges(wanted, features, annotations);
  }

  public EntryChanges withFeatures(List<String> wanted) {
    return new EntryChanges(platform, wanted, annotations);
  }

  public EntryChanges withAnnotations(Map<String, String> wanted) {
    return new EntryChanges(platform, features, wanted);
  }

  boolean concernPlatform() {
    return !platform.equals(ListEntry.NO_PLATFORM) || !features.isEmpty();
  }

  ListEntry of(ListEntry entry) {
    ListEntry changed = entry;
    if (!platform.equals(ListEntry.NO_PLATFORM)) {
      Platform before = entry.platform();
      boolean variant = !platform.architecture().isEmpty() || !platform.variant().isEmpty();
      changed =
          changed.withPlatform(
              new Platform(
                  platform.os().isEmpty() ? before.os() : platform.os(),
                  platform.architecture().isEmpty()
                      ? before.architecture()
                      : platform.architecture(),
                  variant ? platform.variant() : before.variant(),
                  platform.osVersion().isEmpty() ? before.osVersion() : platform.osVersion(),
                  platform.osFeatures().isEmpty() ? before.osFeatures() : platform.osFeatures()));
    }
    if (!features.isEmpty()) {
      changed = changed.withFeatures(features);
    }
    if (!annotations.isEmpty()) {
      Map<String, String> all = new java.util.HashMap<>(entry.descriptor().annotations());
      all.putAll(annotations);
      changed = changed.withAnnotations(all);
    }
    return changed;
  }
}
