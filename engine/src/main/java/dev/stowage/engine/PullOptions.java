package dev.stowage.engine;

import dev.stowage.config.PullPolicy;
import dev.stowage.model.Platform;
import dev.stowage.transfer.RegistryAccess;
import dev.stowage.transfer.TrustChoice;
import dev.stowage.transfer.seal.DecryptionKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// How an image is pulled.
///
/// @param policy when it is pulled at all
/// @param platform the platform wanted, where it is not this machine's; its empty parts are this
///   machine's
/// @param tags whether one tag is meant or all of the repository
/// @param instances what is taken of an index
/// @param access how registries are talked to
/// @param trust which images may be used
/// @param decryption what encrypted layers are decrypted with
/// @param retry how often what may well work next time is tried again; as containers.conf says
///   where it is empty
public record PullOptions(
    PullPolicy policy,
    Optional<Platform> platform,
    Tags tags,
    Instances instances,
    RegistryAccess access,
    TrustChoice trust,
    List<DecryptionKey> decryption,
    Optional<Retry> retry) {

  public static final PullOptions DEFAULT =
      new PullOptions(
          PullPolicy.ALWAYS,
          Optional.empty(),
          Tags.ONE,
          Instances.ONE,
          RegistryAccess.DEFAULT,
          TrustChoice.DEFAULT,
          List.of(),
          Optional.empty());

  public PullOptions {
    decryption = List.copyOf(decryption);
  }

  /// Which tags of a repository are meant.
  public enum Tags {
    ONE,
    ALL
  }

  /// What is taken of an index.
  public enum Instances {
    /// The image for the wanted platform.
    ONE,
    /// The index as it is, all of its images and what is attached to them: it becomes a list of
    /// manifests, which can be pushed unchanged.
    ALL
  }

  /// How often something is tried again.
  ///
  /// @param times after the first attempt
  /// @param delay before the second attempt; it doubles from then on
  public record Retry(int times, Duration delay) {}

  public PullOptions withPolicy(PullPolicy wanted) {
    return new PullOptions(wanted, platform, tags, instances, access, trust, decryption, retry);
  }

  public PullOptions withPlatform(Platform wanted) {
    return new PullOptions(
        policy, Optional.of(wanted), tags, instances, access, trust, decryption, retry);
  }

  public PullOptions withTags(Tags wanted) {
    return new PullOptions(policy, platform, wanted, instances, access, trust, decryption, retry);
  }

  public PullOptions withInstances(Instances wanted) {
    return new PullOptions(policy, platform, tags, wanted, access, trust, decryption, retry);
  }

  public PullOptions withAccess(RegistryAccess wanted) {
    return new PullOptions(policy, platform, tags, instances, wanted, trust, decryption, retry);
  }

  public PullOptions withTrust(TrustChoice wanted) {
    return new PullOptions(policy, platform, tags, instances, access, wanted, decryption, retry);
  }

  public PullOptions withDecryption(List<DecryptionKey> keys) {
    return new PullOptions(policy, platform, tags, instances, access, trust, keys, retry);
  }

  public PullOptions withRetry(Retry wanted) {
    return new PullOptions(
        policy, platform, tags, instances, access, trust, decryption, Optional.of(wanted));
  }
}
