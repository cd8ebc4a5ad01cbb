package dev.stowage.transfer;

import dev.stowage.model.Reference;
import java.util.List;

/// What an image is to look like in a file or a directory.
///
/// @param inLayouts what an OCI layout does with layers that are not compressed
/// @param inDirectories what a plain directory does with layers
/// @param moreNames names that an image of a docker-archive gets beside the one of its location
/// @param sizes how long the plain tars of layers are, where somebody knows: it spares an archive
///   the temporary files it would find out with
public record LocalForm(
    InLayouts inLayouts, InDirectories inDirectories, List<Reference> moreNames, PlainSizes sizes) {

  /// As the peers do where nothing is said.
  public static final LocalForm USUAL =
      new LocalForm(InLayouts.COMPRESSED, InDirectories.KEPT, List.of(), PlainSizes.UNKNOWN);

  public LocalForm {
    moreNames = List.copyOf(moreNames);
  }

  /// What an OCI layout does with layers that are not compressed.
  public enum InLayouts {
    COMPRESSED,
    /// They stay as they are.
    KEPT
  }

  /// What a plain directory does with layers.
  public enum InDirectories {
    KEPT,
    COMPRESSED,
    DECOMPRESSED
  }

  public LocalForm withInLayouts(InLayouts wanted) {
    return new LocalForm(wanted, inDirectories, moreNames, sizes);
  }

  public LocalForm withInDirectories(InDirectories wanted) {
    return new LocalForm(inLayouts, wanted, moreNames, sizes);
  }

  public LocalForm withMoreNames(List<Reference> names) {
    return new LocalForm(inLayouts, inDirectories, names, sizes);
  }

  public LocalForm withSizes(PlainSizes known) {
    return new LocalForm(inLayouts, inDirectories, moreNames, known);
  }
}
