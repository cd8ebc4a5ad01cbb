package dev.stowage.engine;

import dev.stowage.engine.RemovalPlan.Change;
import dev.stowage.model.ContainerId;
import dev.stowage.model.Event;
import dev.stowage.model.ImageId;
import dev.stowage.model.LayerId;
import dev.stowage.model.NotFoundException;
import dev.stowage.store.Edit;
import dev.stowage.store.ImageRecord;
import dev.stowage.store.Measured;
import dev.stowage.store.Scope;
import dev.stowage.store.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Makes the changes of names and images in the store, and tells of them.
final class Changes {
  private final Images images;
  private final Store store;
  private final Announcer announcer;

  Changes(Images images, Store store, Announcer announcer) {
    this.images = images;
    this.store = store;
    this.announcer = announcer;
  }

  Image tag(Image image, List<String> wanted) throws IOException {
    List<String> names = new ArrayList<>();
    for (String name : wanted) {
      names.add(Names.toAdd(name).toString());
    }
    Image changed =
        store.write(
            Scope.NAMES,
            edit -> {
              // One by one, so that the last given comes first, as if they were given one by one.
              for (String name : names) {
                ImageRecord _ = edit.addNames(image.id(), List.of(name));
              }
              return changed(edit, image);
            });
    for (String name : wanted) {
      announcer.changed(Event.Kind.TAG, image.id(), name);
    }
    return changed;
  }

  Image untag(Image image, List<String> unwanted) throws IOException {
    List<String> names = new ArrayList<>();
    for (String name : unwanted) {
      names.add(Names.toRemove(name).toString());
    }
    Image changed =
        store.write(
            Scope.NAMES,
            edit -> {
              List<String> present =
                  edit.now()
                      .image(image.id())
                      .orElseThrow(() -> Lookup.unknown(image.id().value()))
                      .names();
              for (String name : names) {
                if (!present.contains(name)) {
                  throw new NotFoundException(
                      NotFoundException.Kind.TAG, name, name + ": tag not known");
                }
              }
              ImageRecord _ = edit.removeNames(image.id(), names);
              return changed(edit, image);
            });
    for (String name : names) {
      announcer.changed(Event.Kind.UNTAG, image.id(), name);
    }
    return changed;
  }

  private Image changed(Edit edit, Image image) throws NotFoundException {
    View view = images.view(edit.now());
    ImageRecord record =
        edit.now().image(image.id()).orElseThrow(() -> Lookup.unknown(image.id().value()));
    return images.image(view, record);
  }

  /// Works out a removal on the locked store and carries it out.
  Removal remove(Planner planner) throws IOException {
    RemovalPlan plan = store.write(Scope.ALL, edit -> carryOut(edit, planner));
    announce(plan);
    return plan.removal();
  }

  /// Like [#remove], and measures what the disk gets back. The removal is worked out before the
  /// store is locked, and once more only if something has changed since.
  Removal removeAndMeasure(Planner planner) throws IOException {
    View early = images.view();
    RemovalPlan planned = planner.plan(early);
    Measured<RemovalPlan> done =
        store.writeAndMeasure(
            Scope.ALL,
            edit ->
                carryOut(edit, edit.now().hasRecordsOf(early.snapshot()) ? _ -> planned : planner));
    announce(done.result());
    return done.result().removal().withFreed(done.freed());
  }

  private static RemovalPlan carryOut(Edit edit, Planner planner) throws IOException {
    RemovalPlan made = planner.plan(new View(edit.now(), edit::imageData));
    for (Change change : made.changes()) {
      apply(edit, change);
    }
    return made;
  }

  private void announce(RemovalPlan plan) {
    for (RemovalPlan.Happening each : plan.happenings()) {
      announcer.happened(each.kind(), each.image(), each.name(), each.failure());
    }
  }

  /// Works out a removal.
  @FunctionalInterface
  interface Planner {
    RemovalPlan plan(View view) throws IOException;
  }

  private static void apply(Edit edit, Change change) throws IOException {
    if (change instanceof RemovalPlan.RemoveName(ImageId image, String name)) {
      ImageRecord _ = edit.removeNames(image, List.of(name));
    } else if (change instanceof RemovalPlan.RemoveContainer(ContainerId container)) {
      edit.removeContainer(container);
    } else if (change instanceof RemovalPlan.RemoveImage(ImageId image)) {
      List<LayerId> _ = edit.removeImage(image);
    }
  }
}
