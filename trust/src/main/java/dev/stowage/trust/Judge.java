package dev.stowage.trust;

import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.MalformedException;
import dev.stowage.model.RejectedException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Decides by a policy whether an image may be used. It looks at the digest of the manifest and at
/// signatures, and never into the manifest: nothing of an image is parsed before it was accepted.
public final class Judge {
  private final Policy policy;
  private final Demand demand;

  public Judge(Policy policy, Demand demand) {
    this.policy = policy;
    this.demand = demand;
  }

  /// Whether the policy's word alone counts.
  public enum Demand {
    /// It does.
    AS_POLICY_SAYS,
    /// No: an image for which the policy demands no signature is refused.
    SIGNATURE
  }

  /// Reads the signatures of a manifest when they are needed.
  public interface Signatures {
    List<ImageSignature> read() throws IOException;
  }

  /// An image before its judge.
  public record Candidate(ImageIdentity identity, Document manifest, Signatures signatures) {}

  /// Accepts an image by returning.
  ///
  /// @throws RejectedException if the policy does not accept it, with the reason
  public void judge(Candidate image) throws IOException {
    Policy.Demands demands = policy.demandsOf(image.identity());
    boolean signed = false;
    for (Requirement requirement : demands.all()) {
      Optional<String> fault = fault(requirement, image);
      if (fault.isPresent()) {
        throw rejected(demands.place(), fault.get());
      }
      signed = signed || requirement.verifiesSignatures();
    }
    if (demand == Demand.SIGNATURE && !signed) {
      throw rejected(
          demands.place(),
          "No signature verification policy found for image " + image.identity().forLog());
    }
  }

  /// Refuses an image that no signature could save.
  ///
  /// @throws RejectedException if the policy rejects it whatever it is
  public void refuseAtOnce(ImageIdentity image) throws RejectedException {
    Policy.Demands demands = policy.demandsOf(image);
    for (Requirement requirement : demands.all()) {
      if (requirement instanceof Requirement.Reject) {
        throw rejected(demands.place(), running(image));
      }
    }
  }

  private static String running(ImageIdentity image) {
    return "Running image " + image.shown() + " is rejected by policy.";
  }

  private static RejectedException rejected(String place, String why) {
    return new RejectedException(place, "Source image rejected: " + why + " (" + place + ")");
  }

  private static Optional<String> fault(Requirement requirement, Candidate image)
      throws IOException {
    if (requirement instanceof Requirement.AcceptAnything) {
      return Optional.empty();
    }
    if (requirement instanceof Requirement.SignedBy signedBy) {
      return signedBy(signedBy, image);
    }
    if (requirement instanceof Requirement.SigstoreSigned sigstore) {
      return sigstore(sigstore, image);
    }
    return Optional.of(
        requirement instanceof Requirement.SignedBaseLayer
            ? "signedBaseLayer is not implemented, here and in every other tool"
            : running(image.identity()));
  }

  private static Optional<String> signedBy(Requirement.SignedBy requirement, Candidate image)
      throws IOException {
    List<ImageSignature.Simple> signatures = new ArrayList<>();
    for (ImageSignature each : image.signatures().read()) {
      if (each instanceof ImageSignature.Simple simple) {
        signatures.add(simple);
      }
    }
    List<String> faults = new ArrayList<>();
    if (!signatures.isEmpty()) {
      OpenPgpKeys keys;
      try {
        keys = keys(requirement);
      } catch (IOException e) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
      for (ImageSignature.Simple each : signatures) {
        try {
          Claim claim = Claim.parse(keys.verify(each.message()).content(), Claim.Kind.SIMPLE);
          accept(claim, requirement.identity(), image);
          return Optional.empty();
        } catch (IOException e) {
          faults.add(String.valueOf(e.getMessage()));
        }
      }
    }
    return Optional.of(summary(faults, "A signature was required, but no signature exists"));
  }

  private static OpenPgpKeys keys(Requirement.SignedBy requirement) throws IOException {
    if (requirement.keyType() != Requirement.KeyType.GPG_KEYS) {
      throw new MalformedException(
          "Unimplemented \"keyType\" value \"" + requirement.keyType() + "\"");
    }
    OpenPgpKeys keys = OpenPgpKeys.of(requirement.keys().read(), Instant.now());
    if (keys.fingerprints().isEmpty()) {
      throw new MalformedException("No public keys imported");
    }
    return keys;
  }

  private static Optional<String> sigstore(Requirement.SigstoreSigned requirement, Candidate image)
      throws IOException {
    List<ImageSignature.Sigstore> signatures = new ArrayList<>();
    int others = 0;
    int attachments = 0;
    for (ImageSignature each : image.signatures().read()) {
      if (!(each instanceof ImageSignature.Sigstore sigstore)) {
        others++;
      } else if (!sigstore.type().equals(ImageSignature.Sigstore.TYPE)) {
        attachments++;
      } else {
        signatures.add(sigstore);
      }
    }
    List<String> faults = new ArrayList<>();
    if (!signatures.isEmpty()) {
      SigstoreVerifier verifier;
      try {
        verifier = SigstoreVerifier.of(requirement, Instant.now());
      } catch (IOException e) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
      for (ImageSignature.Sigstore each : signatures) {
        try {
          Claim claim = verifier.verify(each);
          accept(claim, requirement.identity(), image);
          return Optional.empty();
        } catch (IOException e) {
          faults.add(String.valueOf(e.getMessage()));
        }
      }
    }
    return Optional.of(
        summary(
            faults,
            "A signature was required, but no signature exists"
                + (others + attachments == 0
                    ? ""
                    : " ("
                        + others
                        + " non-sigstore signatures, "
                        + attachments
                        + " sigstore non-signature attachments)")));
  }

  private static void accept(Claim claim, IdentityMatch identity, Candidate image)
      throws MalformedException {
    Digest digest = claim.manifest();
    if (!digest.matches(image.manifest().bytes())) {
      throw new MalformedException("Signature for digest " + digest + " does not match");
    }
    if (!identity.matches(image.identity().name(), claim.reference())) {
      throw new MalformedException(
          "Signature for identity \"" + claim.reference() + "\" is not accepted");
    }
  }

  private static String summary(List<String> faults, String none) {
    return switch (faults.size()) {
      case 0 -> none;
      case 1 -> faults.getFirst();
      default -> "None of the signatures were accepted, reasons: " + String.join("; ", faults);
    };
  }
}
