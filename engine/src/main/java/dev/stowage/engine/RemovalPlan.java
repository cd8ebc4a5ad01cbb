package dev.stowage.engine;

import dev.stowage.model.ContainerId;
import dev.stowage.model.Event;
import dev.stowage.model.ImageId;
import java.util.List;
import java.util.Optional;

/// What a removal does to the store, worked out beforehand.
///
/// @param changes in the order to make them
/// @param removal what there is to tell once they are made
/// @param happenings the events, in order, still without their time
/// @param left what is left then
record RemovalPlan(
    List<Change> changes, Removal removal, List<Happening> happenings, Survivors left) {

  /// What there is to tell where nothing is done, with the bytes that the records say would go.
  Removal shown(View view) {
    return removal.withFreed(Freed.bytes(view.snapshot(), left));
  }

  /// One change of the store.
  sealed interface Change {}

  record RemoveName(ImageId image, String name) implements Change {}

  record RemoveContainer(ContainerId container) implements Change {}

  record RemoveImage(ImageId image) implements Change {}

  /// An event without its time.
  record Happening(Event.Kind kind, ImageId image, String name, Optional<String> failure) {}
}
