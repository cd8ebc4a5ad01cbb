package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.config.CredentialKeeper;
import dev.stowage.model.Credentials;
import java.io.IOException;

/// `logout`.
final class LogoutVerb implements Verb {
  private static final char NONE = Flag.NO_SHORTHAND;

  @Override
  public Command command() {
    return Command.of(
            "logout",
            "[options] [REGISTRY]",
            Arguments.atMost(1),
            "Log out of a container registry")
        .described("Remove the cached username and password for the registry.")
        .withExamples("@ quay.io", "@ --authfile dir/auth.json quay.io", "@ --all")
        .withFlags(
            Flag.toggle(
                "all", 'a', "Remove the cached credentials for all registries in the auth file"),
            Flag.text(
                "authfile",
                NONE,
                "path of the authentication file. Use REGISTRY_AUTH_FILE environment variable to override"),
            Flag.text(
                "compat-auth-file",
                NONE,
                "path of a Docker-compatible config file to update instead"));
  }

  @Override
  public int run(Call call) throws IOException {
    Words words = call.words();
    for (String flag : new String[] {"authfile", "compat-auth-file"}) {
      if (words.given(flag)) {
        RegistryFlags.authFile(words.text(flag), call.surroundings());
      }
    }
    if (words.on("all")) {
      if (!words.arguments().isEmpty()) {
        throw new UsageException("--all takes no arguments");
      }
      Logins.keeper(call).removeAll();
      call.out().line("Removed login credentials for all registries");
      return ExitCode.DONE;
    }
    Logins.Target target = Logins.target(call, "log out from");
    CredentialKeeper keeper = Logins.keeper(call);
    if (keeper.remove(target.key()) == CredentialKeeper.Removed.YES) {
      call.out().line("Removed login credentials for " + target.key());
      return ExitCode.DONE;
    }
    if (keeper.sources().findByKey(target.key()).credentials() instanceof Credentials.Anonymous) {
      throw new IOException("not logged into " + target.key());
    }
    call.out()
        .line(
            "Not logged into "
                + target.key()
                + " with current tool. Existing credentials were established via docker login."
                + " Please use docker logout instead.");
    return ExitCode.DONE;
  }
}
