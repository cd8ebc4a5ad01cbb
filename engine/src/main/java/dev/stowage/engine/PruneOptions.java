package dev.stowage.engine;

import dev.stowage.model.ContainerId;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Which images are pruned.
///
/// @param which the images that go
/// @param filters conditions that all of them have to meet besides
/// @param holders whether containers of other programs hold images
/// @param external tells which containers some other program made; empty for what the store tells
public record PruneOptions(
    Which which, List<Filter> filters, Holders holders, Optional<Predicate<ContainerId>> external) {

  /// Images without name, child, container and list that names them.
  public static final PruneOptions DEFAULT =
      new PruneOptions(new Dangling(), List.of(), Holders.ANY, Optional.empty());

  /// The images that go.
  public sealed interface Which permits Dangling, Unused, Outdated {}

  /// Those that nothing refers to.
  public record Dangling() implements Which {}

  /// Those without containers.
  public record Unused() implements Which {}

  /// Those without containers that a policy gives up.
  public record Outdated(Retention policy) implements Which {}

  /// Which containers hold an image.
  public enum Holders {
    ANY,
    /// Those of Podman; those of other programs go together with the image.
    OWN
  }

  public PruneOptions {
    filters = List.copyOf(filters);
  }

  public PruneOptions with(Which wanted) {
    return new PruneOptions(wanted, filters, holders, external);
  }

  public PruneOptions withFilters(List<Filter> wanted) {
    return new PruneOptions(which, wanted, holders, external);
  }

  public PruneOptions with(Holders wanted) {
    return new PruneOptions(which, filters, wanted, external);
  }

  public PruneOptions withExternal(Predicate<ContainerId> judge) {
    return new PruneOptions(which, filters, holders, Optional.of(judge));
  }
}
