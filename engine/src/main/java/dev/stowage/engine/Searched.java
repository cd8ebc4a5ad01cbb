package dev.stowage.engine;

import dev.stowage.registry.SearchHit;
import java.io.IOException;
import java.util.List;

/// What a search brought.
///
/// @param hits by registry in the order asked, and within one as the registry orders them
/// @param failures of the registries that could not be asked
public record Searched(List<Hit> hits, List<IOException> failures) {

  /// A repository.
  ///
  /// @param registry the registry's host
  /// @param name the whole name
  // Whoever reads what a registry says of a repository is one of this project's modules.
  @SuppressWarnings("exports")
  public record Hit(String registry, String name, SearchHit found) {}

  public Searched {
    hits = List.copyOf(hits);
    failures = List.copyOf(failures);
  }
}
