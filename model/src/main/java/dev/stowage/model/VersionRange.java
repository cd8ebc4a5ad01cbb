package dev.stowage.model;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which versions are wanted: `>= 3.12, < 4 || ~5.1`. Conditions beside one another must all hold;
/// those on either side of `||` are alternatives; `1.2 - 1.4` is from and to. A pre-release is
/// wanted only where a condition of its alternative names one.
///
/// @see <a href="https://github.com/Masterminds/semver#checking-version-constraints">the language,
///   as Skopeo's users write it</a>
public final class VersionRange {
  /// More than anybody writes by hand; it bounds the work.
  private static final int LONGEST = 512;

  private static final int MOST_ALTERNATIVES = 32;

  private static final String VERSION =
      "v?([0-9]+|[xX*])(?:\\.([0-9]+|[xX*]))?(?:\\.([0-9]+|[xX*]))?"
          + "(-[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?";
  private static final Pattern FROM_TO =
      Pattern.compile("(" + VERSION + ")\\s+-\\s+(" + VERSION + ")");
  private static final Pattern CONDITION =
      Pattern.compile("(!=|>=|=>|<=|=<|~>|=|>|<|~|\\^|)\\s*(?:" + VERSION + ")");
  private static final Pattern BETWEEN = Pattern.compile("\\s*,\\s*|\\s+");

  /// Which of the three numbers a condition leaves open.
  private enum Open {
    NONE,
    PATCH,
    MINOR,
    ALL
  }

  private record Condition(String operator, SemanticVersion version, Open open) {}

  private final String text;
  private final List<List<Condition>> alternatives;

  private VersionRange(String text, List<List<Condition>> alternatives) {
    this.text = text;
    this.alternatives = alternatives;
  }

  /// Reads a range.
  ///
  /// @throws MalformedException for anything else
  public static VersionRange parse(String text) throws MalformedException {
    if (text.length() > LONGEST) {
      throw new MalformedException(
          "a version constraint of " + text.length() + " characters; at most " + LONGEST);
    }
    String[] parts = text.split("\\|\\|", -1);
    if (parts.length > MOST_ALTERNATIVES) {
      throw new MalformedException(
          "a version constraint of "
              + parts.length
              + " alternatives; at most "
              + MOST_ALTERNATIVES);
    }
    List<List<Condition>> alternatives = new ArrayList<>();
    for (String part : parts) {
      alternatives.add(conditions(FROM_TO.matcher(part).replaceAll(VersionRange::fromTo).strip()));
    }
    return new VersionRange(text, alternatives);
  }

  private static String fromTo(java.util.regex.MatchResult range) {
    return Matcher.quoteReplacement(">= " + range.group(1) + ", <= " + range.group(6) + " ");
  }

  private static List<Condition> conditions(String part) throws MalformedException {
    List<Condition> conditions = new ArrayList<>();
    Matcher condition = CONDITION.matcher(part);
    Matcher between = BETWEEN.matcher(part);
    int at = 0;
    do {
      condition.region(at, part.length());
      if (!condition.lookingAt()) {
        throw new MalformedException("improper constraint: \"" + part + "\"");
      }
      conditions.add(condition(condition, part));
      at = condition.end();
      between.region(at, part.length());
      if (at < part.length()) {
        if (!between.lookingAt()) {
          throw new MalformedException("improper constraint: \"" + part + "\"");
        }
        at = between.end();
      }
    } while (at < part.length());
    return conditions;
  }

  private static Condition condition(Matcher parts, String part) throws MalformedException {
    String numbers;
    Open open;
    if (isOpen(parts.group(2))) {
      numbers = "0.0.0";
      open = Open.ALL;
    } else if (isOpen(parts.group(3))) {
      numbers = parts.group(2) + ".0.0";
      open = Open.MINOR;
    } else if (isOpen(parts.group(4))) {
      numbers = parts.group(2) + "." + parts.group(3) + ".0";
      open = Open.PATCH;
    } else {
      numbers = parts.group(2) + "." + parts.group(3) + "." + parts.group(4);
      open = Open.NONE;
    }
    String before = parts.group(5) == null ? "" : parts.group(5);
    return new Condition(
        parts.group(1),
        SemanticVersion.of(numbers + before)
            .orElseThrow(() -> new MalformedException("improper constraint: \"" + part + "\"")),
        open);
  }

  private static boolean isOpen(@Nullable String number) {
    return number == null || number.equals("x") || number.equals("X") || number.equals("*");
  }

  /// Whether a version is wanted.
  public boolean holds(SemanticVersion version) {
    for (List<Condition> conditions : alternatives) {
      boolean all = true;
      boolean early = false;
      for (Condition condition : conditions) {
        early |= condition.version.isPreRelease();
      }
      for (Condition condition : conditions) {
        all &= (early || !version.isPreRelease()) && holds(version, condition);
      }
      if (all) {
        return true;
      }
    }
    return false;
  }

  private static boolean holds(SemanticVersion version, Condition condition) {
    SemanticVersion bound = condition.version;
    int order = version.compareTo(bound);
    int major = Long.compareUnsigned(version.major(), bound.major());
    int minor = Long.compareUnsigned(version.minor(), bound.minor());
    return switch (condition.operator) {
      case "", "=" -> condition.open == Open.NONE ? order == 0 : near(version, condition);
      case "!=" ->
          switch (condition.open) {
            case NONE, ALL -> order != 0;
            case MINOR -> major != 0;
            case PATCH ->
                major != 0
                    || minor != 0
                    || (version.isPreRelease() || bound.isPreRelease())
                        && !version.before().equals(bound.before());
          };
      case ">" ->
          switch (condition.open) {
            case NONE, ALL -> order > 0;
            case MINOR -> major > 0;
            case PATCH -> major > 0 || major == 0 && minor > 0;
          };
      case "<" -> order < 0;
      case ">=", "=>" -> order >= 0;
      case "<=", "=<" ->
          condition.open == Open.NONE
              ? order <= 0
              : major < 0 || major == 0 && (minor <= 0 || condition.open == Open.MINOR);
      case "~", "~>" -> near(version, condition);
      case "^" -> compatible(version, condition);
      default -> throw new IllegalStateException(condition.operator);
    };
  }

  /// At least the bound, and like it in the numbers before the last one given.
  private static boolean near(SemanticVersion version, Condition condition) {
    SemanticVersion bound = condition.version;
    if (version.compareTo(bound) < 0) {
      return false;
    }
    boolean anything =
        bound.major() == 0
            && bound.minor() == 0
            && bound.patch() == 0
            && (condition.open == Open.NONE || condition.open == Open.ALL);
    return anything
        || version.major() == bound.major()
            && (condition.open == Open.MINOR || version.minor() == bound.minor());
  }

  /// At least the bound, and like it up to the first number that is not 0.
  private static boolean compatible(SemanticVersion version, Condition condition) {
    SemanticVersion bound = condition.version;
    if (version.compareTo(bound) < 0 || version.major() != bound.major()) {
      return false;
    }
    if (bound.major() != 0 || condition.open == Open.MINOR) {
      return true;
    }
    if (version.minor() != bound.minor()) {
      return false;
    }
    return bound.minor() != 0 || condition.open == Open.PATCH || version.patch() == bound.patch();
  }

  @Override
  public String toString() {
    return text;
  }
}
