package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.ContainerId;
import dev.stowage.model.ImageId;
import dev.stowage.model.LayerId;
import dev.stowage.store.Container;
import dev.stowage.store.ImageRecord;
import dev.stowage.store.Layer;
import dev.stowage.store.Snapshot;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Kinship, removals, pruning and retention beside a slow reading of their rules, on stores put
/// together at random.
class RulesReadWordByWordTest {
  private static final int STORES = 150;
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2024-02-01T00:00:00Z"), ZoneOffset.UTC);

  /// What is left, kept as plain sets.
  private static final class Left implements Survivors {
    private final Map<ImageId, List<String>> names = new HashMap<>();
    private final Set<ImageId> gone = new HashSet<>();
    private final Set<ContainerId> goneContainers = new HashSet<>();
    private int failures;
    private boolean pruning;

    @Override
    public boolean contains(ImageRecord image) {
      return !gone.contains(image.id());
    }

    @Override
    public List<String> namesOf(ImageRecord image) {
      return names.getOrDefault(image.id(), image.names());
    }

    @Override
    public boolean contains(ContainerId container) {
      return !goneContainers.contains(container);
    }

    String described(RandomShelf store) {
      Set<String> lines = new TreeSet<>();
      for (ImageRecord image : store.images()) {
        if (contains(image)) {
          lines.add(image.id().shortened() + new TreeSet<>(namesOf(image)));
        }
      }
      for (Container container : store.view().snapshot().containers()) {
        if (contains(container.id())) {
          lines.add(container.id().value());
        }
      }
      return lines + " failures " + failures;
    }
  }

  @Test
  void parentsChildrenAndDanglingImagesAreThose() {
    int parents = 0;
    int dangling = 0;
    for (int seed = 0; seed < STORES; seed++) {
      RandomShelf store = new RandomShelf(seed);
      Kinship kinship = store.view().kinship();
      for (ImageRecord image : store.images()) {
        List<ImageRecord> expected = store.parents(image, Survivors.ALL);
        assertEquals(
            !expected.isEmpty(), kinship.parent(image, Survivors.ALL).isPresent(), "seed " + seed);
        kinship
            .parent(image, Survivors.ALL)
            .ifPresent(parent -> assertTrue(expected.contains(parent)));
        for (ImageRecord other : store.images()) {
          assertEquals(
              store.isParent(image, other),
              kinship.children(image, Survivors.ALL).contains(other),
              "seed " + seed);
        }
        assertEquals(
            store.dangling(image, Survivors.ALL),
            kinship.dangling(image, Survivors.ALL),
            "seed " + seed);
        assertEquals(
            image.names().isEmpty() && store.hasChildren(image, Survivors.ALL),
            kinship.intermediate(image, Survivors.ALL),
            "seed " + seed);
        parents += expected.isEmpty() ? 0 : 1;
        dangling += store.dangling(image, Survivors.ALL) ? 1 : 0;
      }
    }
    assertTrue(parents > STORES && dangling > STORES, parents + " " + dangling);
  }

  /// Removes one image as the rules say.
  private static void remove(
      RandomShelf store, ImageRecord image, String called, RemoveOptions how, Left left) {
    if (!left.contains(image)) {
      return;
    }
    if (image.readOnly()) {
      left.failures++;
      return;
    }
    List<String> names = left.namesOf(image);
    if (!called.isEmpty() && names.size() != 1) {
      boolean byName = !image.id().value().startsWith(called) && !called.startsWith("sha256:");
      if (byName) {
        List<String> others = new ArrayList<>(names);
        if (!others.remove(called)) {
          left.failures++;
          return;
        }
        left.names.put(image.id(), others);
        if (!others.isEmpty()) {
          return;
        }
      } else if (names.size() > 1 && how.force() == Force.NO) {
        left.failures++;
        return;
      }
    }
    List<Container> users = store.users(image, left);
    if (!users.isEmpty() && how.force() != Force.WITH_CONTAINERS) {
      left.failures++;
      return;
    }
    users.forEach(user -> left.goneContainers.add(user.id()));
    List<ImageRecord> parents = store.parents(image, left);
    left.gone.add(image.id());
    if (how.scope().parents() == RemoveOptions.Scope.Parents.REMOVED_IF_DANGLING
        && !parents.isEmpty()) {
      // Where several images could be the parent, any of them is; the one that is taken is the
      // first that the look-up meets.
      ImageRecord parent = store.view().kinship().parent(image, without(left, image)).orElseThrow();
      assertTrue(parents.contains(parent));
      boolean held = left.pruning && !store.users(parent, left).isEmpty();
      if (!parent.readOnly() && !held && store.dangling(parent, left)) {
        remove(store, parent, "", how, left);
      }
    }
  }

  /// What was left before the image went.
  private static Survivors without(Left left, ImageRecord image) {
    return new Survivors() {
      @Override
      public boolean contains(ImageRecord other) {
        return other.id().equals(image.id()) || left.contains(other);
      }

      @Override
      public List<String> namesOf(ImageRecord other) {
        return left.namesOf(other);
      }

      @Override
      public boolean contains(ContainerId container) {
        return left.contains(container);
      }
    };
  }

  private static Left done(RemovalPlan plan) {
    Left left = new Left();
    for (RemovalPlan.Change change : plan.changes()) {
      if (change instanceof RemovalPlan.RemoveImage(ImageId image)) {
        assertTrue(left.gone.add(image), "removed twice");
      } else if (change instanceof RemovalPlan.RemoveContainer(ContainerId container)) {
        assertTrue(left.goneContainers.add(container), "removed twice");
      }
    }
    left.failures = plan.removal().failures().size();
    return left;
  }

  private static Left done(RemovalPlan plan, RandomShelf store) {
    Left left = done(plan);
    for (RemovalPlan.Change change : plan.changes()) {
      if (change instanceof RemovalPlan.RemoveName(ImageId image, String name)) {
        List<String> names = new ArrayList<>(left.namesOf(store.shelf.recordOf(image)));
        assertTrue(names.remove(name), "has no such name");
        left.names.put(image, names);
      }
    }
    return left;
  }

  @Test
  void whatIsRemovedByNameIsThat() throws IOException {
    int removed = 0;
    for (int seed = 0; seed < STORES; seed++) {
      RandomShelf store = new RandomShelf(seed);
      List<String> wanted = wanted(store);
      RemoveOptions how =
          RemoveOptions.DEFAULT
              .withForce(List.of(Force.values()).get(store.random.nextInt(Force.values().length)))
              .withParents(
                  store.random.nextInt(4) == 0
                      ? RemoveOptions.Scope.Parents.KEPT
                      : RemoveOptions.Scope.Parents.REMOVED_IF_DANGLING);
      Lookup lookup = store.shelf.lookup(store.view());
      Left expected = new Left();
      Map<ImageId, List<String>> calls = new LinkedHashMap<>();
      for (String text : wanted) {
        try {
          Hit hit =
              lookup.find(
                  text, LookupOptions.DEFAULT.withLists(LookupOptions.Lists.INSTANCE_OR_LIST));
          calls.computeIfAbsent(hit.image().id(), _ -> new ArrayList<>()).add(hit.name());
        } catch (IOException e) {
          expected.failures++;
        }
      }
      for (Map.Entry<ImageId, List<String>> each : calls.entrySet()) {
        for (String name : each.getValue()) {
          remove(store, store.shelf.recordOf(each.getKey()), name, how, expected);
        }
      }
      RemovalPlan plan = Removals.plan(store.view(), lookup, wanted, how);
      assertEquals(
          expected.described(store),
          done(plan, store).described(store),
          "seed " + seed + ": " + wanted + " " + how);
      assertFreed(store, plan, seed);
      removed += expected.gone.size();
    }
    assertTrue(removed > STORES, "only " + removed);
  }

  private static List<String> wanted(RandomShelf store) {
    List<String> wanted = new ArrayList<>();
    for (int i = 1 + store.random.nextInt(4); i > 0; i--) {
      ImageRecord image = store.images().get(store.random.nextInt(store.images().size()));
      List<String> names = image.names();
      wanted.add(
          names.isEmpty() || store.random.nextInt(4) == 0
              ? image.id().value().substring(0, store.random.nextBoolean() ? 64 : 10)
              : names.get(store.random.nextInt(names.size())));
    }
    if (store.random.nextInt(6) == 0) {
      wanted.add("localhost/nothing:1");
    }
    return wanted;
  }

  /// The layers that go are those that the store lets go when the images go one by one.
  private static void assertFreed(RandomShelf store, RemovalPlan plan, long seed) {
    Left left = done(plan);
    Set<LayerId> expected = new TreeSet<>((a, b) -> a.value().compareTo(b.value()));
    Snapshot now = store.view().snapshot();
    for (RemovalPlan.Change change : plan.changes()) {
      if (change instanceof RemovalPlan.RemoveImage(ImageId image)) {
        List<LayerId> freed = now.freedBy(now.image(image).orElseThrow());
        expected.addAll(freed);
        now = reduced(now, image, freed);
      }
    }
    Set<LayerId> found = new TreeSet<>((a, b) -> a.value().compareTo(b.value()));
    Freed.layers(store.view().snapshot(), left).forEach(layer -> found.add(layer.id()));
    assertEquals(expected, found, "seed " + seed);
  }

  private static Snapshot reduced(Snapshot now, ImageId image, List<LayerId> freed) {
    List<Layer> layers = new ArrayList<>(now.layers());
    layers.removeIf(layer -> freed.contains(layer.id()));
    List<ImageRecord> images = new ArrayList<>(now.images());
    images.removeIf(each -> each.id().equals(image));
    return new Snapshot(layers, images, now.containers(), now.mounts());
  }

  @Test
  void whatIsPrunedIsThatAndThenThereIsNothingLeftToPrune() throws IOException {
    int removed = 0;
    for (int seed = 0; seed < STORES; seed++) {
      RandomShelf store = new RandomShelf(seed);
      boolean all = store.random.nextBoolean();
      Left expected = new Left();
      expected.pruning = true;
      boolean more = true;
      while (more) {
        List<ImageRecord> chosen = new ArrayList<>();
        for (ImageRecord image : store.images()) {
          if (expected.contains(image)
              && !image.readOnly()
              && store.users(image, expected).isEmpty()
              && (all || store.dangling(image, expected))) {
            chosen.add(image);
          }
        }
        more = !chosen.isEmpty();
        for (ImageRecord image : chosen) {
          remove(store, image, "", RemoveOptions.DEFAULT, expected);
        }
      }
      RemovalPlan plan =
          pruned(store, all ? new PruneOptions.Unused() : new PruneOptions.Dangling());
      assertEquals(expected.described(store), done(plan, store).described(store), "seed " + seed);
      assertFreed(store, plan, seed);
      removed += expected.gone.size();
    }
    assertTrue(removed > STORES, "only " + removed);
  }

  private static RemovalPlan pruned(RandomShelf store, PruneOptions.Which which)
      throws IOException {
    Lookup lookup = store.shelf.lookup(store.view());
    return new Pruning(
            store.view(),
            lookup,
            new Context(
                ShortNames.LOCALHOST,
                Shelf.MACHINE,
                dev.stowage.transfer.Listener.NONE,
                CLOCK,
                () -> ZoneOffset.UTC,
                Optional.empty()),
            PruneOptions.DEFAULT.with(which),
            damaged -> {})
        .plan(ImageRecord::created);
  }

  @Test
  void aRetentionPolicyKeepsWhatItPromisesAndGivesUpNoMore() throws IOException {
    int given = 0;
    for (int seed = 0; seed < STORES; seed++) {
      RandomShelf store = new RandomShelf(seed);
      Retention policy = Retention.NOTHING;
      if (store.random.nextBoolean()) {
        policy = policy.withKeepLast(store.random.nextInt(3));
      }
      if (store.random.nextBoolean()) {
        policy = policy.withMaxAge(Duration.ofDays(store.random.nextInt(32)));
      }
      if (store.random.nextBoolean()) {
        policy = policy.withMaxBytes(store.random.nextInt(2000));
      }
      if (store.random.nextBoolean()) {
        policy = policy.withPinned(List.of("localhost/r1"));
      }
      List<ImageRecord> chosen = chosen(store, policy);
      given += chosen.size();
      check(store, policy, chosen, "seed " + seed + " " + policy);
    }
    assertTrue(given > STORES, "only " + given);
  }

  private static List<ImageRecord> chosen(RandomShelf store, Retention policy) {
    Lookup lookup = store.shelf.lookup(store.view());
    List<ReferencePattern> pinned = new ArrayList<>();
    policy.pinned().forEach(pattern -> pinned.add(ReferencePattern.of(pattern, lookup)));
    return new Outdated(store.view(), policy, pinned, image -> image.created().orElse(Instant.MIN))
        .choose(CLOCK.instant());
  }

  private static void check(
      RandomShelf store, Retention policy, List<ImageRecord> chosen, String which) {
    List<ImageRecord> eligible = new ArrayList<>();
    for (ImageRecord image : store.images()) {
      boolean pinned = false;
      boolean newest = false;
      for (String name : image.names()) {
        String repository = name.substring(0, name.lastIndexOf(':'));
        pinned |= !policy.pinned().isEmpty() && repository.equals("localhost/r1");
        newest |=
            policy.keepLast().isPresent()
                && newer(store, image, repository) < policy.keepLast().getAsInt();
      }
      boolean free =
          !pinned
              && !newest
              && !image.readOnly()
              && store.users(image, Survivors.ALL).isEmpty()
              && (!image.names().isEmpty() || store.dangling(image, Survivors.ALL));
      if (free) {
        eligible.add(image);
      }
    }
    assertTrue(eligible.containsAll(chosen), which);
    assertEquals(chosen.size(), new HashSet<>(chosen).size(), which);
    for (ImageRecord image : eligible) {
      boolean old =
          policy.maxAge().isPresent()
              && image
                  .created()
                  .orElseThrow()
                  .isBefore(CLOCK.instant().minus(policy.maxAge().get()));
      boolean unlimited = policy.maxAge().isEmpty() && policy.maxBytes().isEmpty();
      if (old || unlimited) {
        assertTrue(chosen.contains(image), which);
      } else if (policy.maxBytes().isEmpty()) {
        assertFalse(chosen.contains(image), which);
      }
    }
    if (policy.maxBytes().isPresent()) {
      long most = policy.maxBytes().getAsLong();
      assertTrue(held(store, chosen) <= most || chosen.containsAll(eligible), which);
      if (!chosen.isEmpty() && policy.maxAge().isEmpty()) {
        assertTrue(held(store, chosen.subList(0, chosen.size() - 1)) > most, which);
      }
    }
  }

  /// How many images of the repository are newer.
  private static int newer(RandomShelf store, ImageRecord image, String repository) {
    int newer = 0;
    for (ImageRecord other : store.images()) {
      boolean named = false;
      for (String name : other.names()) {
        named |= name.startsWith(repository + ":");
      }
      int order = other.created().orElseThrow().compareTo(image.created().orElseThrow());
      if (named
          && (order > 0 || order == 0 && other.id().value().compareTo(image.id().value()) > 0)) {
        newer++;
      }
    }
    return newer;
  }

  /// The bytes of all that images and containers hold once the chosen are gone.
  private static long held(RandomShelf store, List<ImageRecord> gone) {
    Set<Layer> layers = new HashSet<>();
    long bytes = 0;
    for (ImageRecord image : store.images()) {
      if (!gone.contains(image)) {
        layers.addAll(Sizes.layers(store.view().snapshot(), image));
        for (String item : image.dataNames()) {
          bytes += image.dataSize(item).orElse(0);
        }
      }
    }
    for (Container container : store.view().snapshot().containers()) {
      layers.addAll(Sizes.layersOf(store.view().snapshot(), container));
    }
    for (Layer layer : layers) {
      bytes += Sizes.of(layer);
    }
    return bytes;
  }
}
