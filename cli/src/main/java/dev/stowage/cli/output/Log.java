package dev.stowage.cli.output;

import dev.stowage.cli.template.GoText;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;

/// Messages beside the output, for those who asked for them with `--log-level`.
public final class Log {

  /// How much a message matters, the least first.
  public enum Level {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR,
    FATAL,
    PANIC;

    /// The level of a word of the command line.
    public static Optional<Level> of(String word) {
      return switch (word.toLowerCase(Locale.ROOT)) {
        case "trace" -> Optional.of(TRACE);
        case "debug" -> Optional.of(DEBUG);
        case "info" -> Optional.of(INFO);
        case "warn", "warning" -> Optional.of(WARN);
        case "error" -> Optional.of(ERROR);
        case "fatal" -> Optional.of(FATAL);
        case "panic" -> Optional.of(PANIC);
        default -> Optional.empty();
      };
    }

    private String word() {
      return switch (this) {
        case TRACE -> "trace";
        case DEBUG -> "debug";
        case INFO -> "info";
        case WARN -> "warning";
        case ERROR -> "error";
        case FATAL -> "fatal";
        case PANIC -> "panic";
      };
    }
  }

  private final PrintStream err;
  private final Level least;
  private final InstantSource clock;

  /// @param least the least level that is printed
  public Log(PrintStream err, Level least, InstantSource clock) {
    this.err = err;
    this.least = least;
    this.clock = clock;
  }

  public boolean shows(Level level) {
    return level.compareTo(least) >= 0;
  }

  /// Prints a message if its level is asked for.
  public void say(Level level, String message) {
    if (!shows(level)) {
      return;
    }
    Instant second = Instant.ofEpochSecond(clock.instant().getEpochSecond());
    err.println(
        "time=\""
            + GoText.rfc3339(second)
            + "\" level="
            + level.word()
            + " msg="
            + GoText.quote(message));
  }

  /// Prints where a failure came from, for [Level#DEBUG].
  public void trace(Throwable failure) {
    if (shows(Level.DEBUG)) {
      StringWriter text = new StringWriter();
      failure.printStackTrace(new PrintWriter(text));
      say(Level.DEBUG, text.toString());
    }
  }
}
