package dev.stowage.engine;

import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.LocalForm;
import dev.stowage.transfer.RegistryAccess;
import dev.stowage.transfer.TrustChoice;
import java.util.Optional;

/// How an image is pushed.
///
/// @param copy what the copy is to look like; of a list of images all are taken
/// @param form what it is to look like in a file or a directory
/// @param access how registries are talked to
/// @param originals whether layers may be fetched from where they were pulled from
/// @param trust what a policy says that is named for this push; that of the machine lets the
///   store's own images go, as Podman has it
/// @param retry how often what may well work next time is tried again; as containers.conf says
///   where it is empty
public record PushOptions(
    CopyOptions copy,
    LocalForm form,
    RegistryAccess access,
    Originals originals,
    TrustChoice trust,
    Optional<PullOptions.Retry> retry) {

  public static final PushOptions DEFAULT =
      new PushOptions(
          CopyOptions.of(CopyOptions.Instances.ALL),
          LocalForm.USUAL,
          RegistryAccess.DEFAULT,
          Originals.FETCHED,
          TrustChoice.DEFAULT,
          Optional.empty());

  /// Whether layers may be fetched from where they were pulled from. The store keeps layers
  /// unpacked, and only so do those that another program compressed keep their digests in a
  /// registry that lacks them.
  public enum Originals {
    FETCHED,
    /// They are not; they are compressed anew, and the digests change.
    NOT_FETCHED
  }

  public PushOptions withCopy(CopyOptions wanted) {
    return new PushOptions(wanted, form, access, originals, trust, retry);
  }

  public PushOptions withForm(LocalForm wanted) {
    return new PushOptions(copy, wanted, access, originals, trust, retry);
  }

  public PushOptions withAccess(RegistryAccess wanted) {
    return new PushOptions(copy, form, wanted, originals, trust, retry);
  }

  public PushOptions withOriginals(Originals wanted) {
    return new PushOptions(copy, form, access, wanted, trust, retry);
  }

  public PushOptions withTrust(TrustChoice wanted) {
    return new PushOptions(copy, form, access, originals, wanted, retry);
  }

  public PushOptions withRetry(PullOptions.Retry wanted) {
    return new PushOptions(copy, form, access, originals, trust, Optional.of(wanted));
  }
}
