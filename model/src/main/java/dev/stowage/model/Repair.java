package dev.stowage.model;

/// What became of a finding.
///
/// @param text how, or why not
/// @param outlook of what was left as it is
public record Repair(Finding finding, Result result, String text, Outlook outlook) {

  /// One that leaves everything open: that something is lost has to be said.
  public Repair(Finding finding, Result result, String text) {
    this(finding, result, text, Outlook.OPEN);
  }

  /// What stays as it is, since nobody can bring it back.
  public static Repair lost(Finding finding, String text) {
    return new Repair(finding, Result.LEFT, text, Outlook.LOST);
  }

  /// Whether what was left as it is can still be brought back.
  public enum Outlook {
    /// Nobody knows: a place that may have it could not be asked, or something was in the way.
    OPEN,
    /// Nobody has it, as all say who could.
    LOST
  }

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
