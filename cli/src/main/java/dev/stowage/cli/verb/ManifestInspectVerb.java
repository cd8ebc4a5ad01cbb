package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.engine.Engine;
import dev.stowage.model.Json;
import dev.stowage.transfer.RegistryAccess;
import java.io.IOException;

/// `manifest inspect`.
final class ManifestInspectVerb implements Verb {
  private static final char NONE = ManifestFlags.NONE;

  @Override
  public Command command() {
    return Command.of(
            "manifest inspect",
            "[options] IMAGE",
            Arguments.exactly(1),
            "Display the contents of a manifest list or image index")
        .described("Display the contents of a manifest list or image index.")
        .withExamples("@ localhost/list")
        .withFlags(
            Flag.text(
                "authfile",
                NONE,
                "path of the authentication file. Use REGISTRY_AUTH_FILE environment variable to"
                    + " override"),
            Flag.toggle("insecure", NONE, "Purely for Docker compatibility").hidden(),
            Flag.toggle(
                    "tls-verify",
                    NONE,
                    "require HTTPS and verify certificates when accessing the registry")
                .initially("true"),
            Flag.toggle("verbose", 'v', "Added for Docker compatibility").hidden());
  }

  @Override
  public int run(Call call) throws IOException {
    RegistryAccess access =
        call.words().given("tls-verify") ? RegistryFlags.access(call) : ManifestFlags.access(call);
    Json.Obj shown;
    try (Engine engine = Session.openAsking(call)) {
      shown = engine.lists().inspect(call.words().arguments().getFirst(), access);
    }
    call.out().line(shown.pretty("    "));
    return ExitCode.DONE;
  }
}
