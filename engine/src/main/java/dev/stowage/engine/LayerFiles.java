package dev.stowage.engine;

import dev.stowage.model.CorruptException;
import dev.stowage.store.Driver;
import dev.stowage.store.Layer;
import dev.stowage.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Compares the files of images, layer by layer, as they lie in the store.
final class LayerFiles {
  private final Store store;

  LayerFiles(Store store) {
    this.store = store;
  }

  /// What the image's topmost layer changed.
  List<FileChange> changesOf(Image image) throws IOException {
    List<Layer> chain = chain(image);
    List<Layer> beneath = chain.isEmpty() ? chain : chain.subList(1, chain.size());
    return compare(
        beneath,
        chain,
        store.options().driver() == Driver.OVERLAY
            ? StackComparison.Rule.LAYER
            : StackComparison.Rule.FACTS);
  }

  /// What the image has otherwise than the other.
  List<FileChange> changes(Image from, Image to) throws IOException {
    List<Layer> before = chain(from);
    List<Layer> after = chain(to);
    boolean next =
        !after.isEmpty()
            && store.options().driver() == Driver.OVERLAY
            && after.getFirst().parent().equals(from.topLayer())
            && !before.isEmpty();
    return compare(before, after, next ? StackComparison.Rule.LAYER : StackComparison.Rule.FACTS);
  }

  private static List<Layer> chain(Image image) throws CorruptException {
    Optional<dev.stowage.model.LayerId> top = image.topLayer();
    return top.isPresent() ? image.view().snapshot().chain(top.get()) : List.of();
  }

  private List<FileChange> compare(List<Layer> before, List<Layer> after, StackComparison.Rule rule)
      throws IOException {
    try (LayerStack from = new LayerStack(directories(before));
        LayerStack to = new LayerStack(directories(after))) {
      return StackComparison.of(from, to, rule);
    }
  }

  /// Of vfs the topmost directory has everything.
  private List<Path> directories(List<Layer> chain) {
    List<Path> directories = new ArrayList<>();
    for (Layer layer : chain) {
      if (directories.isEmpty() || store.options().driver() == Driver.OVERLAY) {
        directories.add(store.filesOf(layer));
      }
    }
    return directories;
  }
}
