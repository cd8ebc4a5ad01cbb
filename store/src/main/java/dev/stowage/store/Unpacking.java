package dev.stowage.store;

import dev.stowage.archive.LayerForm;
import dev.stowage.archive.LayerUnpacker;
import dev.stowage.archive.PlainTar;
import dev.stowage.archive.Privilege;
import dev.stowage.archive.Stages;
import dev.stowage.archive.UnpackOptions;
import dev.stowage.archive.Unpacked;
import dev.stowage.linux.Directory;
import dev.stowage.linux.Disk;
import dev.stowage.linux.Durability;
import dev.stowage.linux.FileFacts;
import dev.stowage.linux.Mode;
import dev.stowage.linux.PendingFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Unpacks layers as the store's options say.
final class Unpacking {
  /// The mode of the root of a layer that stands on nothing, unless its archive says otherwise.
  static final Mode ROOT_MODE = new Mode(0555);

  /// What the root has while a layer is unpacked: the archive has changed it if it says something
  /// about the root.
  private static final Mode UNTOUCHED = Mode.PRIVATE_DIRECTORY;

  private final Disk disk;
  private final UnpackOptions options;

  Unpacking(Disk disk, StoreOptions options) {
    this.disk = disk;
    this.options =
        UnpackOptions.DEFAULT
            .withPrivilege(
                options.privileges() == StoreOptions.Privileges.HOST
                    ? Privilege.FULL
                    : Privilege.USER_NAMESPACE)
            .withChownErrors(
                options.driverOptions().ownership() == DriverOptions.Ownership.REQUIRED
                    ? UnpackOptions.ChownErrors.FAIL
                    : UnpackOptions.ChownErrors.IGNORE);
  }

  /// Unpacks a layer on its own into a new directory.
  ///
  /// @param tarSplit the file to write what rebuilds the tar to
  StagedLayer.Contents alone(
      PlainTar tar, Path tree, Path tarSplit, LayerForm form, Supplier<Stages> stages)
      throws IOException {
    disk.makeDirectory(tree, UNTOUCHED);
    Unpacked unpacked;
    try (PendingFile split = disk.replacing(tarSplit, Mode.PRIVATE_FILE, Durability.VOLATILE);
        Directory root = Directory.open(tree)) {
      unpacked = LayerUnpacker.unpack(tar, root, split.stream(), options.withForm(form), stages);
      split.commit();
    }
    Optional<FileFacts> facts = disk.facts(tree);
    boolean untouched = facts.isPresent() && facts.get().mode().equals(UNTOUCHED);
    if (untouched) {
      disk.setMode(tree, ROOT_MODE);
    }
    return new StagedLayer.Contents(
        unpacked.diffId(),
        unpacked.size(),
        List.copyOf(unpacked.uids()),
        List.copyOf(unpacked.gids()),
        untouched ? StagedLayer.Root.FROM_PARENT : StagedLayer.Root.FROM_ARCHIVE);
  }

  /// Makes the changes of a layer to a tree that holds the layers beneath it.
  void onto(Path plainTar, Path tree) throws IOException {
    try (InputStream tar = disk.open(plainTar);
        Directory root = Directory.open(tree)) {
      Unpacked _ =
          LayerUnpacker.unpack(
              PlainTar.of(tar),
              root,
              OutputStream.nullOutputStream(),
              options.withForm(LayerForm.MERGED),
              Stages.ONE);
    }
  }
}
