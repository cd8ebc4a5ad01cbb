package dev.stowage.cli;

import dev.stowage.cli.output.Output;
import dev.stowage.config.Surroundings;
import dev.stowage.linux.ProcessEnd;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/// Where the process starts.
public final class Main {
  private Main() {}

  public static void main(String[] words) {
    long start = System.nanoTime();
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    int code = run(List.of(words), new FileOutputStream(FileDescriptor.out), err);
    ProcessEnd.now(code, Duration.ofNanos(System.nanoTime() - start));
  }

  /// Runs one command line of this process.
  ///
  /// @return the exit code
  public static int run(List<String> words, OutputStream out, PrintStream err) {
    return new Stowage(new Output(out), err, Surroundings.ofThisProcess(), InstantSource.system())
        .run(words);
  }
}
