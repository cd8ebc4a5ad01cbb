package dev.stowage.cli.grammar;

import java.util.List;

/// How many positional arguments a command takes.
///
/// @param most the largest number, or [#ANY_NUMBER]
public record Arguments(int least, int most) {

  /// No upper bound.
  public static final int ANY_NUMBER = Integer.MAX_VALUE;

  /// As many as the user likes; the command itself says what is missing.
  public static final Arguments ANY = new Arguments(0, ANY_NUMBER);

  public static final Arguments NONE = new Arguments(0, 0);

  public static Arguments exactly(int number) {
    return new Arguments(number, number);
  }

  public static Arguments atLeast(int number) {
    return new Arguments(number, ANY_NUMBER);
  }

  public static Arguments atMost(int number) {
    return new Arguments(0, number);
  }

  void check(String command, List<String> given) throws UsageException {
    int number = given.size();
    if (number >= least && number <= most) {
      return;
    }
    if (most == 0) {
      throw new UsageException("`" + command + "` takes no arguments");
    }
    if (least == most) {
      throw new UsageException("accepts " + least + " arg(s), received " + number);
    }
    if (most == ANY_NUMBER) {
      throw new UsageException("requires at least " + least + " arg(s), only received " + number);
    }
    if (least == 0) {
      throw new UsageException("accepts at most " + most + " arg(s), received " + number);
    }
    throw new UsageException(
        "accepts between " + least + " and " + most + " arg(s), received " + number);
  }
}
