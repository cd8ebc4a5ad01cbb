package dev.stowage.engine;

import dev.stowage.model.ContainerId;
import java.util.Optional;
import java.util.function.Predicate;

/// How images are removed.
///
/// @param force how far the removal goes against names and containers that hold an image
/// @param scope which images the names mean, and what becomes of their parents
/// @param missing whether it is an error that a name leads nowhere
/// @param containers removes containers before the store does, where force asks for that
/// @param external tells which containers some other program made; these are removed even without
///   force
public record RemoveOptions(
    Force force,
    Scope scope,
    Missing missing,
    ContainerRemover containers,
    Optional<Predicate<ContainerId>> external) {

  public static final RemoveOptions DEFAULT =
      new RemoveOptions(
          Force.NO, Scope.DEFAULT, Missing.REPORTED, ContainerRemover.NONE, Optional.empty());

  /// Which images are meant.
  public record Scope(Names names, Parents parents) {
    public static final Scope DEFAULT = new Scope(Names.IMAGES, Parents.REMOVED_IF_DANGLING);

    /// What names lead to.
    public enum Names {
      /// To images; of a list, to its instance for this machine where there is one.
      IMAGES,
      /// To lists alone; the images they list stay.
      LISTS
    }

    /// What becomes of an image's parent.
    public enum Parents {
      /// Where nothing else refers to it, it goes too.
      REMOVED_IF_DANGLING,
      KEPT
    }
  }

  /// Whether it is an error that a name leads nowhere.
  public enum Missing {
    REPORTED,
    IGNORED
  }

  public RemoveOptions withForce(Force wanted) {
    return new RemoveOptions(wanted, scope, missing, containers, external);
  }

  public RemoveOptions withNames(Scope.Names wanted) {
    return new RemoveOptions(
        force, new Scope(wanted, scope.parents()), missing, containers, external);
  }

  public RemoveOptions withParents(Scope.Parents wanted) {
    return new RemoveOptions(
        force, new Scope(scope.names(), wanted), missing, containers, external);
  }

  public RemoveOptions withMissing(Missing wanted) {
    return new RemoveOptions(force, scope, wanted, containers, external);
  }

  public RemoveOptions withContainers(ContainerRemover remover) {
    return new RemoveOptions(force, scope, missing, remover, external);
  }

  public RemoveOptions withExternal(Predicate<ContainerId> judge) {
    return new RemoveOptions(force, scope, missing, containers, Optional.of(judge));
  }
}
