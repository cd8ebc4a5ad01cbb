package dev.stowage.transfer;

import java.nio.file.Path;
import java.util.Optional;

/// What a caller says about trust over the head of the machine's configuration.
///
/// @param policy which images may be used
/// @param demand whether an image has to be signed whatever the policy says
/// @param signaturePlaces the directory to read in place of `registries.d`
public record TrustChoice(Policy policy, Demand demand, Optional<Path> signaturePlaces) {

  /// As the machine is configured.
  public static final TrustChoice DEFAULT =
      new TrustChoice(new Policy.Configured(), Demand.AS_POLICY_SAYS, Optional.empty());

  /// Which images may be used.
  public sealed interface Policy {

    /// Those that the user's or the system's policy.json accepts.
    record Configured() implements Policy {}

    /// Those that this policy.json accepts.
    record InFile(Path file) implements Policy {}

    /// All.
    record AcceptAnything() implements Policy {}
  }

  /// Whether the policy's word alone counts.
  public enum Demand {
    AS_POLICY_SAYS,
    /// No: an image for which the policy demands no signature is refused.
    SIGNATURE
  }

  public TrustChoice withPolicy(Path file) {
    return new TrustChoice(new Policy.InFile(file), demand, signaturePlaces);
  }

  public TrustChoice acceptingAnything() {
    return new TrustChoice(new Policy.AcceptAnything(), demand, signaturePlaces);
  }

  public TrustChoice withDemand(Demand wanted) {
    return new TrustChoice(policy, wanted, signaturePlaces);
  }

  public TrustChoice withSignaturePlaces(Path directory) {
    return new TrustChoice(policy, demand, Optional.of(directory));
  }
}
