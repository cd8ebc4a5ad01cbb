package dev.stowage.model;

/// What became of a finding.
///
/// @param text how, or why not
public record Repair(Finding finding, Result result, String text) {

  /// Whether anything is done.
  public enum Mode {
    /// Only said.
    PLANNED,
    DONE
  }

  /// What is done with what nobody can bring back.
  public enum Lost {
    KEPT,
    REMOVED,
    /// With the containers that use it.
    REMOVED_WITH_CONTAINERS
  }

  /// What became of it.
  public enum Result {
    MENDED("mended"),
    /// It can be mended, and nothing was to be done.
    MENDABLE("mendable"),
    /// What nobody can bring back was removed, as was asked for.
    REMOVED("removed"),
    LEFT("left");

    private final String word;

    Result(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }
}
