package dev.stowage.cli.verb;

import java.io.IOException;
import java.util.List;

/// Tells of several failures, one line each.
final class Failures {
  private Failures() {}

  /// Prints all failures but the last, which is thrown for the program to print.
  ///
  /// @return the exit code where there are none
  static int tell(Call call, List<IOException> failures) throws IOException {
    if (failures.isEmpty()) {
      return ExitCode.DONE;
    }
    call.out().flush();
    for (IOException failure : failures.subList(0, failures.size() - 1)) {
      call.err().println("Error: " + failure.getMessage());
    }
    throw failures.getLast();
  }
}
