package dev.stowage.engine;

import dev.stowage.model.Reference;
import dev.stowage.model.Repository;
import dev.stowage.model.Wanted;
import java.io.IOException;
import java.util.List;

/// Says which full names a name without a host may stand for in the local store.
@FunctionalInterface
interface ShortNames {

  /// Names without a host were all made on this machine.
  ShortNames LOCALHOST = name -> List.of(name.at(Repository.LOCALHOST).tagged());

  /// The full names, the likeliest first: an alias, the name at `localhost`, at the search
  /// registries.
  List<Reference> candidates(Wanted.ByShortName name) throws IOException;
}
