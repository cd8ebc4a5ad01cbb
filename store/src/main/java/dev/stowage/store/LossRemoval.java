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
/// What may still be brought back stays, and with it everything that it needs and that needs it.
final class LossRemoval {
  private final Store store;
  private final Repair.Mode mode;
  private final Repair.Lost how;

  LossRemoval(Store store, Repair.Mode mode, Repair.Lost how) {
    this.store = store;
    this.mode = mode;
    this.how = how;
  }

  /// @param repairs what was tried
  List<Repair> run(Inspector.Seen seen, Map<String, Repair> repairs) throws IOException {
    List<Finding> lost = new ArrayList<>();
    List<Finding> open = new ArrayList<>();
    List<Repair> told = new ArrayList<>();
    for (Finding finding : seen.findings()) {
      if (!finding.harmful()
          || finding.standing() != Finding.Standing.OWN
          || finding.fault() == Fault.TABLE) {
        continue;
      }
      Repair tried = repairs.get(Inspector.key(finding));
      if (tried == null) {
        open.add(finding);
        told.add(new Repair(finding, Result.LEFT, "it was not seen before: repair again"));
      } else if (tried.result() == Result.LEFT && tried.outlook() == Repair.Outlook.LOST) {
        lost.add(finding);
      } else {
        open.add(finding);
      }
    }
    if (lost.isEmpty()) {
      return told;
    }
    if (mode == Repair.Mode.PLANNED) {
      Held held = Held.of(open, lost, seen.now());
      for (Finding finding : lost) {
        told.add(
            held.has(finding)
                ? stays(finding)
                : Repair.lost(finding, "it would be removed with what needs it"));
      }
      return told;
    }
    told.addAll(store.write(Scope.ALL, edit -> remove(edit, lost, open)));
    return told;
  }

  private static Repair stays(Finding finding) {
    return new Repair(
        finding, Result.LEFT, "it stays, as what needs it, or a copy of it, may still be had");
  }

  private List<Repair> remove(Edit edit, List<Finding> lost, List<Finding> open)
      throws IOException {
    Held held = Held.of(open, lost, edit.now());
    List<Finding> findings = new ArrayList<>();
    List<Repair> told = new ArrayList<>();
    for (Finding finding : lost) {
      if (held.has(finding)) {
        told.add(stays(finding));
      } else {
        findings.add(finding);
      }
    }
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
      if (!image.readOnly() && Held.standsOn(image, layers, edit.now())) {
        images.add(image.id());
      }
    }
    if (how == Repair.Lost.REMOVED_WITH_CONTAINERS) {
      for (ImageId image : images) {
        edit.now().usersOf(image).forEach(user -> containers.add(user.id()));
      }
      containers.removeAll(held.containers());
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
            edit.now().layer(layer).filter(each -> !each.readOnly()).isPresent()
                && edit.now().childrenOf(layer).isEmpty()
                && edit.now().imagesOnTop(layer).isEmpty()
                && edit.now().writerOf(layer).isEmpty();
        if (free) {
          edit.removeLayer(layer);
          more = true;
        }
      }
    }
    told.addAll(told(edit.now(), findings, kept));
    return told;
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
              : Repair.lost(
                  finding,
                  kept.isEmpty() ? "something needs it" : kept.values().iterator().next()));
    }
    return told;
  }
}
