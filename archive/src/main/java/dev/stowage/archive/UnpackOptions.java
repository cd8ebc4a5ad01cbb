package dev.stowage.archive;

/// How to unpack a layer.
///
/// @param ids what the owners in the archive are on the disk
/// @param limit the most bytes that the archive may have, and the files in it together, holes
///   included
public record UnpackOptions(
    LayerForm form, Privilege privilege, IdMapping ids, ChownErrors chownErrors, long limit) {

  /// What to do where an owner cannot be set.
  public enum ChownErrors {
    FAIL,

    /// Leave the file to whoever unpacks: `ignore_chown_errors` of storage.conf(5).
    IGNORE
  }

  /// Overlay's form, as root, without a limit.
  public static final UnpackOptions DEFAULT =
      new UnpackOptions(
          LayerForm.OVERLAY, Privilege.FULL, IdMapping.NONE, ChownErrors.FAIL, Long.MAX_VALUE);

  public UnpackOptions withForm(LayerForm changed) {
    return new UnpackOptions(changed, privilege, ids, chownErrors, limit);
  }

  public UnpackOptions withPrivilege(Privilege changed) {
    return new UnpackOptions(form, changed, ids, chownErrors, limit);
  }

  public UnpackOptions withIds(IdMapping changed) {
    return new UnpackOptions(form, privilege, changed, chownErrors, limit);
  }

  public UnpackOptions withChownErrors(ChownErrors changed) {
    return new UnpackOptions(form, privilege, ids, changed, limit);
  }

  public UnpackOptions withLimit(long changed) {
    return new UnpackOptions(form, privilege, ids, chownErrors, changed);
  }
}
