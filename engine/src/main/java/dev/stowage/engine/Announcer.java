package dev.stowage.engine;

import dev.stowage.model.Event;
import dev.stowage.model.ImageId;
import dev.stowage.transfer.Listener;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;

/// Tells a listener what has changed, and what the user should know.
final class Announcer {
  private final Listener listener;
  private final InstantSource clock;

  Announcer(Listener listener, InstantSource clock) {
    this.listener = listener;
    this.clock = clock;
  }

  void changed(Event.Kind kind, ImageId image, String name) {
    happened(kind, image, name, Optional.empty());
  }

  /// That nothing came of it.
  void failed(Event.Kind kind, String name, IOException failure) {
    tell(kind, Optional.empty(), name, Optional.of(String.valueOf(failure.getMessage())));
  }

  void happened(Event.Kind kind, ImageId image, String name, Optional<String> failure) {
    tell(kind, Optional.of(image), name, failure);
  }

  private void tell(
      Event.Kind kind, Optional<ImageId> image, String name, Optional<String> failure) {
    if (!listener.equals(Listener.NONE)) {
      listener.on(
          new Listener.Progress.Changed(new Event(kind, image, name, clock.instant(), failure)));
    }
  }

  void warn(String text) {
    listener.on(new Listener.Progress.Warned(text));
  }
}
