package dev.stowage.store;

import dev.stowage.model.ImageId;
import dev.stowage.model.LayerId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;

/// Where everything lies. The driver's name is part of most names, here `overlay`:
///
/// ```
/// <graphroot>/storage.lock                     who makes and mounts
/// <graphroot>/overlay/<layer>/diff             the files of one layer
///                            /link             26 letters, the layer's short name
///                            /lower            l/<short name> of each layer beneath, ':' between
///                            /lower-layers     the IDs of the layers beneath, ':' between
///                            /work /merged     for mounting
///                            /empty            in a layer that stands on nothing
/// <graphroot>/overlay/l/<short name>           -> ../<layer>/diff
/// <graphroot>/overlay-layers/layers.json       and layers.lock, volatile-layers.json
/// <graphroot>/overlay-layers/<layer>.tar-split.gz
/// <graphroot>/overlay-images/images.json       and images.lock
/// <graphroot>/overlay-images/<image>/<item>    manifests, configs, signatures
/// <graphroot>/overlay-containers/containers.json
/// <graphroot>/artifacts/                       artifacts, an OCI image layout, and index.lock
/// <graphroot>/vfs/dir/<layer>                  the files of one layer of the vfs driver
/// <graphroot>/overlay/tempdirs/                what comes and what goes, see WorkArea
/// <graphroot>/stowage/                         what is this program's own, see Unfinished
/// <runroot>/overlay-layers/mountpoints.json    and mountpoints.lock
/// <runroot>/overlay-locks/sha256:<image>       who changes a list of manifests
/// ```
///
/// Where images have a directory of their own it takes the place of the graph root for images,
/// their layers and the program's own data; the tar-split files stay in the graph root.
final class Layout {
  private static final String TAR_SPLIT = ".tar-split.gz";

  private final StoreOptions options;
  private final String driver;

  Layout(StoreOptions options) {
    this.options = options;
    this.driver = options.driver().text();
  }

  Path graphRoot() {
    return options.graphRoot();
  }

  /// Where images and the layers of images go.
  Path imageRoot() {
    return options.imageStore().orElse(options.graphRoot());
  }

  Path storageLock() {
    return options.graphRoot().resolve("storage.lock");
  }

  Path usernsLock() {
    return options.graphRoot().resolve("userns.lock");
  }

  Path driverHome(Path root) {
    return root.resolve(driver);
  }

  Path runHome() {
    return options.runRoot().resolve(driver);
  }

  Path layers(Path root) {
    return root.resolve(driver + "-layers");
  }

  Path images(Path root) {
    return root.resolve(driver + "-images");
  }

  Path containers() {
    return options.graphRoot().resolve(driver + "-containers");
  }

  Path runContainers() {
    return options.runRoot().resolve(driver + "-containers");
  }

  Path runLayers() {
    return options.runRoot().resolve(driver + "-layers");
  }

  Path runLocks() {
    return options.runRoot().resolve(driver + "-locks");
  }

  Path imageLock(ImageId image) {
    return runLocks().resolve("sha256:" + image);
  }

  Path artifacts() {
    return options.graphRoot().resolve("artifacts");
  }

  /// The directory for contents that come or go. It is in the driver's, because that may be a mount
  /// point and nothing can be renamed into it from outside.
  Path work(Path root) {
    return driverHome(root).resolve("tempdirs");
  }

  Path volumes() {
    return options.graphRoot().resolve("volumes");
  }

  Path own() {
    return imageRoot().resolve("stowage");
  }

  Path tarSplit(LayerId layer, Home home) {
    Path root = home.readOnly() ? home.root() : options.graphRoot();
    return layers(root).resolve(layer.value() + TAR_SPLIT);
  }

  Path layerData(LayerId layer, Home home) {
    Path root = home.readOnly() ? home.root() : options.graphRoot();
    return layers(root).resolve(layer.value());
  }

  Path imageData(ImageId image, Home home) {
    return images(home.root()).resolve(image.value());
  }

  /// The name of the file that keeps a data item: the item's own where it is made of digits,
  /// lower-case letters and dots alone, else `=` and the name in Base64.
  static String dataFile(String item) {
    for (int i = 0; i < item.length(); i++) {
      char c = item.charAt(i);
      if (c != '.' && (c < '0' || c > '9') && (c < 'a' || c > 'z')) {
        return "=" + Base64.getEncoder().encodeToString(item.getBytes(StandardCharsets.UTF_8));
      }
    }
    return item;
  }

  /// The data item that a file keeps; the name of the file where it is none of an item's.
  static String itemOf(String file) {
    if (!file.startsWith("=")) {
      return file;
    }
    try {
      return new String(Base64.getDecoder().decode(file.substring(1)), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return file;
    }
  }
}
