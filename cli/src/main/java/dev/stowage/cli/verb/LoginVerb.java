package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.config.CredentialKeeper;
import dev.stowage.config.FoundCredentials;
import dev.stowage.engine.Remote;
import dev.stowage.model.Credentials;
import dev.stowage.model.RegistryException;
import dev.stowage.model.Secret;
import java.io.IOException;

/// `login`.
final class LoginVerb implements Verb {
  private static final char NONE = Flag.NO_SHORTHAND;

  @Override
  public Command command() {
    return Command.of(
            "login", "[options] [REGISTRY]", Arguments.atMost(1), "Log in to a container registry")
        .described("Log in to a container registry on a specified server.")
        .withExamples(
            "@ quay.io",
            "@ --username ... --password ... quay.io",
            "@ --authfile dir/auth.json quay.io")
        .withFlags(
            Flag.text(
                "authfile",
                NONE,
                "path of the authentication file. Use REGISTRY_AUTH_FILE environment variable to override"),
            Flag.text(
                "cert-dir", NONE, "use certificates at the specified path to access the registry"),
            Flag.text(
                "compat-auth-file",
                NONE,
                "path of a Docker-compatible config file to update instead"),
            Flag.toggle("get-login", NONE, "Return the current login user for the registry"),
            Flag.text("password", 'p', "Password for registry"),
            Flag.toggle("password-stdin", NONE, "Take the password from stdin"),
            Flag.text("secret", NONE, "Retrieve password from a podman secret").hidden(),
            RegistryFlags.tlsVerify(),
            Flag.text("username", 'u', "Username for registry"),
            Flag.toggle("verbose", 'v', "Write more detailed information to stdout"));
  }

  @Override
  public int run(Call call) throws IOException {
    Words words = call.words();
    if (words.given("secret")) {
      throw new UsageException(
          "secrets are Podman's: use --password-stdin in the place of --secret");
    }
    Logins.Target target = Logins.target(call, "log in to");
    CredentialKeeper keeper = Logins.keeper(call);
    Credentials known = known(keeper, target);
    if (words.on("get-login")) {
      if (!(known instanceof Credentials.Basic(String user, Secret _))) {
        throw new IOException("not logged into " + target.key());
      }
      call.out().line(user);
      return ExitCode.DONE;
    }
    if (known instanceof Credentials.IdentityToken) {
      throw new IOException("currently logged in, auth file contains an Identity token");
    }
    return login(call, target, keeper, known);
  }

  private static Credentials known(CredentialKeeper keeper, Logins.Target target)
      throws IOException {
    try {
      FoundCredentials found = keeper.sources().findByKey(target.key());
      return found.credentials();
    } catch (IOException e) {
      throw new IOException("get credentials: " + e.getMessage(), e);
    }
  }

  private static int login(
      Call call, Logins.Target target, CredentialKeeper keeper, Credentials known)
      throws IOException {
    Words words = call.words();
    Secret password = given(words);
    boolean nothingSaid = words.text("username").isEmpty() && password.isEmpty();
    try (Remote remote = Logins.open(call)) {
      if (nothingSaid
          && known instanceof Credentials.Basic(String user, Secret stored)
          && !user.isEmpty()
          && !stored.isEmpty()) {
        call.out().line("Authenticating with existing credentials for " + target.key());
        if (isTaken(remote, target, known)) {
          call.out()
              .line("Existing credentials are valid. Already logged in to " + target.registry());
          return ExitCode.DONE;
        }
        call.out()
            .line("Existing credentials are invalid, please enter valid username and password");
      }
      Credentials.Basic login = asked(call, password, known);
      prove(remote, target, login);
      String where = keeper.store(target.key(), login);
      if (words.on("verbose")) {
        call.out().line("Used:  " + where);
      }
      call.out().line("Login Succeeded!");
      return ExitCode.DONE;
    }
  }

  private static Secret given(Words words) throws IOException {
    if (!words.on("password-stdin")) {
      return Secret.of(words.text("password"));
    }
    if (!words.text("password").isEmpty()) {
      throw new UsageException("can't specify both --password-stdin and --password");
    }
    if (words.text("username").isEmpty()) {
      throw new UsageException("must provide --username with --password-stdin");
    }
    return Prompt.passwordFromInput();
  }

  private static Credentials.Basic asked(Call call, Secret password, Credentials known)
      throws IOException {
    String stored = known instanceof Credentials.Basic(String name, Secret _) ? name : "";
    try {
      String user = call.words().text("username");
      if (user.isEmpty()) {
        String question = stored.isEmpty() ? "Username: " : "Username (" + stored + "): ";
        try {
          user = Prompt.line(call, question).strip();
        } catch (IOException e) {
          throw new IOException("reading username: " + e.getMessage(), e);
        }
        user = user.isEmpty() ? stored : user;
      }
      if (password.isEmpty()) {
        return new Credentials.Basic(user.strip(), Prompt.password(call));
      }
      return new Credentials.Basic(user.strip(), password);
    } catch (IOException e) {
      throw new IOException("getting username and password: " + e.getMessage(), e);
    }
  }

  private static boolean isTaken(Remote remote, Logins.Target target, Credentials known) {
    try {
      remote.login(target.registry(), known);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void prove(Remote remote, Logins.Target target, Credentials.Basic login)
      throws IOException {
    try {
      remote.login(target.registry(), login);
    } catch (RegistryException e) {
      if (e.status() == 401 || e.status() == 403) {
        throw new IOException(
            "logging into \"" + target.key() + "\": invalid username/password", e);
      }
      throw new IOException(
          "authenticating creds for \"" + target.key() + "\": " + e.getMessage(), e);
    }
  }
}
