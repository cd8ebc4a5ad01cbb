package dev.stowage.transfer.place;

import dev.stowage.config.Surroundings;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.TrustChoice;
import dev.stowage.trust.ImageIdentity;
import dev.stowage.trust.Judge;
import dev.stowage.trust.Policy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Stands between places and whoever copies from them, so that nothing of an image is parsed before
/// the policy has accepted it.
public final class Guard {
  private final Judge judge;

  private Guard(Judge judge) {
    this.judge = judge;
  }

  /// A guard with the policy that applies here.
  ///
  /// @throws dev.stowage.model.NotFoundException if there is no policy
  /// @throws dev.stowage.model.MalformedException if it is not understood whole
  public static Guard of(Surroundings surroundings, TrustChoice choice) throws IOException {
    return new Guard(
        new Judge(
            policy(surroundings, choice.policy()),
            choice.demand() == TrustChoice.Demand.SIGNATURE
                ? Judge.Demand.SIGNATURE
                : Judge.Demand.AS_POLICY_SAYS));
  }

  private static Policy policy(Surroundings surroundings, TrustChoice.Policy chosen)
      throws IOException {
    if (chosen instanceof TrustChoice.Policy.AcceptAnything) {
      return Policy.ACCEPT_ANYTHING;
    }
    return Policy.read(
        surroundings,
        chosen instanceof TrustChoice.Policy.InFile(Path file)
            ? Optional.of(file)
            : Optional.empty());
  }

  /// Refuses an image that the policy refuses whatever it is, before anything of it is fetched.
  ///
  /// @throws dev.stowage.model.RejectedException if the policy does
  public void refuseAtOnce(ImageIdentity image) throws IOException {
    judge.refuseAtOnce(image);
  }

  /// The same source, which hands out what has been accepted and fails on all else. Closing it
  /// closes the one inside.
  public ImageSource watch(ImageSource source, ImageIdentity image) {
    return new GuardedSource(source, image, judge);
  }
}
