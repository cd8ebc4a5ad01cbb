package dev.stowage.cli.verb;

import dev.stowage.cli.output.Human;
import dev.stowage.engine.Removal;
import dev.stowage.model.ImageId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// What removals did or would do, as text.
final class RemovalText {
  /// Whether a removal was done.
  enum When {
    DONE,
    PLANNED
  }

  private RemovalText() {}

  /// Prints what `rmi` did or would do.
  static int of(Call call, Removal removal, When when) throws IOException {
    for (String name : removal.untagged()) {
      call.out().line((when == When.PLANNED ? "Would untag: " : "Untagged: ") + name);
    }
    for (ImageId image : removal.removed()) {
      call.out().line((when == When.PLANNED ? "Would delete: " : "Deleted: ") + image);
    }
    if (removal.freed().isPresent()) {
      call.out().line("Would free: " + Human.preciseSize(removal.freed().getAsLong()));
    }
    return end(call, removal);
  }

  /// Prints what `image prune` did or would do. The bytes go beside the output, which is Podman's.
  static int ofPruning(Call call, Removal removal, When when) throws IOException {
    boolean any = false;
    for (Removal.Report report : removal.reports()) {
      if (report.fate() == Removal.Fate.REMOVED || report.fate() == Removal.Fate.SHARED) {
        if (when == When.PLANNED) {
          call.out()
              .line(
                  report.image()
                      + (report.untagged().isEmpty()
                          ? ""
                          : " " + String.join(" ", report.untagged())));
        } else {
          call.out().line(report.image().value());
        }
        any = true;
      }
    }
    if (any && removal.freed().isPresent()) {
      call.out().flush();
      call.err()
          .println(
              (when == When.PLANNED ? "Would free: " : "Freed: ")
                  + Human.preciseSize(removal.freed().getAsLong()));
    }
    return end(call, removal);
  }

  private static int end(Call call, Removal removal) throws IOException {
    if (removal.failures().isEmpty()) {
      return ExitCode.DONE;
    }
    call.out().flush();
    call.err().println("Error: " + joined(removal.failures()));
    return switch (removal.outcome()) {
      case DONE -> ExitCode.DONE;
      case NOT_KNOWN -> ExitCode.NOT_KNOWN;
      case IN_USE -> ExitCode.IN_USE;
      case FAILED -> ExitCode.FAILED;
    };
  }

  /// Several failures in one message.
  private static String joined(List<Removal.Failure> failures) {
    List<String> messages = new ArrayList<>();
    for (Removal.Failure failure : failures) {
      messages.add(String.valueOf(failure.cause().getMessage()));
    }
    if (messages.size() == 1) {
      return messages.getFirst();
    }
    return messages.size() + " errors occurred:\n\t* " + String.join("\n\t* ", messages);
  }
}
