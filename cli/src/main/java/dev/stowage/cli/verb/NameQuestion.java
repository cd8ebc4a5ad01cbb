package dev.stowage.cli.verb;

import dev.stowage.cli.output.Menu;
import dev.stowage.engine.Chooser;
import dev.stowage.linux.RawTerminal;
import dev.stowage.model.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Asks the user which of several images a short name means.
final class NameQuestion implements Chooser {
  private final Call call;

  NameQuestion(Call call) {
    this.call = call;
  }

  /// The user left instead of choosing, and with that the whole command.
  static final class NothingChosenException extends IOException {
    NothingChosenException(String shortName, Reference first, Menu.LeftException left) {
      super(
          "no image was chosen for the short name \""
              + shortName
              + "\" ("
              + left.getMessage()
              + "): give the name in full, as "
              + first,
          left);
    }
  }

  @Override
  public Reference choose(String shortName, List<Reference> candidates) throws IOException {
    List<String> entries = new ArrayList<>();
    for (Reference candidate : candidates) {
      entries.add(candidate.toString());
    }
    call.out().flush();
    // Where the terminal does not let itself be changed, keys come when return is pressed.
    Optional<RawTerminal> raw = RawTerminal.enter();
    try {
      boolean draws = Menu.draws(call.surroundings().variable("TERM").orElse(""));
      int chosen = new Menu(System.in, call.out(), "Please select an image", entries).ask(draws);
      return candidates.get(chosen);
    } catch (Menu.LeftException e) {
      throw new NothingChosenException(shortName, candidates.getFirst(), e);
    } finally {
      raw.ifPresent(RawTerminal::close);
    }
  }
}
