package dev.stowage.store;

import dev.stowage.archive.IdMapping;
import dev.stowage.archive.IdRange;
import dev.stowage.archive.LayerForm;
import dev.stowage.archive.PackOptions;
import dev.stowage.archive.Privilege;
import dev.stowage.linux.Directory;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A tar that is made from trees while it is read; closing it closes the trees.
final class PackedTar extends FilterInputStream {
  private final List<Directory> trees;

  private PackedTar(InputStream tar, List<Directory> trees) {
    super(tar);
    this.trees = trees;
  }

  /// Makes a tar from trees.
  @FunctionalInterface
  interface Packing {
    InputStream from(List<Directory> trees) throws IOException;
  }

  static InputStream open(List<Path> places, Packing packing) throws IOException {
    List<Directory> trees = new ArrayList<>();
    try {
      for (Path place : places) {
        trees.add(Directory.open(place));
      }
      return new PackedTar(packing.from(trees), trees);
    } catch (IOException | RuntimeException e) {
      closeAll(trees);
      throw e;
    }
  }

  /// How the files of a layer are to be read.
  static PackOptions options(LayerForm form, StoreOptions options, Layer layer) {
    return new PackOptions(
        form,
        options.privileges() == StoreOptions.Privileges.HOST
            ? Privilege.FULL
            : Privilege.USER_NAMESPACE,
        new IdMapping(ranges(layer.userMap()), ranges(layer.groupMap())));
  }

  private static List<IdRange> ranges(List<IdMap> maps) {
    List<IdRange> ranges = new ArrayList<>(maps.size());
    for (IdMap map : maps) {
      ranges.add(new IdRange(map.containerId(), map.hostId(), map.size()));
    }
    return ranges;
  }

  @Override
  public void close() throws IOException {
    try {
      super.close();
    } finally {
      closeAll(trees);
    }
  }

  private static void closeAll(List<Directory> trees) throws IOException {
    for (Directory tree : trees) {
      tree.close();
    }
  }
}
