package dev.stowage.engine;

import dev.stowage.model.Reference;
import java.io.IOException;
import java.util.List;

/// Whoever says what a short name means, where it may mean images of several registries. Who can
/// ask a user hands one to [EngineOptions#withChooser]; the engine itself never asks anybody.
///
/// It is asked by the thread that needs the name, before anything is asked of a registry.
@FunctionalInterface
public interface Chooser {

  /// Chooses one.
  ///
  /// @param shortName as it was given, without tag and digest
  /// @param candidates at least two, in the order of the search registries
  /// @return one of the candidates
  /// @throws IOException if none is chosen, which ends what the name is needed for
  Reference choose(String shortName, List<Reference> candidates) throws IOException;
}
