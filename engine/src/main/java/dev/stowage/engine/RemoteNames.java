package dev.stowage.engine;

import dev.stowage.config.Candidates;
import dev.stowage.config.RegistriesConfig;
import dev.stowage.config.ShortNameAliases;
import dev.stowage.config.Surroundings;
import dev.stowage.model.Wanted;
import dev.stowage.transfer.Listener;
import java.io.IOException;
import java.util.Optional;

/// Finds out which images of registries a name means.
///
/// @param chooser is asked where a short name may mean several
record RemoteNames(Surroundings surroundings, Optional<Chooser> chooser) {
  static RemoteNames of(Engine engine) {
    return new RemoteNames(engine.surroundings(), engine.context().chooser());
  }

  /// What the configuration makes of a name.
  Candidates candidates(RegistriesConfig registries, Wanted wanted) throws IOException {
    return registries.candidates(
        wanted,
        ShortNameAliases.of(surroundings).read(),
        chooser.isPresent() ? Candidates.Asking.POSSIBLE : Candidates.Asking.IMPOSSIBLE);
  }

  /// The candidates, or the one of them that is chosen, where one has to be.
  Candidates chosen(Candidates candidates) throws IOException {
    if (candidates.reason() != Candidates.Reason.CHOICE || chooser.isEmpty()) {
      return candidates;
    }
    return candidates.chosen(chooser.get().choose(candidates.shortName(), candidates.references()));
  }

  /// Records what was chosen, after it could be pulled. Where that is not possible, as on a system
  /// that is only read, there is a warning and a question the next time.
  void record(Candidates candidates, Listener listener) {
    if (candidates.reason() != Candidates.Reason.CHOSEN) {
      return;
    }
    ShortNameAliases aliases = ShortNameAliases.of(surroundings);
    try {
      aliases.record(candidates.shortName(), candidates.references().getFirst().repository());
    } catch (IOException e) {
      listener.on(
          new Listener.Progress.Warned(
              "recording short-name alias (\""
                  + candidates.shortName()
                  + "\"=\""
                  + candidates.references().getFirst()
                  + "\") in "
                  + aliases.file()
                  + ": "
                  + e));
    }
  }
}
