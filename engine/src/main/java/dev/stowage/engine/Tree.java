package dev.stowage.engine;

import dev.stowage.model.ImageId;
import dev.stowage.model.LayerId;
import dev.stowage.store.ImageRecord;
import dev.stowage.store.Layer;
import dev.stowage.store.Snapshot;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The layers of an image with the tags that end on each: from the lowest to its own, or its own
/// with everything that stands on it.
///
/// @param tags the tags of the image
/// @param size of the image, in bytes
/// @param roots the layers the tree begins with: one, or none for an image without layers
public record Tree(ImageId image, List<String> tags, long size, List<Node> roots) {

  /// Which layers a tree shows.
  public enum Extent {
    /// Those of the image.
    OWN,
    /// Its topmost layer and all that stand on it.
    DEPENDENTS
  }

  /// One layer.
  ///
  /// @param size in bytes
  /// @param tags the tags of the images whose top layer it is
  /// @param above the layers that stand on it
  public record Node(LayerId layer, long size, List<String> tags, List<Node> above) {
    public Node {
      tags = List.copyOf(tags);
      above = List.copyOf(above);
    }
  }

  public Tree {
    tags = List.copyOf(tags);
    roots = List.copyOf(roots);
  }

  static Tree of(View view, ImageRecord image, Extent extent) {
    List<Node> roots = new ArrayList<>();
    Optional<Layer> top = image.topLayer().flatMap(view.snapshot()::layer);
    if (top.isPresent()) {
      roots.add(extent == Extent.OWN ? own(view, top.get()) : dependents(view, top.get()));
    }
    return new Tree(image.id(), tags(List.of(image)), Sizes.of(view.snapshot(), image), roots);
  }

  private static Node own(View view, Layer top) {
    Snapshot snapshot = view.snapshot();
    Set<LayerId> seen = new LinkedHashSet<>();
    Node node = new Node(top.id(), Sizes.of(top), tags(view, top), List.of());
    Optional<Layer> next = top.parent().flatMap(snapshot::layer);
    seen.add(top.id());
    while (next.isPresent() && seen.add(next.get().id())) {
      Layer layer = next.get();
      node = new Node(layer.id(), Sizes.of(layer), tags(view, layer), List.of(node));
      next = layer.parent().flatMap(snapshot::layer);
    }
    return node;
  }

  /// Built from the leaves down, without recursion: chains are as long as the store makes them.
  private static Node dependents(View view, Layer root) {
    List<Layer> order = new ArrayList<>();
    Set<LayerId> seen = new LinkedHashSet<>();
    order.add(root);
    seen.add(root.id());
    for (int i = 0; i < order.size(); i++) {
      for (Layer child : view.snapshot().childrenOf(order.get(i).id())) {
        if (seen.add(child.id())) {
          order.add(child);
        }
      }
    }
    java.util.Map<LayerId, Node> nodes = new java.util.HashMap<>();
    for (int i = order.size() - 1; i >= 0; i--) {
      Layer layer = order.get(i);
      List<Node> above = new ArrayList<>();
      for (Layer child : view.snapshot().childrenOf(layer.id())) {
        Node node = nodes.remove(child.id());
        if (node != null) {
          above.add(node);
        }
      }
      nodes.put(layer.id(), new Node(layer.id(), Sizes.of(layer), tags(view, layer), above));
    }
    Node made = nodes.get(root.id());
    if (made == null) {
      throw new AssertionError("the root is made last");
    }
    return made;
  }

  private static List<String> tags(View view, Layer layer) {
    return tags(view.kinship().onTop(layer.id()));
  }

  private static List<String> tags(List<ImageRecord> images) {
    Set<String> tags = new LinkedHashSet<>();
    for (ImageRecord image : images) {
      for (String name : image.names()) {
        if (Names.stored(name).flatMap(reference -> reference.tag()).isPresent()) {
          tags.add(name);
        }
      }
    }
    return List.copyOf(tags);
  }
}
