package dev.stowage.model;

/// What became of a finding.
///
/// @param text how, or why not
public record Repair(Finding finding, Result result, String text) {

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
