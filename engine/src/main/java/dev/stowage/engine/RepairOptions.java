package dev.stowage.engine;

import dev.stowage.model.CheckLevel;
import dev.stowage.model.Repair;
import dev.stowage.transfer.RegistryAccess;
import java.util.Optional;

/// How a store is repaired.
///
/// @param level how closely it is looked at
/// @param lost what is done with what nobody can bring back
/// @param from a registry or a repository that is asked before those the images have their names of
/// @param access how registries are talked to
public record RepairOptions(
    Repair.Mode mode,
    CheckLevel level,
    Repair.Lost lost,
    Optional<String> from,
    RegistryAccess access) {

  /// Everything is read, what can be had is mended, and nothing is removed.
  public static final RepairOptions DEFAULT =
      new RepairOptions(
          Repair.Mode.DONE,
          CheckLevel.FULL,
          Repair.Lost.KEPT,
          Optional.empty(),
          RegistryAccess.DEFAULT);

  public RepairOptions withMode(Repair.Mode wanted) {
    return new RepairOptions(wanted, level, lost, from, access);
  }

  public RepairOptions withLevel(CheckLevel wanted) {
    return new RepairOptions(mode, wanted, lost, from, access);
  }

  public RepairOptions withLost(Repair.Lost wanted) {
    return new RepairOptions(mode, level, wanted, from, access);
  }

  public RepairOptions withFrom(String place) {
    return new RepairOptions(mode, level, lost, Optional.of(place), access);
  }

  public RepairOptions withAccess(RegistryAccess wanted) {
    return new RepairOptions(mode, level, lost, from, wanted);
  }
}
