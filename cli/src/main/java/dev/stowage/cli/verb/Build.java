package dev.stowage.cli.verb;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/// Which build of the program this is.
///
/// @param made when, as the build says it, so that equal sources give equal answers
public record Build(String version, Instant made) {

  /// The build that runs.
  public static Build running() throws IOException {
    try (InputStream in = Build.class.getResourceAsStream("/dev/stowage/cli/build.txt")) {
      if (in == null) {
        throw new IOException("the program's build.txt is missing");
      }
      String[] lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1);
      return new Build(lines[0], Instant.parse(lines[1]));
    }
  }
}
