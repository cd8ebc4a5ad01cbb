package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.Words;
import dev.stowage.cli.output.Human;
import dev.stowage.engine.CheckOptions;
import dev.stowage.engine.Engine;
import dev.stowage.model.Finding;
import dev.stowage.model.Repair;
import java.io.IOException;
import java.util.List;

/// `system reclaim`.
final class ReclaimVerb implements Verb {

  @Override
  public Command command() {
    return Command.of(
            "system reclaim", "[options]", Arguments.NONE, "Remove what belongs to nothing")
        .described(
            """
            Removes directories, files and links in the store that belong to no layer, image or container, and layers that nothing has used for a day.
            """)
        .withExamples("@ --dry-run", "@")
        .withFlags(
            Flag.toggle("dry-run", Flag.NO_SHORTHAND, "Only say what would be removed"),
            FindingText.format(),
            Flag.text("max", 'm', "Maximum allowed age of unreferenced layers")
                .taking("duration")
                .initially("24h"));
  }

  @Override
  public int run(Call call) throws IOException {
    Words words = call.words();
    boolean json = FindingText.json(words);
    CheckOptions options = CheckOptions.DEFAULT.withUnused(PullVerb.delay(words.text("max")));
    Repair.Mode mode = words.on("dry-run") ? Repair.Mode.PLANNED : Repair.Mode.DONE;
    List<Finding> leftovers;
    try (Engine engine = Session.open(call)) {
      leftovers = engine.reclaim(options, mode);
    }
    if (json) {
      call.out().line(FindingText.json(leftovers).pretty("    "));
      return ExitCode.DONE;
    }
    long bytes = 0;
    for (Finding leftover : leftovers) {
      bytes += leftover.bytes();
      call.out()
          .line(
              (words.on("dry-run") ? "Would remove " : "Removed ")
                  + leftover.place()
                  + " ("
                  + Human.size(leftover.bytes())
                  + ", "
                  + leftover.fault().word()
                  + ")");
    }
    call.out()
        .line(
            "Total "
                + (words.on("dry-run") ? "reclaimable" : "reclaimed")
                + " space: "
                + Human.size(bytes));
    return ExitCode.DONE;
  }
}
