package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.Words;
import dev.stowage.cli.output.Human;
import dev.stowage.engine.CheckOptions;
import dev.stowage.engine.Engine;
import dev.stowage.engine.RepairOptions;
import dev.stowage.model.CheckLevel;
import dev.stowage.model.Finding;
import dev.stowage.model.Repair;
import java.io.IOException;
import java.util.List;

/// `system check`.
final class CheckVerb implements Verb {

  @Override
  public Command command() {
    return Command.of("system check", "[options]", Arguments.NONE, "Check storage consistency")
        .described(
            """
            Looks whether records, manifests, configurations and the files of all layers are there and as they should be.

              Others may use the store meanwhile. Ends with 125 where something is damaged or lost; what is only left over is told and no damage. With --repair, what is damaged is fetched again, and what nobody has is removed.
            """)
        .withExamples("@", "@ --quick", "@ --level tar-split --format json")
        .withFlags(
            FindingText.format(),
            FindingText.level(),
            Flag.toggle(
                "force", 'f', "Repair, and remove images and containers that cannot be repaired"),
            Flag.text("max", 'm', "Maximum allowed age of unreferenced layers")
                .taking("duration")
                .initially("24h"),
            Flag.toggle("quick", 'q', "Skip time-consuming checks: --level sizes"),
            Flag.toggle("repair", 'r', "Repair, and remove images that cannot be repaired"),
            RegistryFlags.tlsVerify());
  }

  @Override
  public int run(Call call) throws IOException {
    Words words = call.words();
    boolean json = FindingText.json(words);
    CheckOptions options =
        CheckOptions.DEFAULT
            .withLevel(words.on("quick") ? CheckLevel.SIZES : FindingText.level(words))
            .withUnused(PullVerb.delay(words.text("max")));
    boolean mend = words.on("repair") || words.on("force");
    try (Engine engine = Session.open(call)) {
      List<Finding> findings = engine.check(options);
      if (json && !mend) {
        call.out().line(FindingText.json(findings).pretty("    "));
      } else if (!json) {
        for (Finding finding : findings) {
          call.out().line(FindingText.line(finding));
        }
        tellOfLeftovers(call, findings);
      }
      if (!mend) {
        return verdict(
            findings,
            "damage detected in local storage; `stowage system repair` fetches again what can be"
                + " had (see --dry-run)");
      }
      RepairOptions how =
          RepairOptions.DEFAULT
              .withLevel(options.level())
              .withAccess(RegistryFlags.access(call))
              .withLost(
                  words.on("force") ? Repair.Lost.REMOVED_WITH_CONTAINERS : Repair.Lost.REMOVED);
      List<Repair> repairs =
          engine.repair(
              how,
              repair -> {
                if (!json) {
                  tell(call, repair);
                }
              });
      if (json) {
        call.out().line(FindingText.ofRepairs(repairs).pretty("    "));
      }
      return verdict(
          engine.check(options), "damage in local storage still present after repair attempt");
    }
  }

  static void tell(Call call, Repair repair) {
    try {
      call.out().line(FindingText.line(repair));
      call.out().flush();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void tellOfLeftovers(Call call, List<Finding> findings) throws IOException {
    long bytes = 0;
    for (Finding finding : findings) {
      bytes += finding.bytes();
    }
    if (bytes > 0) {
      call.out()
          .line("Leftovers take " + Human.size(bytes) + "; `stowage system reclaim` removes them");
    }
  }

  private static int verdict(List<Finding> findings, String complaint) throws IOException {
    for (Finding finding : findings) {
      if (finding.harmful()) {
        throw new IOException(complaint);
      }
    }
    return ExitCode.DONE;
  }
}
