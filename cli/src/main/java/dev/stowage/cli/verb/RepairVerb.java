package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.Words;
import dev.stowage.engine.Engine;
import dev.stowage.engine.RepairOptions;
import dev.stowage.model.Repair;
import java.io.IOException;
import java.util.List;

/// `system repair`.
final class RepairVerb implements Verb {

  @Override
  public Command command() {
    return Command.of(
            "system repair", "[options]", Arguments.NONE, "Bring back what is damaged in the store")
        .described(
            """
            Fetches again, by its digest, what is damaged or missing in the store, from the registries that the images have their names of, and puts it in its place.

              Images, containers and layers keep their IDs. Layers that are mounted stay as they are. Nothing is removed unless --remove-lost is given, and nothing whose registry, or a mirror of it, could not be asked or did not say whether it has it: remove such an image with rmi.
            """)
        .withExamples("@ --dry-run", "@", "@ --from registry.example:5000", "@ --remove-lost")
        .withFlags(
            Flag.text("authfile", Flag.NO_SHORTHAND, "path of the authentication file"),
            Flag.text(
                "cert-dir",
                Flag.NO_SHORTHAND,
                "use certificates at PATH (*.crt, *.cert, *.key) to connect"),
            Flag.text(
                "creds", Flag.NO_SHORTHAND, "Use USERNAME[:PASSWORD] for accessing the registry"),
            Flag.toggle("dry-run", Flag.NO_SHORTHAND, "Only say what would be done"),
            Flag.toggle(
                "force", 'f', "With --remove-lost, remove the containers of lost images too"),
            FindingText.format(),
            Flag.text("from", Flag.NO_SHORTHAND, "A registry or a repository to ask first"),
            FindingText.level(),
            Flag.toggle(
                "remove-lost", Flag.NO_SHORTHAND, "Remove the images that nobody can bring back"),
            RegistryFlags.tlsVerify());
  }

  @Override
  public int run(Call call) throws IOException {
    Words words = call.words();
    boolean json = FindingText.json(words);
    RepairOptions options =
        RepairOptions.DEFAULT
            .withLevel(FindingText.level(words))
            .withAccess(RegistryFlags.access(call));
    if (words.on("dry-run")) {
      options = options.withMode(Repair.Mode.PLANNED);
    }
    if (words.on("remove-lost")) {
      options =
          options.withLost(
              words.on("force") ? Repair.Lost.REMOVED_WITH_CONTAINERS : Repair.Lost.REMOVED);
    }
    if (words.given("from")) {
      options = options.withFrom(words.text("from"));
    }
    List<Repair> repairs;
    try (Engine engine = Session.open(call)) {
      repairs =
          engine.repair(
              options,
              repair -> {
                if (!json) {
                  CheckVerb.tell(call, repair);
                }
              });
    }
    if (json) {
      call.out().line(FindingText.ofRepairs(repairs).pretty("    "));
    }
    boolean left = false;
    boolean lost = false;
    for (Repair repair : repairs) {
      left |= repair.result() == Repair.Result.LEFT;
      lost |= repair.result() == Repair.Result.LEFT && repair.outlook() == Repair.Outlook.LOST;
    }
    if (lost) {
      throw new IOException(
          "not everything could be repaired; `stowage system repair --remove-lost` removes the"
              + " images that nobody can bring back (see --dry-run), --from names another"
              + " registry to ask");
    }
    if (left) {
      throw new IOException(
          "not everything could be repaired now, and what is left may still be had: try again when"
              + " its cause is gone; --from names another registry to ask");
    }
    return ExitCode.DONE;
  }
}
