package dev.stowage.engine;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/// The signals of Linux by their names.
final class Signals {
  /// By number, from 1.
  private static final List<String> NAMES =
      List.of(
          "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
          "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
          "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS");

  private static final int FIRST_REAL_TIME = 34;
  private static final int LAST = 64;

  private Signals() {}

  /// The number of a signal that is given by its number or its name, with or without `SIG`.
  static OptionalInt number(String text) {
    int number = whole(text);
    if (number < 0) {
      String name = text.toUpperCase(Locale.ROOT);
      if (name.startsWith("SIG")) {
        name = name.substring(3);
      }
      number = named(name);
    }
    return number > 0 && number <= LAST ? OptionalInt.of(number) : OptionalInt.empty();
  }

  private static int named(String name) {
    if (name.startsWith("RTMIN")) {
      String offset = name.substring("RTMIN".length());
      return offset.isEmpty() ? FIRST_REAL_TIME : FIRST_REAL_TIME + offset(offset, '+');
    }
    if (name.startsWith("RTMAX")) {
      String offset = name.substring("RTMAX".length());
      return offset.isEmpty() ? LAST : LAST - offset(offset, '-');
    }
    return switch (name) {
      case "IOT" -> 6;
      case "CLD" -> 17;
      case "POLL" -> 29;
      default -> NAMES.indexOf(name) + 1;
    };
  }

  /// What stands behind a sign; far out of range where it is no number.
  private static int offset(String text, char sign) {
    int offset = text.charAt(0) == sign ? whole(text.substring(1)) : -1;
    return offset < 0 ? LAST + FIRST_REAL_TIME : offset;
  }

  private static int whole(String text) {
    try {
      return Integer.parseUnsignedInt(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
