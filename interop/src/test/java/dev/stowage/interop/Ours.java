package dev.stowage.interop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// This project's own command line, in a process of its own.
final class Ours {
  /// What stands before the words of a command line.
  static final List<String> PROGRAM =
      List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "--enable-native-access=ALL-UNNAMED",
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseSerialGC",
          "-cp",
          System.getProperty("java.class.path"),
          "dev.stowage.cli.Main");

  private Ours() {}

  static Shell.Ended end(List<String> words, Map<String, String> environment) throws IOException {
    List<String> command = new ArrayList<>(PROGRAM);
    command.addAll(words);
    return Shell.end(command, environment);
  }
}
