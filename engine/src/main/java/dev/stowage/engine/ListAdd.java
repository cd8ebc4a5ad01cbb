package dev.stowage.engine;

import dev.stowage.transfer.RegistryAccess;

/// How an image is added to a list of manifests.
///
/// @param instances what is added of an index
/// @param access how registries are talked to
/// @param changes what the entry is to say otherwise than the image; of several, the first
public record ListAdd(Instances instances, RegistryAccess access, EntryChanges changes) {
  public static final ListAdd DEFAULT =
      new ListAdd(Instances.FOR_THIS_MACHINE, RegistryAccess.DEFAULT, EntryChanges.NONE);

  /// What is added of an index.
  public enum Instances {
    /// The image that this machine would run.
    FOR_THIS_MACHINE,
    ALL
  }

  public ListAdd withInstances(Instances wanted) {
    return new ListAdd(wanted, access, changes);
  }

  public ListAdd withAccess(RegistryAccess wanted) {
    return new ListAdd(instances, wanted, changes);
  }

  public ListAdd withChanges(EntryChanges wanted) {
    return new ListAdd(instances, access, wanted);
  }
}
