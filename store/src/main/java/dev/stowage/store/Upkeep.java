package dev.stowage.store;

import dev.stowage.model.CheckLevel;
import dev.stowage.model.Finding;
import dev.stowage.model.LayerId;
import dev.stowage.model.Repair;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Consumer;

/// The look at a whole store, and what mends it, while others use it.
public final class Upkeep {
  private final Store store;
  private final Workshop workshop;

  Upkeep(Store store, Workshop workshop) {
    this.store = store;
    this.workshop = workshop;
  }

  /// Everything that is not as it should be.
  ///
  /// @param unused for how long nothing may have used a layer before it counts as left over
  public List<Finding> check(CheckLevel level, Duration unused) throws IOException {
    return workshop.inspector().look(level, unused, new HashSet<>()).findings();
  }

  /// Mends what can be mended, and removes what cannot if that is asked for. Layers that are
  /// mounted stay as they are.
  ///
  /// @param told of each, when it is done
  /// @return what became of each harmful finding
  public List<Repair> repair(
      CheckLevel level, Repair.Mode mode, Repair.Lost lost, Supply supply, Consumer<Repair> told)
      throws IOException {
    return new Mending(store, workshop, supply, level, mode, told).run(lost);
  }

  /// Removes what belongs to nothing.
  ///
  /// @return what was removed, or would be, with the room it took
  public List<Finding> reclaim(Duration unused, Repair.Mode mode) throws IOException {
    List<Finding> leftovers = new ArrayList<>();
    for (Finding finding : check(CheckLevel.INDEX, unused)) {
      if (!finding.harmful()) {
        leftovers.add(finding);
      }
    }
    return mode == Repair.Mode.PLANNED ? leftovers : removed(leftovers);
  }

  private List<Finding> removed(List<Finding> leftovers) throws IOException {
    List<Finding> removed = new ArrayList<>();
    Layout layout = workshop.layout();
    try (Trash trash = new Trash(workshop.disk(), layout);
        Locks locks = Locks.toWrite(workshop.disk(), workshop.groups(), Scope.ALL)) {
      Strays.Known known =
          Strays.Known.of(workshop.groups().load(workshop.disk(), locks, List.of()));
      Usage usage = Usage.of(Snapshot.EMPTY);
      for (Finding finding : leftovers) {
        Path path = Path.of(finding.place());
        Path root = path.startsWith(layout.imageRoot()) ? layout.imageRoot() : layout.graphRoot();
        if (finding.fault() != Finding.Fault.UNUSED_LAYER
            && !known.has(new Strays.Stray(finding.fault(), root, finding.id(), path, ""))
            && (finding.fault() != Finding.Fault.STRAY_LAYER
                || !usage.holds(new LayerId(finding.id()), java.util.Set.of()))) {
          trash.take(root, path);
          removed.add(finding);
        }
      }
    }
    removed.addAll(unusedRemoved(leftovers));
    return removed;
  }

  /// Removes unused layers, those first that nothing stands on.
  private List<Finding> unusedRemoved(List<Finding> leftovers) throws IOException {
    List<Finding> left = new ArrayList<>();
    for (Finding finding : leftovers) {
      if (finding.fault() == Finding.Fault.UNUSED_LAYER) {
        left.add(finding);
      }
    }
    if (left.isEmpty()) {
      return left;
    }
    return store.write(
        Scope.ALL,
        edit -> {
          List<Finding> removed = new ArrayList<>();
          boolean more = true;
          while (more) {
            more = false;
            for (Finding finding : List.copyOf(left)) {
              LayerId id = new LayerId(finding.id());
              boolean free =
                  edit.now().layer(id).isPresent()
                      && edit.now().childrenOf(id).isEmpty()
                      && edit.now().imagesOnTop(id).isEmpty()
                      && edit.now().writerOf(id).isEmpty()
                      && edit.now().mountOf(id).isEmpty();
              if (free) {
                edit.removeLayer(id);
                left.remove(finding);
                removed.add(finding);
                more = true;
              }
            }
          }
          return removed;
        });
  }
}
