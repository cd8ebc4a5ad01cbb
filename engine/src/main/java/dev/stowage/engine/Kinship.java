package dev.stowage.engine;

import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.ImageConfig;
import dev.stowage.model.ImageId;
import dev.stowage.model.ImageIndex;
import dev.stowage.model.LayerId;
import dev.stowage.store.ImageRecord;
import dev.stowage.store.Layer;
import dev.stowage.store.StoredTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How the images of one snapshot descend from each other.
///
/// An image is the parent of another if its layers are the other's lowest, and its history is the
/// other's without the last entry. Only those need be compared that share the top layer or stand on
/// neighbouring ones, so few configurations are read. Lists of manifests have no kin, and what
/// cannot be read has none either.
final class Kinship {
  private final View view;
  private @Nullable Map<LayerId, List<ImageRecord>> byTop;
  private @Nullable List<ImageRecord> layerless;
  private @Nullable Map<Digest, List<ImageRecord>> listing;

  Kinship(View view) {
    this.view = view;
  }

  /// The image that this one was made from, one step before.
  Optional<ImageRecord> parent(ImageRecord child, Survivors among) {
    Optional<ImageConfig> made = among.contains(child) ? lineage(child) : Optional.empty();
    if (made.isEmpty()) {
      return Optional.empty();
    }
    for (ImageRecord candidate : candidates(child, Direction.UP)) {
      if (isOther(candidate, child, among) && descends(lineage(candidate), made)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /// The images that were made from this one, one step later.
  List<ImageRecord> children(ImageRecord parent, Survivors among) {
    Optional<ImageConfig> base = lineage(parent);
    if (base.isEmpty()) {
      return List.of();
    }
    List<ImageRecord> children = new ArrayList<>();
    for (ImageRecord candidate : candidates(parent, Direction.DOWN)) {
      if (isOther(candidate, parent, among) && descends(base, lineage(candidate))) {
        children.add(candidate);
      }
    }
    return children;
  }

  boolean hasChildren(ImageRecord parent, Survivors among) {
    List<ImageRecord> candidates = candidates(parent, Direction.DOWN);
    if (candidates.isEmpty() || candidates.size() == 1 && candidates.getFirst() == parent) {
      return false;
    }
    Optional<ImageConfig> base = lineage(parent);
    for (ImageRecord candidate : candidates) {
      if (isOther(candidate, parent, among) && descends(base, lineage(candidate))) {
        return true;
      }
    }
    return false;
  }

  /// Whether nothing refers to the image: it has no name and no children, and no list names it.
  boolean dangling(ImageRecord image, Survivors among) {
    return among.namesOf(image).isEmpty()
        && !hasChildren(image, among)
        && (image.digest().isEmpty() || !listed(image.digest().get(), among));
  }

  /// Whether the image is only a step on the way to others: it has no name, but children.
  boolean intermediate(ImageRecord image, Survivors among) {
    return among.namesOf(image).isEmpty() && hasChildren(image, among);
  }

  /// Whether one of the lists among the images names the digest.
  private boolean listed(Digest digest, Survivors among) {
    for (ImageRecord list : listing().getOrDefault(digest, List.of())) {
      if (among.contains(list)) {
        return true;
      }
    }
    return false;
  }

  /// The lists by the digests they name.
  private Map<Digest, List<ImageRecord>> listing() {
    Map<Digest, List<ImageRecord>> known = listing;
    if (known == null) {
      known = new HashMap<>();
      for (ImageRecord image : layerless()) {
        Optional<ImageIndex> list = view.list(image);
        if (list.isPresent()) {
          for (Descriptor instance : list.get().manifests()) {
            known.computeIfAbsent(instance.digest(), _ -> new ArrayList<>(2)).add(image);
          }
        }
      }
      listing = known;
    }
    return known;
  }

  private enum Direction {
    UP,
    DOWN
  }

  private List<ImageRecord> candidates(ImageRecord image, Direction direction) {
    if (image.topLayer().isEmpty()) {
      return layerless();
    }
    LayerId top = image.topLayer().get();
    Optional<Layer> layer = view.snapshot().layer(top);
    if (layer.isEmpty() && view.snapshot().childrenOf(top).isEmpty()) {
      return List.of();
    }
    if (direction == Direction.UP) {
      List<ImageRecord> candidates = new ArrayList<>(onTop(top));
      layer.flatMap(Layer::parent).ifPresent(below -> candidates.addAll(onTop(below)));
      return candidates;
    }
    List<ImageRecord> candidates = new ArrayList<>();
    for (Layer above : view.snapshot().childrenOf(top)) {
      candidates.addAll(onTop(above.id()));
    }
    candidates.addAll(onTop(top));
    return candidates;
  }

  /// The images whose top layer this is, as it is and not as a mapped copy.
  List<ImageRecord> onTop(LayerId layer) {
    Map<LayerId, List<ImageRecord>> index = byTop;
    if (index == null) {
      index = new HashMap<>();
      for (ImageRecord image : view.snapshot().images()) {
        Optional<LayerId> top = image.topLayer();
        if (top.isPresent()) {
          index.computeIfAbsent(top.get(), _ -> new ArrayList<>(2)).add(image);
        }
      }
      byTop = index;
    }
    return index.getOrDefault(layer, List.of());
  }

  private List<ImageRecord> layerless() {
    List<ImageRecord> found = layerless;
    if (found == null) {
      found = new ArrayList<>();
      for (ImageRecord image : view.snapshot().images()) {
        if (image.topLayer().isEmpty()) {
          found.add(image);
        }
      }
      layerless = found;
    }
    return found;
  }

  private Optional<ImageConfig> lineage(ImageRecord image) {
    return image.topLayer().isEmpty() && view.isList(image)
        ? Optional.empty()
        : view.lineage(image);
  }

  private static boolean isOther(ImageRecord candidate, ImageRecord image, Survivors among) {
    ImageId id = candidate.id();
    return !id.equals(image.id()) && among.contains(candidate);
  }

  private static boolean descends(Optional<ImageConfig> parent, Optional<ImageConfig> child) {
    return parent.isPresent() && child.isPresent() && descends(parent.get(), child.get());
  }

  /// Whether the second is made from the first by one step.
  static boolean descends(ImageConfig parent, ImageConfig child) {
    List<ImageConfig.Step> before = parent.history();
    List<ImageConfig.Step> after = child.history();
    int layers = parent.diffIds().size();
    if (before.size() + 1 != after.size()
        || layers > child.diffIds().size()
        || !parent.diffIds().equals(child.diffIds().subList(0, layers))) {
      return false;
    }
    for (int i = before.size() - 1; i >= 0; i--) {
      if (!same(before.get(i), after.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean same(ImageConfig.Step one, ImageConfig.Step other) {
    return one.emptyLayer() == other.emptyLayer()
        && one.createdBy().equals(other.createdBy())
        && one.comment().equals(other.comment())
        && one.author().equals(other.author())
        && sameTime(one.created(), other.created());
  }

  private static boolean sameTime(Optional<String> one, Optional<String> other) {
    if (one.equals(other)) {
      return true;
    }
    if (one.isEmpty() || other.isEmpty()) {
      return false;
    }
    Optional<Instant> instant = StoredTime.parse(one.get());
    return instant.isPresent() && instant.equals(StoredTime.parse(other.get()));
  }
}
