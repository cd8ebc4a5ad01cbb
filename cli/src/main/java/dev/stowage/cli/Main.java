package dev.stowage.cli;

import dev.stowage.cli.output.Output;
import dev.stowage.config.Surroundings;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;

/// Where the process starts.
public final class Main {
  private Main() {}

  public static void main(String[] words) {
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    Stowage stowage =
        new Stowage(
            new Output(new FileOutputStream(FileDescriptor.out)),
            err,
            Surroundings.ofThisProcess(),
            InstantSource.system());
    // Halting spares the start of a thread for each shutdown hook; nothing here registers one.
    Runtime.getRuntime().halt(stowage.run(List.of(words)));
  }
}
