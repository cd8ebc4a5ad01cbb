package dev.stowage.cli.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Commands that somebody who mistyped may have meant.
public final class Suggestions {
  private static final int NEAR = 2;

  private Suggestions() {}

  /// The names that begin with the word or differ from it by at most two letters.
  public static List<String> near(String word, List<String> names) {
    String typed = word.toLowerCase(Locale.ROOT);
    List<String> near = new ArrayList<>();
    for (String name : names) {
      if (name.startsWith(typed) || distance(typed, name) <= NEAR) {
        near.add(name);
      }
    }
    return near;
  }

  /// How many letters have to be put in, left out or changed.
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int above = row[j];
        int change = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(above, row[j - 1]) + 1, diagonal + change);
        diagonal = above;
      }
    }
    return row[to.length()];
  }
}
