package dev.stowage.store;

import dev.stowage.archive.TarSplitAssembler;
import dev.stowage.linux.Directory;
import dev.stowage.linux.Disk;
import dev.stowage.model.CorruptException;
import dev.stowage.model.LayerId;
import dev.stowage.model.NotFoundException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Rebuilds the tar of a layer from its files and its tar-split.
final class LayerTar {
  private final Disk disk;
  private final Layout layout;
  private final LayerDriver driver;

  LayerTar(Disk disk, Layout layout, LayerDriver driver) {
    this.disk = disk;
    this.layout = layout;
    this.driver = driver;
  }

  InputStream open(LayerId id, Snapshot now) throws IOException {
    Layer layer =
        now.layer(id)
            .orElseThrow(() -> new NotFoundException(NotFoundException.Kind.LAYER, id.value()));
    Path split = layout.tarSplit(id, layer.home());
    if (disk.facts(split).isEmpty()) {
      throw new CorruptException(
          split,
          "is missing, so the bytes of layer "
              + id
              + " cannot be rebuilt; remove the images that use it and pull them again");
    }
    List<Directory> trees = new ArrayList<>();
    try {
      trees.add(Directory.open(driver.files(layer)));
      return new WithTrees(new TarSplitAssembler(disk.open(split), trees), trees);
    } catch (IOException | RuntimeException e) {
      for (Directory tree : trees) {
        tree.close();
      }
      throw e;
    }
  }

  /// Closes the trees with the tar.
  private static final class WithTrees extends FilterInputStream {
    private final List<Directory> trees;

    WithTrees(InputStream tar, List<Directory> trees) {
      super(tar);
      this.trees = trees;
    }

    @Override
    public void close() throws IOException {
      try {
        super.close();
      } finally {
        for (Directory tree : trees) {
          tree.close();
        }
      }
    }
  }
}
