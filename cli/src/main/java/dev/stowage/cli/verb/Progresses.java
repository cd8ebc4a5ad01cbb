package dev.stowage.cli.verb;

import dev.stowage.cli.output.Transfers;
import dev.stowage.config.Terminal;
import dev.stowage.transfer.Listener;
import java.io.Closeable;

/// What the user sees of transfers while one command runs: nothing where `--quiet` is given.
/// Closing it takes back what was drawn.
final class Progresses implements Closeable {
  private final Listener heard;
  private final Transfers shown;
  private final boolean quiet;

  Progresses(Call call) {
    this.heard = new Heard(call);
    this.shown =
        new Transfers(
            call.err(), call.surroundings().terminal().error() == Terminal.Stream.TERMINAL);
    this.quiet = call.words().on("quiet");
  }

  Listener listener() {
    return progress -> {
      if (!quiet) {
        shown.on(progress);
      }
      heard.on(progress);
    };
  }

  /// Takes back what is drawn, so that something else can be written.
  void end() {
    shown.end();
  }

  @Override
  public void close() {
    end();
  }
}
