package dev.stowage.store;

import dev.stowage.archive.PlainTar;
import dev.stowage.archive.Stages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/// How a driver keeps the files of layers. None of the verbs takes a lock.
sealed interface LayerDriver permits OverlayDriver, VfsDriver {

  Driver name();

  /// The most layers that may stand on one another.
  int mostLayers();

  /// Makes what the driver wants to find in its directory.
  void found() throws IOException;

  /// Unpacks a layer into an empty directory of the staging area, and writes what rebuilds its tar.
  StagedLayer.Contents unpack(Path place, PlainTar tar, Supplier<Stages> stages) throws IOException;

  /// Moves staged contents to where the layer belongs; what stands there goes to the trash.
  ///
  /// @param beneath the layers it stands on, the topmost first
  void install(StagedLayer staged, Layer layer, List<Layer> beneath, Trash trash)
      throws IOException;

  /// Puts staged contents in the place of a layer's damaged or missing files, and mends what stands
  /// around them; the layers beneath are whole. The layer keeps its names.
  void restore(StagedLayer staged, Layer layer, Snapshot now, Trash trash) throws IOException;

  /// Moves the layer's files to the trash; those that are not there are passed over.
  void displace(Layer layer, Trash trash) throws IOException;

  /// What the layer changes in those beneath it, as a tar made from its files.
  InputStream pack(Layer layer, Snapshot now) throws IOException;

  /// The directory of the layer's own files: with overlay those that differ from the parent's, with
  /// vfs all.
  Path files(Layer layer);

  /// Where the layer with all beneath it is to be seen when it is mounted: in its own directory,
  /// or, if that may not be touched, beneath the run root.
  Path mountPoint(Layer layer);
}
