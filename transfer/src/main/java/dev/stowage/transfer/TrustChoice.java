package dev.stowage.transfer;

import java.nio.file.Path;

/// What a caller says about trust over the head of the machine's configuration.
///
/// @param policy which images may be used
/// @param demand whether an image has to be signed whatever the policy says
public record TrustChoice(Policy policy, Demand demand) {

  /// As the machine is configured.
  public static final TrustChoice DEFAULT =
      new TrustChoice(new Policy.Configured(), Demand.AS_POLICY_SAYS);

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
    return new TrustChoice(new Policy.InFile(file), demand);
  }

  public TrustChoice acceptingAnything() {
    return new TrustChoice(new Policy.AcceptAnything(), demand);
  }

  public TrustChoice withDemand(Demand wanted) {
    return new TrustChoice(policy, wanted);
  }
}
