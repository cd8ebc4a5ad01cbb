package dev.stowage.transfer.place;

import dev.stowage.config.SignaturePolicy;
import dev.stowage.config.SignaturePolicy.Requirements;
import dev.stowage.config.Surroundings;
import dev.stowage.model.RejectedException;
import dev.stowage.model.UnsupportedException;
import dev.stowage.transfer.Location;
import java.io.IOException;
import java.util.Optional;

/// What policy.json says of the places that images come from. A policy that demands signatures is
/// not passed over: as long as they cannot be verified, such an image is refused.
public final class PolicyGate {
  private PolicyGate() {}

  /// Lets an image through before anything of it is read.
  ///
  /// @throws RejectedException if the policy forbids it
  /// @throws UnsupportedException if it demands a signature
  public static void check(Surroundings surroundings, Location source) throws IOException {
    Requirements requirements =
        requirements(SignaturePolicy.read(surroundings, Optional.empty()), source);
    switch (requirements.verdict()) {
      case ACCEPTED -> {}
      case REJECTED ->
          throw new RejectedException(
              requirements.place(),
              "Source image rejected: Running image "
                  + source
                  + " is rejected by policy ("
                  + requirements.place()
                  + ")");
      case NEEDS_SIGNATURES ->
          throw new UnsupportedException(
              "Source image rejected: "
                  + requirements.place()
                  + " demands signatures of "
                  + source
                  + ", which cannot be verified yet");
    }
  }

  private static Requirements requirements(SignaturePolicy policy, Location source) {
    return switch (source) {
      case Location.AtRegistry at -> policy.forRegistryImage(at.name());
      case Location.InStore ignored -> policy.fallback();
      case Location.InLayout ignored -> policy.fallback();
      case Location.InDirectory ignored -> policy.fallback();
      case Location.InOciArchive ignored -> policy.fallback();
      case Location.InDockerArchive ignored -> policy.fallback();
      case Location.AtDaemon ignored -> policy.fallback();
      case Location.InTarballs ignored -> policy.fallback();
    };
  }
}
