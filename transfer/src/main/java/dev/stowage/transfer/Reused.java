package dev.stowage.transfer;

import dev.stowage.model.Descriptor;

/// Content that a place has without its being moved there.
///
/// @param descriptor in which form the place has it: the one asked for, or the same layer in
///   another compression, which the manifest then has to say
public record Reused(Descriptor descriptor, Means means) {

  /// How it came to be there.
  public enum Means {
    /// It was there.
    PRESENT,
    /// The registry took it over from another of its repositories.
    MOUNTED
  }

  /// Content that was there in the form asked for.
  public static Reused present(Part part) {
    return new Reused(part.descriptor(), Means.PRESENT);
  }
}
