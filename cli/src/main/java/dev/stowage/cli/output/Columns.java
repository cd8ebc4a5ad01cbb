package dev.stowage.cli.output;

import java.util.ArrayList;
import java.util.List;

/// Text with tabs set out in columns, the way Go's tabwriter does it for Podman: a column is as
/// wide as its widest cell and two spaces, but at least twelve; consecutive lines share a column as
/// long as each has a tab after it.
///
/// @see <a href="https://pkg.go.dev/text/tabwriter">text/tabwriter</a>
public final class Columns {
  private static final int LEAST_WIDTH = 12;
  private static final int PADDING = 2;

  private final List<List<String>> lines = new ArrayList<>();
  private final List<int[]> widths = new ArrayList<>();

  private Columns(String text) {
    int from = 0;
    while (from <= text.length()) {
      int end = text.indexOf('\n', from);
      String line = text.substring(from, end < 0 ? text.length() : end);
      List<String> cells = cells(line);
      lines.add(cells);
      widths.add(new int[cells.size()]);
      if (end < 0) {
        break;
      }
      from = end + 1;
    }
  }

  /// Sets the text out.
  public static String align(String text) {
    if (text.indexOf('\t') < 0) {
      return text;
    }
    Columns columns = new Columns(text);
    columns.measure(0, columns.lines.size(), 0);
    return columns.print();
  }

  private static List<String> cells(String line) {
    List<String> cells = new ArrayList<>();
    int from = 0;
    for (int tab = line.indexOf('\t'); tab >= 0; tab = line.indexOf('\t', from)) {
      cells.add(line.substring(from, tab));
      from = tab + 1;
    }
    cells.add(line.substring(from));
    return cells;
  }

  private void measure(int from, int to, int column) {
    int start = from;
    while (start < to) {
      if (!hasColumn(start, column)) {
        start++;
        continue;
      }
      int end = start;
      int width = LEAST_WIDTH;
      for (; end < to && hasColumn(end, column); end++) {
        width = Math.max(width, length(lines.get(end).get(column)) + PADDING);
      }
      for (int line = start; line < end; line++) {
        widths.get(line)[column] = width;
      }
      measure(start, end, column + 1);
      start = end;
    }
  }

  private boolean hasColumn(int line, int column) {
    return column < lines.get(line).size() - 1;
  }

  private String print() {
    StringBuilder out = new StringBuilder();
    for (int line = 0; line < lines.size(); line++) {
      if (line > 0) {
        out.append('\n');
      }
      List<String> cells = lines.get(line);
      int last = cells.size() - 1;
      for (int i = 0; i < last; i++) {
        String cell = cells.get(i);
        out.append(cell).repeat(' ', widths.get(line)[i] - length(cell));
      }
      out.append(cells.get(last));
    }
    return out.toString();
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
