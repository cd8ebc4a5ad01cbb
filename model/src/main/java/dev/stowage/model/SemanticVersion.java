package dev.stowage.model;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A version of three numbers, as tags are often written: `v1.2.3-rc.1+build`. Minor number and
/// patch may be missing and are 0 then; what follows the plus sign does not count.
///
/// @param major read as unsigned
/// @param before the pre-release part, without its dash; empty for a release
/// @see <a href="https://semver.org/#spec-item-11">Semantic Versioning, precedence</a>
public record SemanticVersion(long major, long minor, long patch, String before)
    implements Comparable<SemanticVersion> {

  /// Longer texts are no versions.
  private static final int LONGEST = 256;

  private static final Pattern FORM =
      Pattern.compile(
          "v?([0-9]+)(?:\\.([0-9]+))?(?:\\.([0-9]+))?"
              + "(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?"
              + "(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?");

  /// The version that a text is; empty where it is none.
  public static Optional<SemanticVersion> of(String text) {
    if (text.length() > LONGEST) {
      return Optional.empty();
    }
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String before = parts.group(4) == null ? "" : parts.group(4);
    for (String part : before.split("\\.", -1)) {
      if (part.length() > 1 && part.charAt(0) == '0' && isNumber(part)) {
        return Optional.empty();
      }
    }
    try {
      return Optional.of(
          new SemanticVersion(
              number(parts.group(1)), number(parts.group(2)), number(parts.group(3)), before));
    } catch (NumberFormatException e) {
      return Optional.empty(); // larger than any real one
    }
  }

  private static long number(@Nullable String text) {
    return text == null ? 0 : Long.parseUnsignedLong(text);
  }

  private static boolean isNumber(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /// Whether it comes before the release with its numbers.
  public boolean isPreRelease() {
    return !before.isEmpty();
  }

  @Override
  public int compareTo(SemanticVersion other) {
    int order = Long.compareUnsigned(major, other.major);
    order = order != 0 ? order : Long.compareUnsigned(minor, other.minor);
    order = order != 0 ? order : Long.compareUnsigned(patch, other.patch);
    if (order != 0 || before.equals(other.before)) {
      return order;
    }
    if (before.isEmpty() || other.before.isEmpty()) {
      return before.isEmpty() ? 1 : -1;
    }
    String[] mine = before.split("\\.", -1);
    String[] others = other.before.split("\\.", -1);
    for (int i = 0; i < Math.min(mine.length, others.length); i++) {
      int part = comparePart(mine[i], others[i]);
      if (part != 0) {
        return part;
      }
    }
    return Integer.compare(mine.length, others.length);
  }

  private static int comparePart(String mine, String other) {
    boolean number = isNumber(mine);
    if (number != isNumber(other)) {
      return number ? -1 : 1;
    }
    // Numbers have no leading zeros, so that the longer one is the larger.
    return number && mine.length() != other.length()
        ? Integer.compare(mine.length(), other.length())
        : mine.compareTo(other);
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(major)
        + "."
        + Long.toUnsignedString(minor)
        + "."
        + Long.toUnsignedString(patch)
        + (before.isEmpty() ? "" : "-" + before);
  }
}
