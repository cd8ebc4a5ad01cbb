package dev.stowage.config;

import dev.stowage.model.Reference;
import java.util.List;

/// The full names a name may stand for, in the order to try them.
///
/// @param references at least one, each with a tag or a digest
/// @param shortName the name as the user gave it, without tag and digest
/// @param reason how the name led to them
/// @param origin what decided it
public record Candidates(
    List<Reference> references, String shortName, Reason reason, Origin origin) {

  /// How a name led to its candidates.
  public enum Reason {
    /// It was full already.
    FULL_NAME,
    /// It is an alias.
    ALIAS,
    /// It was completed with the unqualified-search registries.
    SEARCH,
    /// As `SEARCH`, but somebody has to choose one first.
    CHOICE,
    /// Somebody chose it. What was chosen and could be pulled is then recorded as an alias.
    CHOSEN
  }

  /// Whether there is somebody who can be asked what a short name means.
  public enum Asking {
    POSSIBLE,
    IMPOSSIBLE
  }

  public Candidates {
    references = List.copyOf(references);
  }

  /// The one of a choice that was chosen.
  ///
  /// @throws IllegalArgumentException if it was not among those to choose from
  public Candidates chosen(Reference reference) {
    if (!references.contains(reference)) {
      throw new IllegalArgumentException(
          reference + " was chosen for \"" + shortName + "\" and is none of " + references);
    }
    return new Candidates(List.of(reference), shortName, Reason.CHOSEN, origin);
  }

  /// The sentence that tells the user what is being done; empty for a full name and for what
  /// somebody chose.
  public String description() {
    return switch (reason) {
      case FULL_NAME, CHOICE, CHOSEN -> "";
      case ALIAS -> "Resolved \"" + shortName + "\" as an alias (" + place() + ")";
      case SEARCH ->
          "Resolving \"" + shortName + "\" using unqualified-search registries (" + place() + ")";
    };
  }

  private String place() {
    return origin instanceof Origin.InFile inFile ? inFile.file().toString() : origin.toString();
  }
}
