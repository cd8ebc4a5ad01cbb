package dev.stowage.archive;

/// How a tree is to be read when it is packed or compared.
///
/// @param ids what the owners on the disk are in the archive
public record PackOptions(LayerForm form, Privilege privilege, IdMapping ids) {
  /// Overlay's form, as root.
  public static final PackOptions DEFAULT =
      new PackOptions(LayerForm.OVERLAY, Privilege.FULL, IdMapping.NONE);
}
