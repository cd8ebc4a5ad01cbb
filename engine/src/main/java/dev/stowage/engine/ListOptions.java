package dev.stowage.engine;

import dev.stowage.model.ContainerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Which images are listed.
///
/// @param filters the conditions, all of which have to be met; of several wanted references one is
///   enough
/// @param external tells which containers some other program made; the filter `containers=external`
///   needs it
public record ListOptions(List<Filter> filters, Optional<Predicate<ContainerId>> external) {

  public static final ListOptions DEFAULT = new ListOptions(List.of(), Optional.empty());

  public ListOptions {
    filters = List.copyOf(filters);
  }

  public ListOptions withFilters(List<Filter> wanted) {
    return new ListOptions(wanted, external);
  }

  /// With one more condition.
  public ListOptions and(Filter filter) {
    List<Filter> more = new ArrayList<>(filters);
    more.add(filter);
    return new ListOptions(more, external);
  }

  public ListOptions withExternal(Predicate<ContainerId> judge) {
    return new ListOptions(filters, Optional.of(judge));
  }
}
