package dev.stowage.cli.output;

import dev.stowage.transfer.Listener.Progress;
import dev.stowage.transfer.Part;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/// Shows how transfers go: on a terminal a bar for each blob that moves, elsewhere a line for each.
public final class Transfers {
  private static final long REDRAW_NANOS = 100_000_000L;
  private static final int DIGEST_LENGTH = 12;
  private static final int BAR_WIDTH = 18;
  private static final double KIBI = 1024;
  private static final String[] UNITS = {"b", "KiB", "MiB", "GiB", "TiB"};

  /// How far a blob is.
  private static final class Bar {
    private final long begun = System.nanoTime();
    private long bytes;
  }

  private final PrintStream err;
  private final boolean terminal;
  private final Map<Part, Bar> bars = new LinkedHashMap<>();
  private boolean begun;
  private int drawn;
  private long drawnAt;

  /// @param terminal whether what is printed can be taken back
  public Transfers(PrintStream err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  public synchronized void on(Progress progress) {
    if (progress instanceof Progress.Moved(Part part, long bytes)) {
      moved(part, bytes);
    } else if (progress instanceof Progress.Started(Part part)) {
      started(part);
    } else if (progress instanceof Progress.Reused(Part part)) {
      begin();
      line(terminal ? shortened(part) + " skipped: already exists" : "Copying " + part);
    } else if (progress instanceof Progress.Finished(Part part)) {
      if (terminal && bars.remove(part) != null) {
        line(shortened(part) + " done");
      }
    } else if (progress instanceof Progress.Failed(Part part)) {
      if (terminal && bars.remove(part) != null) {
        redraw();
      }
    } else if (progress instanceof Progress.Trying(var name)) {
      begun = false;
      line("Trying to pull " + name + "...");
    } else if (progress instanceof Progress.Committing) {
      line("Writing manifest to image destination");
    } else if (progress instanceof Progress.Noted(String text)) {
      line(text);
    } else {
      erase(); // whoever else shows it begins at the left
    }
  }

  private void started(Part part) {
    begin();
    if (terminal) {
      bars.put(part, new Bar());
      redraw();
    } else {
      line("Copying " + part);
    }
  }

  private void moved(Part part, long bytes) {
    Bar bar = terminal ? bars.get(part) : null;
    if (bar != null) {
      bar.bytes = bytes;
      if (System.nanoTime() - drawnAt > REDRAW_NANOS) {
        redraw();
      }
    }
  }

  /// Takes back what was drawn of unfinished transfers.
  public synchronized void end() {
    bars.clear();
    erase();
  }

  private void begin() {
    if (!begun) {
      begun = true;
      line("Getting image source signatures");
    }
  }

  private void line(String text) {
    erase();
    err.println(text);
    redraw();
  }

  private void erase() {
    if (drawn > 0) {
      err.print("\u001b[" + drawn + "A\u001b[J");
      drawn = 0;
    }
  }

  private void redraw() {
    if (!terminal || (bars.isEmpty() && drawn == 0)) {
      return;
    }
    StringBuilder out = new StringBuilder();
    if (drawn > 0) {
      out.append("\u001b[").append(drawn).append("A\u001b[J");
    }
    bars.forEach((part, bar) -> out.append(bar(part, bar)).append('\n'));
    err.print(out);
    err.flush();
    drawn = bars.size();
    drawnAt = System.nanoTime();
  }

  private static String bar(Part part, Bar bar) {
    long size = part.descriptor().size();
    StringBuilder out = new StringBuilder(shortened(part)).append(" [");
    int full = size <= 0 ? 0 : (int) Math.min(BAR_WIDTH, bar.bytes * BAR_WIDTH / size);
    out.repeat('=', Math.max(0, full - 1)).append(full > 0 ? ">" : "");
    out.repeat('-', BAR_WIDTH - full).append("] ");
    out.append(binary(bar.bytes)).append(" / ").append(binary(size)).append(" | ");
    double seconds = Math.max(System.nanoTime() - bar.begun, 1) / 1e9;
    return out.append(binary((long) (bar.bytes / seconds))).append("/s").toString();
  }

  private static String shortened(Part part) {
    return (part.role() == Part.Role.CONFIG ? "Copying config " : "Copying blob ")
        + part.descriptor().digest().hex().substring(0, DIGEST_LENGTH);
  }

  /// `12.3MiB`.
  static String binary(long bytes) {
    double size = bytes;
    int unit = 0;
    while (size >= KIBI && unit < UNITS.length - 1) {
      size /= KIBI;
      unit++;
    }
    long tenths = Math.round(size * 10);
    return tenths / 10 + "." + tenths % 10 + UNITS[unit];
  }
}
