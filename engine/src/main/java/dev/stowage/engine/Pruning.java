package dev.stowage.engine;

import dev.stowage.model.ContainerId;
import dev.stowage.store.ImageRecord;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Works out what pruning removes.
final class Pruning {
  private final View view;
  private final Lookup lookup;
  private final Context context;
  private final PruneOptions options;
  private final Consumer<String> damaged;

  Pruning(
      View view, Lookup lookup, Context context, PruneOptions options, Consumer<String> damaged) {
    this.view = view;
    this.lookup = lookup;
    this.context = context;
    this.options = options;
    this.damaged = damaged;
  }

  /// Tells when an image came to the store; empty where nobody knows.
  @FunctionalInterface
  interface Arrivals {
    Optional<Instant> of(ImageRecord image);
  }

  RemovalPlan plan(Arrivals arrivals) throws IOException {
    Predicate<ContainerId> external =
        options.external().orElseGet(() -> External.judge(view.snapshot()));
    RemoveOptions how = RemoveOptions.DEFAULT;
    if (options.holders() == PruneOptions.Holders.OWN) {
      how = how.withExternal(external);
    }
    ListOptions filters = filters().withExternal(external);
    Clock clock = Clock.fixed(context.clock().instant(), zone());
    if (options.which() instanceof PruneOptions.Outdated(Retention policy)) {
      List<ImageRecord> outdated = outdated(policy, arrivals, clock.instant());
      Set<ImageRecord> meeting = new HashSet<>(Listings.of(view, lookup, clock, filters, damaged));
      List<ImageRecord> chosen = new ArrayList<>(outdated);
      chosen.retainAll(meeting);
      return Removals.untilNoneIsLeft(view, left -> without(chosen, left), how);
    }
    return Removals.untilNoneIsLeft(
        view, left -> Listings.of(view, lookup, clock, filters, left, damaged), how);
  }

  private static List<ImageRecord> without(List<ImageRecord> chosen, Survivors left) {
    List<ImageRecord> remaining = new ArrayList<>();
    for (ImageRecord image : chosen) {
      if (left.contains(image)) {
        remaining.add(image);
      }
    }
    return remaining;
  }

  private ZoneId zone() {
    for (Filter filter : options.filters()) {
      if (filter.key() == Filter.Key.UNTIL) {
        return context.zone().get();
      }
    }
    return ZoneOffset.UTC;
  }

  private List<ImageRecord> outdated(Retention policy, Arrivals arrivals, Instant now) {
    List<ReferencePattern> pinned = new ArrayList<>();
    for (String pattern : policy.pinned()) {
      pinned.add(ReferencePattern.of(pattern, lookup));
    }
    return new Outdated(view, policy, pinned, image -> used(image, policy, arrivals)).choose(now);
  }

  private static Instant used(ImageRecord image, Retention policy, Arrivals arrivals) {
    Instant created = image.created().orElse(Moments.UNKNOWN);
    return policy.clock() == Retention.Clock.USE ? arrivals.of(image).orElse(created) : created;
  }

  /// The filters that the user gave, and those that say what pruning is.
  private ListOptions filters() {
    List<Filter> filters = new ArrayList<>(options.filters());
    filters.add(Filter.of(Filter.Key.READ_ONLY, "false"));
    boolean said = false;
    for (Filter filter : options.filters()) {
      said |= filter.key() == Filter.Key.DANGLING && filter.sense() == Filter.Sense.WANTED;
    }
    if (options.which() instanceof PruneOptions.Dangling && !said) {
      filters.add(Filter.of(Filter.Key.DANGLING, "true"));
    }
    filters.add(
        Filter.of(
            Filter.Key.CONTAINERS,
            options.holders() == PruneOptions.Holders.OWN ? "external" : "false"));
    return ListOptions.DEFAULT.withFilters(filters);
  }
}
