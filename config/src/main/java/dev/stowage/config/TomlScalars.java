package dev.stowage.config;

import org.jspecify.annotations.Nullable;

/// Reads the values of TOML that have no quotes: numbers, truth values, dates and times.
final class TomlScalars {
  private TomlScalars() {}

  /// The value of a word, or null if the word is none.
  static @Nullable Toml read(String word, int line) {
    switch (word) {
      case "true":
        return new Toml.Truth(true, line);
      case "false":
        return new Toml.Truth(false, line);
      case "inf", "+inf":
        return new Toml.Real(Double.POSITIVE_INFINITY, line);
      case "-inf":
        return new Toml.Real(Double.NEGATIVE_INFINITY, line);
      case "nan", "+nan", "-nan":
        return new Toml.Real(Double.NaN, line);
      default:
        break;
    }
    if (isMoment(word)) {
      return new Toml.Moment(word, line);
    }
    if (word.length() > 2 && word.charAt(0) == '0') {
      int radix =
          switch (word.charAt(1)) {
            case 'x' -> 16;
            case 'o' -> 8;
            case 'b' -> 2;
            default -> 0;
          };
      if (radix != 0) {
        return whole(word.substring(2), radix, "", line);
      }
    }
    String sign = "";
    String digits = word;
    if (word.startsWith("+") || word.startsWith("-")) {
      sign = word.startsWith("-") ? "-" : "";
      digits = word.substring(1);
    }
    int point = digits.indexOf('.');
    int exponent = Math.max(digits.indexOf('e'), digits.indexOf('E'));
    if (point < 0 && exponent < 0) {
      return leadingZero(digits) ? null : whole(digits, 10, sign, line);
    }
    String before =
        digits.substring(0, point >= 0 && (exponent < 0 || point < exponent) ? point : exponent);
    if (!isNumber(before, 10) || leadingZero(before)) {
      return null;
    }
    if (point >= 0) {
      if (exponent >= 0 && exponent < point) {
        return null;
      }
      if (!isNumber(digits.substring(point + 1, exponent < 0 ? digits.length() : exponent), 10)) {
        return null;
      }
    }
    if (exponent >= 0) {
      String power = digits.substring(exponent + 1);
      if (!isNumber(
          power.startsWith("+") || power.startsWith("-") ? power.substring(1) : power, 10)) {
        return null;
      }
    }
    return new Toml.Real(Double.parseDouble(sign + digits.replace("_", "")), line);
  }

  private static @Nullable Toml whole(String digits, int radix, String sign, int line) {
    if (!isNumber(digits, radix)) {
      return null;
    }
    try {
      return new Toml.Whole(Long.parseLong(sign + digits.replace("_", ""), radix), line);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static boolean leadingZero(String digits) {
    return digits.length() > 1 && digits.charAt(0) == '0';
  }

  /// Whether these are digits, parted by single underscores at most.
  private static boolean isNumber(String digits, int radix) {
    boolean digitBefore = false;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c == '_') {
        if (!digitBefore) {
          return false;
        }
        digitBefore = false;
      } else if (c > 'f' || Character.digit(c, radix) < 0) {
        return false;
      } else {
        digitBefore = true;
      }
    }
    return digitBefore;
  }

  /// Whether the word has the form of a date, a time, or both.
  private static boolean isMoment(String word) {
    if (matches(word, "dddd-dd-dd")) {
      return inside(word, 5, 1, 12) && inside(word, 8, 1, 31);
    }
    if (isTime(word)) {
      return true;
    }
    if (word.length() < 19
        || !isMoment(word.substring(0, 10))
        || "Tt ".indexOf(word.charAt(10)) < 0) {
      return false;
    }
    String rest = word.substring(11);
    if (rest.endsWith("Z") || rest.endsWith("z")) {
      return isTime(rest.substring(0, rest.length() - 1));
    }
    int offset = Math.max(rest.indexOf('+'), rest.indexOf('-'));
    if (offset < 0) {
      return isTime(rest);
    }
    String zone = rest.substring(offset + 1);
    return isTime(rest.substring(0, offset))
        && matches(zone, "dd:dd")
        && inside(zone, 0, 0, 23)
        && inside(zone, 3, 0, 59);
  }

  private static boolean isTime(String word) {
    if (word.length() < 8 || !matches(word.substring(0, 8), "dd:dd:dd")) {
      return false;
    }
    if (!inside(word, 0, 0, 23) || !inside(word, 3, 0, 59) || !inside(word, 6, 0, 60)) {
      return false;
    }
    if (word.length() == 8) {
      return true;
    }
    return word.charAt(8) == '.' && word.indexOf('_') < 0 && isNumber(word.substring(9), 10);
  }

  private static boolean inside(String word, int at, int least, int most) {
    int number = (word.charAt(at) - '0') * 10 + word.charAt(at + 1) - '0';
    return number >= least && number <= most;
  }

  /// Whether the word has a digit wherever the form has a d, and else the form's character.
  private static boolean matches(String word, String form) {
    if (word.length() != form.length()) {
      return false;
    }
    for (int i = 0; i < form.length(); i++) {
      char wanted = form.charAt(i);
      char c = word.charAt(i);
      if (wanted == 'd' ? c < '0' || c > '9' : c != wanted) {
        return false;
      }
    }
    return true;
  }
}
