package dev.stowage.store;

import dev.stowage.archive.TarSplitAssembler;
import dev.stowage.linux.Disk;
import dev.stowage.model.LayerId;
import dev.stowage.model.NotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/// Makes the tar of a layer from its files: with its tar-split the very bytes it came as, without
/// one, as a container's layer is, such as Podman would make.
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
      return driver.pack(layer, now);
    }
    return PackedTar.open(
        List.of(driver.files(layer)), trees -> new TarSplitAssembler(disk.open(split), trees));
  }
}
