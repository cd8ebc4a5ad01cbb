package dev.stowage.engine;

import dev.stowage.model.Digest;
import dev.stowage.model.ImageConfig;
import dev.stowage.model.ImageId;
import dev.stowage.model.LayerId;
import dev.stowage.model.Platform;
import dev.stowage.store.Container;
import dev.stowage.store.ImageRecord;
import dev.stowage.store.Layer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/// A store put together at random, and what the rules say of it, read word by word: every image is
/// compared with every other, without any index.
final class RandomShelf {
  private record Branch(String top, List<String> diffs, List<String> steps) {}

  final Shelf shelf = new Shelf();
  final Random random;
  private final List<Branch> branches =
      new ArrayList<>(List.of(new Branch("", List.of(), List.of())));
  private final Map<ImageId, Optional<ImageConfig>> configs = new HashMap<>();
  private final View view;

  RandomShelf(long seed) {
    random = new Random(seed);
    int images = 1 + random.nextInt(14);
    List<Digest> digests = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      Branch branch = grown(i);
      Shelf.Making making = shelf.image("%04xf".formatted(random.nextInt(0x10000) + i * 7));
      for (int name = random.nextInt(4); name > 1; name--) {
        making.named("localhost/r" + random.nextInt(3) + ":t" + i + "x" + name);
      }
      making.created("2024-01-%02dT00:00:00Z".formatted(1 + random.nextInt(28)));
      if (random.nextInt(12) == 0) {
        making.readOnly();
      }
      if (random.nextInt(8) == 0 && !digests.isEmpty()) {
        making.listing(
            Map.of(
                digests.get(random.nextInt(digests.size())), new Platform("linux", "s390x", "")));
        continue;
      }
      making.on(branch.top(), branch.diffs(), branch.steps().toArray(new String[0]));
      ImageId image = making.done();
      digests.add(shelf.digestOf(image));
      if (random.nextInt(9) == 0) {
        shelf.lose(image, "manifest");
        shelf.lose(image, "sha256");
      }
      for (int user = random.nextInt(7); user > 4; user--) {
        shelf.container("c%02x%x".formatted(i, user), image);
      }
    }
    view = shelf.view();
  }

  /// A branch made longer by a step, which may have made a layer.
  private Branch grown(int number) {
    Branch from = branches.get(random.nextInt(branches.size()));
    List<String> steps = new ArrayList<>(from.steps());
    List<String> diffs = new ArrayList<>(from.diffs());
    String top = from.top();
    for (int step = random.nextInt(6) == 0 ? 2 : 1; step > 0; step--) {
      String what = "s" + random.nextInt(2);
      if (random.nextInt(3) == 0) {
        steps.add("-" + what);
      } else {
        String layer = "a%02x%x".formatted(number, step);
        if (random.nextInt(15) != 0) {
          shelf.layer(layer, top, 1 + random.nextInt(100));
        }
        steps.add(what);
        diffs.add(layer);
        top = layer;
      }
    }
    Branch branch = new Branch(top, diffs, steps);
    branches.add(branch);
    return branch;
  }

  View view() {
    return view;
  }

  List<ImageRecord> images() {
    return view.snapshot().images();
  }

  // The rules

  /// An image is the parent of another if it stands on the same top layer or on the one beneath, or
  /// neither has layers, if its layers are the other's lowest, and if its history is the other's
  /// without the last entry. Lists have no kin.
  boolean isParent(ImageRecord parent, ImageRecord child) {
    if (parent.id().equals(child.id()) || isList(parent) || isList(child)) {
      return false;
    }
    Optional<ImageConfig> before = config(parent);
    Optional<ImageConfig> after = config(child);
    return before.isPresent()
        && after.isPresent()
        && neighbours(parent, child)
        && before.get().diffIds().size() <= after.get().diffIds().size()
        && before
            .get()
            .diffIds()
            .equals(after.get().diffIds().subList(0, before.get().diffIds().size()))
        && before.get().history().size() + 1 == after.get().history().size()
        && before
            .get()
            .history()
            .equals(after.get().history().subList(0, before.get().history().size()));
  }

  private boolean neighbours(ImageRecord parent, ImageRecord child) {
    if (parent.topLayer().isEmpty() || child.topLayer().isEmpty()) {
      return parent.topLayer().equals(child.topLayer());
    }
    if (parent.topLayer().equals(child.topLayer())) {
      return known(parent.topLayer().get());
    }
    Optional<Layer> upper = view.snapshot().layer(child.topLayer().get());
    return upper.isPresent() && upper.get().parent().equals(parent.topLayer());
  }

  /// Whether any record tells of the layer: its own, or that of one above it.
  private boolean known(LayerId id) {
    for (Layer layer : view.snapshot().layers()) {
      if (layer.id().equals(id) || layer.parent().equals(Optional.of(id))) {
        return true;
      }
    }
    return false;
  }

  boolean hasChildren(ImageRecord image, Survivors left) {
    for (ImageRecord other : images()) {
      if (left.contains(other) && isParent(image, other)) {
        return true;
      }
    }
    return false;
  }

  List<ImageRecord> parents(ImageRecord image, Survivors left) {
    List<ImageRecord> parents = new ArrayList<>();
    for (ImageRecord other : images()) {
      if (left.contains(other) && isParent(other, image)) {
        parents.add(other);
      }
    }
    return parents;
  }

  /// No name, no child, and no list names it.
  boolean dangling(ImageRecord image, Survivors left) {
    if (!left.namesOf(image).isEmpty() || hasChildren(image, left)) {
      return false;
    }
    for (ImageRecord other : images()) {
      if (left.contains(other) && other.topLayer().isEmpty() && view.list(other).isPresent()) {
        for (var instance : view.list(other).orElseThrow().manifests()) {
          if (Optional.of(instance.digest()).equals(image.digest())) {
            return false;
          }
        }
      }
    }
    return true;
  }

  List<Container> users(ImageRecord image, Survivors left) {
    List<Container> users = new ArrayList<>();
    for (Container container : view.snapshot().containers()) {
      if (left.contains(container.id()) && container.image().equals(Optional.of(image.id()))) {
        users.add(container);
      }
    }
    return users;
  }

  private boolean isList(ImageRecord image) {
    return view.isList(image);
  }

  private Optional<ImageConfig> config(ImageRecord image) {
    return configs.computeIfAbsent(
        image.id(),
        _ -> {
          try {
            return Optional.of(view.config(image));
          } catch (IOException e) {
            return Optional.empty();
          }
        });
  }
}
