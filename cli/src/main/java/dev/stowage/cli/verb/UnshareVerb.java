package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.UsageException;

/// `unshare`, as far as it is left to a JVM. A user namespace can be entered only by a process of a
/// single thread: the launcher does it, for every command of an ordinary user.
final class UnshareVerb implements Verb {

  @Override
  public Command command() {
    return Command.of(
            "unshare",
            "[COMMAND [ARG...]]",
            Arguments.ANY,
            "Run a command in a modified user namespace")
        .described(
            "Runs a command, the shell where none is given, in the user namespace in which the"
                + " user's images are kept: there the files of images have their owners, and images"
                + " can be mounted.")
        .withExamples(
            "@ id", "@ cat /proc/self/uid_map", "@ sh -c 'ls $(stowage image mount alpine)'");
  }

  @Override
  public int run(Call call) throws UsageException {
    throw new UsageException("please use unshare with rootless");
  }
}
