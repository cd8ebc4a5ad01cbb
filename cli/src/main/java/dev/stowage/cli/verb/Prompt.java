package dev.stowage.cli.verb;

import dev.stowage.config.Terminal;
import dev.stowage.model.Secret;
import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Questions to the user, and what comes in by standard input.
final class Prompt {
  private static final int LONGEST_LINE = 64 * 1024;

  private Prompt() {}

  /// A line of standard input.
  static String line(Call call, String question) throws IOException {
    call.out().print(question);
    call.out().flush();
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int one = System.in.read();
    while (one >= 0 && one != '\n' && line.size() < LONGEST_LINE) {
      line.write(one);
      one = System.in.read();
    }
    if (one < 0 && line.size() == 0) {
      throw new IOException("EOF");
    }
    String text = line.toString(StandardCharsets.UTF_8);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  /// All of standard input, without the ends of its lines.
  static Secret passwordFromInput() throws IOException {
    byte[] all = System.in.readNBytes(LONGEST_LINE);
    return Secret.of(new String(all, StandardCharsets.UTF_8).replace("\r", "").replace("\n", ""));
  }

  /// A password typed unseen.
  @SuppressWarnings("SystemConsoleNull") // it is null where standard output goes elsewhere
  static Secret password(Call call) throws IOException {
    Console console = System.console();
    if (call.surroundings().terminal().input() != Terminal.Stream.TERMINAL || console == null) {
      throw new IOException(
          "reading password: standard input is no terminal: use --password-stdin or give the"
              + " password with the user");
    }
    call.out().print("Password: ");
    call.out().flush();
    char[] typed = console.readPassword();
    if (typed == null) {
      throw new IOException("reading password: EOF");
    }
    return Secret.of(new String(typed));
  }
}
