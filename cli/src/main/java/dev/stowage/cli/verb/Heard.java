package dev.stowage.cli.verb;

import dev.stowage.cli.output.Log;
import dev.stowage.engine.EventLog;
import dev.stowage.model.Event;
import dev.stowage.transfer.Listener;
import java.io.IOException;
import java.util.Optional;

/// What one command does with what it is told: warnings go to the user, events to where Podman
/// keeps them.
final class Heard implements Listener {
  private final Call call;

  /// Absent before the first event, because most commands have none.
  private Optional<EventLog> events = Optional.empty();

  Heard(Call call) {
    this.call = call;
  }

  @Override
  public void on(Progress progress) {
    // Not a switch: one over types is linked at run time, which a short command feels.
    if (progress instanceof Progress.Warned(String text)) {
      call.log().say(Log.Level.WARN, text);
    } else if (progress instanceof Progress.Changed(Event event)) {
      call.log().say(Log.Level.DEBUG, "Event: " + event.kind().word() + " " + event.name());
      try {
        events().write(event);
      } catch (IOException e) {
        call.log().say(Log.Level.DEBUG, "the event is not kept: " + e.getMessage());
      }
    }
  }

  private synchronized EventLog events() throws IOException {
    if (events.isEmpty()) {
      events = Optional.of(EventsVerb.log(call));
    }
    return events.get();
  }
}
