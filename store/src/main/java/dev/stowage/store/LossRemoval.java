package dev.stowage.store;

import dev.stowage.model.ContainerId;
import dev.stowage.model.Finding;
import dev.stowage.model.Finding.Fault;
import dev.stowage.model.ImageId;
import dev.stowage.model.LayerId;
import dev.stowage.model.Repair;
import dev.stowage.model.Repair.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Removes what nobody could bring back: containers if that is asked for, then images, then layers.
final class LossRemoval {
  private final Store store;
  private final Repair.Mode mode;
  private final Repair.Lost lost;

  LossRemoval(Store store, Repair.Mode mode, Repair.Lost lost) {
    this.store = store;
    this.mode = mode;
    this.lost = lost;
  }

  /// @param repairs what was tried; what is only mounted now is not lost
  List<Repair> run(Inspector.Seen seen, Map<String, Repair> repairs) throws IOException {
    List<Finding> findings = new ArrayList<>();
    for (Finding finding : seen.findings()) {
      Repair tried = repairs.get(Inspector.key(finding));
      if (finding.harmful()
          && finding.standing() == Finding.Standing.OWN
          && finding.fault() != Fault.TABLE
          && (tried == null
              || (tried.result() == Result.LEFT && !tried.text().startsWith("it is mounted")))) {
        findings.add(finding);
      }
    }
    if (findings.isEmpty()) {
      return List.of();
    }
    if (mode == Repair.Mode.PLANNED) {
      List<Repair> planned = new ArrayList<>();
      for (Finding finding : findings) {
        planned.add(new Repair(finding, Result.LEFT, "it would be removed with what needs it"));
      }
      return planned;
    }
    return store.write(Scope.ALL, edit -> remove(edit, findings));
  }

  private List<Repair> remove(Edit edit, List<Finding> findings) throws IOException {
    Set<LayerId> layers = new HashSet<>();
    Set<ImageId> images = new HashSet<>();
    Set<ContainerId> containers = new HashSet<>();
    for (Finding finding : findings) {
      switch (finding.subject()) {
        case LAYER -> layers.add(new LayerId(finding.id()));
        case IMAGE -> {
          if (!finding.item().startsWith("signature")) {
            images.add(new ImageId(finding.id()));
          }
        }
        case CONTAINER -> containers.add(new ContainerId(finding.id()));
        case STORE, LEFTOVER -> {
          // Neither is what nobody can bring back.
        }
      }
    }
    for (ImageRecord image : edit.now().images()) {
      if (!image.readOnly() && standsOn(image, layers, edit.now())) {
        images.add(image.id());
      }
    }
    if (lost == Repair.Lost.REMOVED_WITH_CONTAINERS) {
      for (ImageId image : images) {
        edit.now().usersOf(image).forEach(user -> containers.add(user.id()));
      }
      for (ContainerId container : containers) {
        if (edit.now().container(container).isPresent()) {
          edit.removeContainer(container);
        }
      }
    }
    Map<ImageId, String> kept = new java.util.HashMap<>();
    for (ImageId image : images) {
      Optional<ImageRecord> record = edit.now().image(image);
      if (record.isEmpty()) {
        continue;
      }
      List<Container> users = edit.now().usersOf(image);
      if (users.isEmpty()) {
        List<LayerId> _ = edit.removeImage(image);
      } else {
        kept.put(image, "container " + users.getFirst().id() + " uses it (see --force)");
      }
    }
    boolean more = true;
    while (more) {
      more = false;
      for (LayerId layer : layers) {
        boolean free =
            edit.now().layer(layer).isPresent()
                && edit.now().childrenOf(layer).isEmpty()
                && edit.now().imagesOnTop(layer).isEmpty()
                && edit.now().writerOf(layer).isEmpty();
        if (free) {
          edit.removeLayer(layer);
          more = true;
        }
      }
    }
    return told(edit.now(), findings, kept);
  }

  private static boolean standsOn(ImageRecord image, Set<LayerId> layers, Snapshot now) {
    Set<LayerId> seen = new HashSet<>();
    Optional<LayerId> next = image.topLayer();
    while (next.isPresent() && seen.add(next.get())) {
      if (layers.contains(next.get())) {
        return true;
      }
      next = now.layer(next.get()).flatMap(Layer::parent);
    }
    return false;
  }

  private static List<Repair> told(
      Snapshot after, List<Finding> findings, Map<ImageId, String> kept) {
    List<Repair> told = new ArrayList<>();
    for (Finding finding : findings) {
      boolean gone =
          switch (finding.subject()) {
            case LAYER ->
                after.layer(new LayerId(finding.id())).isEmpty()
                    && Mending.users(new LayerId(finding.id()), after).isEmpty();
            case IMAGE -> after.image(new ImageId(finding.id())).isEmpty();
            case CONTAINER -> after.container(new ContainerId(finding.id())).isEmpty();
            case STORE, LEFTOVER -> false;
          };
      told.add(
          gone
              ? new Repair(finding, Result.REMOVED, "removed with what needed it")
              : new Repair(
                  finding,
                  Result.LEFT,
                  kept.isEmpty() ? "something needs it" : kept.values().iterator().next()));
    }
    return told;
  }
}
