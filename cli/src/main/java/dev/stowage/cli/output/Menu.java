package dev.stowage.cli.output;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/// A list to choose from, on a terminal that hands on each key as it is typed.
///
/// Where the terminal can draw, the arrows (or `j` and `k`) move a mark, a digit moves it to the
/// entry of that number, and return takes the marked one. Elsewhere the entries are numbered, and
/// the number of one is typed; return alone takes the first.
public final class Menu {
  /// The highest number that one key types.
  private static final int MOST_MARKED = 9;

  private static final int LONGEST_NUMBER = 6;
  private static final int CTRL_C = 3;
  private static final int CTRL_D = 4;
  private static final int CTRL_N = 14;
  private static final int CTRL_P = 16;
  private static final int BACKSPACE = 8;
  private static final int DELETE = 127;
  private static final int ESCAPE = 27;

  /// What a key that is more than a character means.
  private static final int UP = -2;

  private static final int DOWN = -3;
  private static final int NOTHING = -4;

  private static final String CLEAR_LINE = "\r\u001b[K";
  private static final String CLEAR_BELOW = "\r\u001b[J";

  /// So that a long line stays one line, which going up relies on. It holds for the drawing alone:
  /// who is killed while asking leaves the terminal as it was.
  private static final String CUT_LINES = "\u001b[?7l";

  private static final String WRAP_LINES = "\u001b[?7h";

  private final InputStream keys;
  private final Output out;
  private final String question;
  private final List<String> entries;

  /// @param question without a colon at its end
  /// @param entries at least one
  public Menu(InputStream keys, Output out, String question, List<String> entries) {
    this.keys = keys;
    this.out = out;
    this.question = question;
    this.entries = List.copyOf(entries);
  }

  /// How it ended that nothing was chosen.
  public static final class LeftException extends IOException {
    LeftException(String how) {
      super(how);
    }
  }

  /// Whether a terminal of that name, as `TERM` has it, can draw: empty and `dumb` cannot.
  public static boolean draws(String terminal) {
    return !terminal.isEmpty() && !terminal.equals("dumb") && !terminal.equals("unknown");
  }

  /// Asks.
  ///
  /// @param draws whether the terminal can
  /// @return the index of the entry that was chosen
  /// @throws LeftException if none was, with ctrl-C or as the input ended
  public int ask(boolean draws) throws IOException {
    return draws && entries.size() <= MOST_MARKED ? marked() : numbered();
  }

  private int marked() throws IOException {
    int mark = 0;
    out.print(question + ":\r\n");
    draw(mark);
    while (true) {
      int key = key();
      if (key == '\r' || key == '\n') {
        out.print("\u001b[" + (entries.size() + 1) + "A" + CLEAR_BELOW);
        out.print(question + ": " + entries.get(mark) + "\r\n");
        out.flush();
        return mark;
      }
      int moved = moved(mark, key);
      if (moved != mark) {
        mark = moved;
        out.print("\u001b[" + entries.size() + "A");
        draw(mark);
      }
    }
  }

  private int moved(int mark, int key) {
    if (key == UP || key == 'k' || key == CTRL_P) {
      return Math.max(0, mark - 1);
    }
    if (key == DOWN || key == 'j' || key == CTRL_N) {
      return Math.min(entries.size() - 1, mark + 1);
    }
    return key >= '1' && key < '1' + entries.size() ? key - '1' : mark;
  }

  private void draw(int mark) throws IOException {
    out.print(CUT_LINES);
    for (int i = 0; i < entries.size(); i++) {
      out.print(CLEAR_LINE + (i == mark ? "  > " : "    "));
      out.print((i + 1) + ". " + entries.get(i) + "\r\n");
    }
    out.print(WRAP_LINES);
    out.flush();
  }

  private int numbered() throws IOException {
    out.print(question + ":\r\n");
    for (int i = 0; i < entries.size(); i++) {
      out.print("  " + (i + 1) + ". " + entries.get(i) + "\r\n");
    }
    while (true) {
      out.print("Number [1]: ");
      out.flush();
      String typed = number();
      int number = typed.isEmpty() ? 1 : Integer.parseInt(typed);
      if (number >= 1 && number <= entries.size()) {
        return number - 1;
      }
      out.print("There is no number " + typed + ".\r\n");
    }
  }

  /// What was typed before a return; the terminal does not show it by itself.
  private String number() throws IOException {
    StringBuilder typed = new StringBuilder();
    while (true) {
      int key = key();
      if (key == '\r' || key == '\n') {
        out.print("\r\n");
        out.flush();
        return typed.toString();
      }
      if (key >= '0' && key <= '9' && typed.length() < LONGEST_NUMBER) {
        typed.append((char) key);
        out.print(Character.toString(key));
      } else if ((key == BACKSPACE || key == DELETE) && !typed.isEmpty()) {
        typed.setLength(typed.length() - 1);
        out.print("\b \b");
      }
      out.flush();
    }
  }

  /// The next key: a character, or what an arrow means.
  private int key() throws IOException {
    int key = keys.read();
    if (key == ESCAPE) {
      key = keys.read();
      if (key == '[' || key == 'O') {
        return sequence();
      }
    }
    if (key < 0 || key == CTRL_D) {
      throw left("the input ended");
    }
    if (key == CTRL_C) {
      throw left("ctrl-C");
    }
    return key;
  }

  /// The key that ends in a letter after numbers, as keys do that have no character.
  private int sequence() throws IOException {
    int key = keys.read();
    while (key >= ' ' && key < '@') {
      key = keys.read();
    }
    if (key < 0) {
      throw left("the input ended");
    }
    return key == 'A' ? UP : key == 'B' ? DOWN : NOTHING;
  }

  private LeftException left(String how) throws IOException {
    out.print("\r\n");
    out.flush();
    return new LeftException(how);
  }
}
