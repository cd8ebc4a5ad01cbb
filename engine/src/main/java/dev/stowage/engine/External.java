package dev.stowage.engine;

import dev.stowage.model.ContainerId;
import dev.stowage.store.Container;
import dev.stowage.store.Snapshot;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/// Which containers some other program than Podman made, by what their makers noted down in the
/// records: Podman the image and the name, CRI-O a pod besides, Buildah nothing, as it keeps its
/// notes elsewhere. Podman itself asks its own database, which only it can read.
final class External {
  private static final String NOTES_OF_CRIO = "\"pod-name\"";

  private External() {}

  static boolean is(Container container) {
    String notes = container.metadata();
    return notes.isEmpty() || notes.contains(NOTES_OF_CRIO);
  }

  static Predicate<ContainerId> judge(Snapshot snapshot) {
    Set<ContainerId> external = new HashSet<>();
    for (Container container : snapshot.containers()) {
      if (is(container)) {
        external.add(container.id());
      }
    }
    return external::contains;
  }
}
