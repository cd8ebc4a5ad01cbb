package dev.stowage.cli.rehearsal;

import dev.stowage.cli.Stowage;
import dev.stowage.cli.output.Output;
import dev.stowage.config.Surroundings;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;

/// Uses the commands once, in a store of its own, so that a JVM that watches can write down which
/// classes they need.
public final class Rehearsal {
  private Rehearsal() {}

  public static void main(String[] words) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    for (List<String> line :
        List.of(
            List.of("version"),
            List.of("version", "--format", "{{.Client.Version}}"),
            List.of("--help"),
            List.of("image", "--help"))) {
      new Stowage(
              new Output(OutputStream.nullOutputStream()),
              nowhere,
              Surroundings.ofThisProcess(),
              InstantSource.system())
          .run(line);
    }
  }
}
