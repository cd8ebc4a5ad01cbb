package dev.stowage.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What holds of every store at rest.
final class StoreCheck {
  private StoreCheck() {}

  /// Every image and layer on record is wholly there.
  static void isWhole(Store store) throws IOException {
    Snapshot now = store.read(each -> each);
    for (ImageRecord image : now.images()) {
      if (image.topLayer().isPresent()) {
        assertFalse(now.chain(image.topLayer().get()).isEmpty());
      }
      for (String item : image.dataNames()) {
        assertEquals(
            image.dataSize(item).orElseThrow(), store.imageData(image, item).length(), item);
      }
    }
    for (Layer layer : now.layers()) {
      Path files = store.filesOf(layer);
      assertTrue(Files.isDirectory(files), files.toString());
      Path directory = files.resolveSibling("link");
      String link = Files.readString(directory);
      assertTrue(Files.exists(files.resolveSibling("../l").resolve(link)), link);
      assertEquals(layer.parent().isPresent(), Files.exists(files.resolveSibling("lower")));
      store.diff(layer.id()).close();
    }
  }

  /// Nothing is there that is not on record.
  static void isClean(Store store) throws IOException {
    Snapshot now = store.read(each -> each);
    Path root = store.options().graphRoot();
    Set<String> layers = new TreeSet<>();
    Set<String> splits = new TreeSet<>();
    for (Layer layer : now.layers()) {
      layers.add(layer.id().value());
      splits.add(layer.id() + ".tar-split.gz");
    }
    Set<String> images = new TreeSet<>();
    for (ImageRecord image : now.images()) {
      images.add(image.id().value());
    }
    assertEquals(layers.size(), list(root.resolve("overlay/l")).size());
    assertEquals(
        splits, without(list(root.resolve("overlay-layers")), "layers.json", "layers.lock"));
    assertEquals(
        images, without(list(root.resolve("overlay-images")), "images.json", "images.lock"));
    assertEquals(layers, without(list(root.resolve("overlay")), "l", ".has-mount-program"));
    assertEquals(Set.of(), list(root.resolve("stowage")));
  }

  private static Set<String> without(Set<String> names, String... expected) {
    for (String name : expected) {
      names.remove(name);
    }
    return names;
  }

  private static Set<String> list(Path directory) throws IOException {
    Set<String> names = new TreeSet<>();
    if (Files.exists(directory)) {
      try (Stream<Path> stream = Files.list(directory)) {
        stream.forEach(each -> names.add(String.valueOf(each.getFileName())));
      }
    }
    return names;
  }
}
