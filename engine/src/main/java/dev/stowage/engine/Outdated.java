package dev.stowage.engine;

import dev.stowage.model.LayerId;
import dev.stowage.model.Reference;
import dev.stowage.store.Container;
import dev.stowage.store.ImageRecord;
import dev.stowage.store.Layer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Works out which images a retention policy gives up, at a cost that grows with the number of
/// images and layers alone.
final class Outdated {
  private final View view;
  private final Retention policy;
  private final List<ReferencePattern> pinned;
  private final Function<ImageRecord, Instant> used;

  /// @param used when an image was last used, or made, whatever the policy counts from
  Outdated(
      View view,
      Retention policy,
      List<ReferencePattern> pinned,
      Function<ImageRecord, Instant> used) {
    this.view = view;
    this.policy = policy;
    this.pinned = List.copyOf(pinned);
    this.used = used;
  }

  /// The images to give up, those first that were used the longest time ago.
  List<ImageRecord> choose(Instant now) {
    Map<ImageRecord, Instant> times = new HashMap<>();
    for (ImageRecord image : view.snapshot().images()) {
      times.put(image, used.apply(image));
    }
    Comparator<ImageRecord> oldestFirst =
        (a, b) -> {
          int order =
              times.getOrDefault(a, Instant.MIN).compareTo(times.getOrDefault(b, Instant.MIN));
          return order != 0 ? order : a.id().value().compareTo(b.id().value());
        };
    Set<ImageRecord> newest = newest(oldestFirst);
    List<ImageRecord> open = new ArrayList<>();
    for (ImageRecord image : view.snapshot().images()) {
      if (!stays(image) && !newest.contains(image)) {
        open.add(image);
      }
    }
    open.sort(oldestFirst);
    if (policy.maxAge().isEmpty() && policy.maxBytes().isEmpty()) {
      return open;
    }
    Set<ImageRecord> given = new LinkedHashSet<>();
    if (policy.maxAge().isPresent()) {
      Instant bound = now.minus(policy.maxAge().get());
      for (ImageRecord image : open) {
        if (times.getOrDefault(image, Instant.MIN).isBefore(bound)) {
          given.add(image);
        }
      }
    }
    if (policy.maxBytes().isPresent()) {
      Holding holding = new Holding();
      for (ImageRecord image : given) {
        holding.giveUp(image);
      }
      for (ImageRecord image : open) {
        if (holding.bytes > policy.maxBytes().getAsLong() && given.add(image)) {
          holding.giveUp(image);
        }
      }
    }
    return List.copyOf(given);
  }

  /// Whether the image stays whatever the policy says of age and size. One without a name that
  /// others were made from, or that a list names, stays as long as these do.
  private boolean stays(ImageRecord image) {
    if (image.readOnly() || !view.snapshot().usersOf(image.id()).isEmpty()) {
      return true;
    }
    for (ReferencePattern pattern : pinned) {
      if (pattern.matches(image)) {
        return true;
      }
    }
    return image.names().isEmpty() && !view.kinship().dangling(image, Survivors.ALL);
  }

  /// The newest images of each repository.
  private Set<ImageRecord> newest(Comparator<ImageRecord> oldestFirst) {
    Set<ImageRecord> kept = new HashSet<>();
    if (policy.keepLast().isEmpty()) {
      return kept;
    }
    Map<String, Set<ImageRecord>> byRepository = new HashMap<>();
    for (ImageRecord image : view.snapshot().images()) {
      for (String name : image.names()) {
        Optional<Reference> reference = Names.stored(name);
        if (reference.isPresent()) {
          byRepository
              .computeIfAbsent(reference.get().repository().toString(), _ -> new LinkedHashSet<>())
              .add(image);
        }
      }
    }
    for (Set<ImageRecord> images : byRepository.values()) {
      List<ImageRecord> ordered = new ArrayList<>(images);
      ordered.sort(oldestFirst.reversed());
      kept.addAll(ordered.subList(0, Math.min(policy.keepLast().getAsInt(), ordered.size())));
    }
    return kept;
  }

  /// What images and containers hold: how many of them stand on each layer, and the bytes of the
  /// layers somebody stands on and of the images' data.
  private final class Holding {
    private final Map<LayerId, Integer> holders = new HashMap<>();
    private long bytes;

    Holding() {
      for (ImageRecord image : view.snapshot().images()) {
        bytes += Sizes.ofData(image);
        for (Layer layer : Sizes.layers(view.snapshot(), image)) {
          hold(layer);
        }
      }
      for (Container container : view.snapshot().containers()) {
        for (Layer layer : Sizes.layersOf(view.snapshot(), container)) {
          hold(layer);
        }
      }
    }

    private void hold(Layer layer) {
      if (holders.merge(layer.id(), 1, Integer::sum) == 1) {
        bytes += Sizes.of(layer);
      }
    }

    void giveUp(ImageRecord image) {
      bytes -= Sizes.ofData(image);
      for (Layer layer : Sizes.layers(view.snapshot(), image)) {
        if (holders.merge(layer.id(), -1, Integer::sum) == 0) {
          bytes -= Sizes.of(layer);
        }
      }
    }
  }
}
