package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Command;
import java.io.IOException;

/// Something the program can be told to do.
public interface Verb {

  /// How it is called.
  Command command();

  /// What the program tells the shell of a failure.
  default int failureCode(Throwable failure) {
    return ExitCode.FAILED;
  }

  /// Does it.
  ///
  /// @return the exit code
  int run(Call call) throws IOException;
}
