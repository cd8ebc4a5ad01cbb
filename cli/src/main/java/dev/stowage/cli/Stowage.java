package dev.stowage.cli;

import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.Help;
import dev.stowage.cli.grammar.Parser;
import dev.stowage.cli.grammar.Suggestions;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.cli.output.Log;
import dev.stowage.cli.output.Output;
import dev.stowage.cli.verb.Build;
import dev.stowage.cli.verb.Call;
import dev.stowage.cli.verb.Catalogue;
import dev.stowage.cli.verb.ExitCode;
import dev.stowage.cli.verb.GlobalFlags;
import dev.stowage.cli.verb.Verb;
import dev.stowage.config.Surroundings;
import java.io.IOException;
import java.io.PrintStream;
import java.net.SocketException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The program: reads a command line, does what it says and answers with an exit code. It never
/// throws.
public final class Stowage {
  private static final String NAME = "stowage";

  /// The exit code of a process whose reader went away.
  private static final int BROKEN_PIPE = 141;

  private final Output out;
  private final PrintStream err;
  private final Surroundings surroundings;
  private final InstantSource clock;
  private final List<Flag> globals = GlobalFlags.all();
  private @Nullable Log log;
  private @Nullable Verb running;

  public Stowage(Output out, PrintStream err, Surroundings surroundings, InstantSource clock) {
    this.out = out;
    this.err = err;
    this.surroundings = surroundings;
    this.clock = clock;
  }

  /// Runs one command line.
  ///
  /// @return the exit code
  public int run(List<String> line) {
    int code;
    try {
      code = dispatch(line);
    } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
      code = failed(e);
    }
    try {
      out.flush();
    } catch (IOException e) {
      code = failed(e);
    }
    return code;
  }

  private int failed(Throwable failure) {
    if (readerWentAway(failure)) {
      return BROKEN_PIPE;
    }
    try {
      out.flush();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    err.println("Error: " + Complaint.of(failure));
    if (log != null) {
      log.trace(failure);
    }
    return running == null ? ExitCode.FAILED : running.failureCode(failure);
  }

  /// Whether a failure, or what led to it, is that nobody reads the output any more. A line to a
  /// registry that breaks is no such thing.
  private static boolean readerWentAway(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SocketException) {
        return false;
      }
      if (cause instanceof IOException && "Broken pipe".equals(cause.getMessage())) {
        return true;
      }
    }
    return false;
  }

  private int dispatch(List<String> line) throws IOException {
    Words words = new Words();
    String path = "";
    int at = 0;
    while (true) {
      String name = named(path);
      at = new Parser(words, name, List.of(globals)).read(line, at, Parser.Order.FLAGS_FIRST);
      if (at >= line.size()) {
        return alone(path, words);
      }
      String word = line.get(at);
      if (path.isEmpty() && word.equals("help")) {
        return help(line.subList(at + 1, line.size()));
      }
      Optional<String> next = Catalogue.find(path, word);
      if (next.isEmpty()) {
        return words.on("help") ? help(path) : unrecognized(path, word);
      }
      path = next.get();
      at++;
      Optional<Verb> verb = Catalogue.verb(path);
      if (verb.isPresent()) {
        return run(verb.get(), words, line, at);
      }
    }
  }

  /// A group that is called without one of its commands.
  private int alone(String path, Words words) throws IOException {
    if (words.on("version")) {
      out.line(NAME + " version " + Build.running().version());
      return ExitCode.DONE;
    }
    if (words.on("help")) {
      return help(path);
    }
    help(path);
    throw new UsageException("missing command '" + named(path) + " COMMAND'");
  }

  private int run(Verb verb, Words words, List<String> line, int from) throws IOException {
    running = verb;
    Command command = verb.command();
    String name = named(command.path());
    new Parser(words, name, List.of(command.flags(), globals)).read(line, from, Parser.Order.MIXED);
    if (words.on("help")) {
      out.print(new Help(NAME).of(command));
      return ExitCode.DONE;
    }
    if (words.on("version")
        && command.flags().stream().noneMatch(flag -> flag.name().equals("version"))) {
      out.line(NAME + " version " + Build.running().version());
      return ExitCode.DONE;
    }
    command.check(name, words.arguments());
    Optional<Log.Level> level = Log.Level.of(words.text("log-level"));
    if (level.isEmpty()) {
      err.println(
          "Log Level \""
              + words.text("log-level")
              + "\" is not supported, choose from: trace, debug, info, warn, warning, error, fatal,"
              + " panic");
      return 1;
    }
    Log made = new Log(err, level.get(), clock);
    log = made;
    made.say(Log.Level.INFO, NAME + " filtering at log level " + words.text("log-level"));
    GlobalFlags.checkLocal(words, command.flags());
    Instant now = clock.instant();
    Surroundings asked =
        words.text("registries-conf").isEmpty()
            ? surroundings
            : surroundings.withVariable(
                "CONTAINERS_REGISTRIES_CONF", words.text("registries-conf"));
    return verb.run(new Call(words, out, err, made, asked, now));
  }

  private int help(List<String> topic) throws IOException {
    String path = "";
    for (String word : topic) {
      Optional<String> next = Catalogue.find(path, word);
      if (next.isEmpty()) {
        return unrecognized(path, word);
      }
      path = next.get();
    }
    return help(path);
  }

  private int help(String path) throws IOException {
    Help help = new Help(NAME);
    Optional<Verb> verb = Catalogue.verb(path);
    if (verb.isPresent()) {
      out.print(help.of(verb.get().command()));
    } else {
      out.print(help.of(Catalogue.group(path), Catalogue.children(path)));
    }
    return ExitCode.DONE;
  }

  private static int unrecognized(String path, String word) throws UsageException {
    String name = named(path);
    List<String> near = Suggestions.near(word, Catalogue.names(path));
    String meant =
        near.isEmpty() ? "\n" : "\n\nDid you mean this?\n\t" + String.join("\n\t", near) + "\n\n";
    throw new UsageException(
        "unrecognized command `"
            + name
            + " "
            + word
            + "`"
            + meant
            + "Try '"
            + name
            + " --help' for more information");
  }

  private static String named(String path) {
    return path.isEmpty() ? NAME : NAME + " " + path;
  }
}
