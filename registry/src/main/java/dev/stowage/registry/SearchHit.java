package dev.stowage.registry;

/// A repository that a search found.
///
/// @param name below the registry, as the registry gives it
/// @param stars how many users like it
/// @param standing who made it
/// @param making how its images come to be
public record SearchHit(
    String name, String description, long stars, Standing standing, Making making) {

  /// Who made a repository.
  public enum Standing {
    /// The registry's own people.
    OFFICIAL,
    ORDINARY
  }

  /// How the images of a repository come to be.
  public enum Making {
    /// By the registry, from a source.
    AUTOMATED,
    BY_HAND
  }
}
