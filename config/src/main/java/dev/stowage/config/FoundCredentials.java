package dev.stowage.config;

import dev.stowage.model.Credentials;
import java.nio.file.Path;
import java.util.List;

/// The credentials for a repository, and how they were found, so that a refused pull can say whose
/// word it went by.
///
/// @param credentials anonymous where nothing was found
/// @param trace the places that were looked at, in their order; where something was found, the last
///   one is where
public record FoundCredentials(Credentials credentials, List<Look> trace) {

  /// One look into one place.
  ///
  /// @param place a file, or a credential helper with the file that names it
  /// @param outcome what was found there, without secrets
  public record Look(String place, String outcome) {
    static Look at(Path file, String outcome) {
      return new Look(file.toString(), outcome);
    }

    @Override
    public String toString() {
      return place + ": " + outcome;
    }
  }

  public FoundCredentials {
    trace = List.copyOf(trace);
  }

  /// Where the credentials are from, in words: `anonymous`, or the place and what was found there.
  public String source() {
    return credentials instanceof Credentials.Anonymous || trace.isEmpty()
        ? "anonymous"
        : trace.getLast().toString();
  }
}
