package dev.stowage.engine;

import dev.stowage.engine.RemovalPlan.Change;
import dev.stowage.engine.RemovalPlan.Happening;
import dev.stowage.model.ContainerId;
import dev.stowage.model.Event;
import dev.stowage.model.ImageId;
import dev.stowage.model.InUseException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.RejectedException;
import dev.stowage.store.Container;
import dev.stowage.store.ImageRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/// Works out what removing images means, without changing anything: which names go, which
/// containers, which images, which of their parents, and what cannot be done.
///
/// It keeps a draft of the store as it will be, so that what is removed first counts no more for
/// what is looked at later.
final class Removals {
  private static final String DIGEST_PREFIX = "sha256:";

  private final View view;
  private final RemoveOptions options;
  private final Asked asked;
  private final Draft draft = new Draft();
  private final List<Change> changes = new ArrayList<>();
  private final List<Happening> happenings = new ArrayList<>();
  private final List<Removal.Failure> failures = new ArrayList<>();
  private final Map<ImageId, Account> accounts = new LinkedHashMap<>();

  /// What the user asked to be removed.
  private enum Asked {
    /// These images; that the parent of one cannot go with it is told.
    FOR_THESE,
    /// Whatever can go.
    FOR_ANY
  }

  private Removals(View view, RemoveOptions options, Asked asked) {
    this.view = view;
    this.options = options;
    this.asked = asked;
  }

  /// What removing the images of these names means. Several names of one image are dealt with one
  /// after the other, where the first of them stands.
  static RemovalPlan plan(View view, Lookup lookup, List<String> wanted, RemoveOptions options) {
    Removals removals = new Removals(view, options, Asked.FOR_THESE);
    LookupOptions how =
        LookupOptions.DEFAULT.withLists(
            options.scope().names() == RemoveOptions.Scope.Names.LISTS
                ? LookupOptions.Lists.ONLY_LIST
                : LookupOptions.Lists.INSTANCE_OR_LIST);
    Map<ImageId, List<String>> referencedBy = new LinkedHashMap<>();
    Map<ImageId, ImageRecord> images = new HashMap<>();
    for (String text : wanted) {
      try {
        Hit hit = lookup.find(text, how);
        images.put(hit.image().id(), hit.image());
        referencedBy.computeIfAbsent(hit.image().id(), _ -> new ArrayList<>()).add(hit.name());
      } catch (IOException e) {
        if (options.missing() != RemoveOptions.Missing.IGNORED || !isUnknown(e)) {
          removals.failures.add(new Removal.Failure(text, e));
        }
      }
    }
    for (Map.Entry<ImageId, List<String>> each : referencedBy.entrySet()) {
      ImageRecord image = images.get(each.getKey());
      if (image != null) {
        for (String name : each.getValue()) {
          removals.process(image, name);
        }
      }
    }
    return removals.plan();
  }

  /// What removing these images means, by whatever names they have.
  static RemovalPlan plan(View view, List<ImageRecord> images, RemoveOptions options) {
    Removals removals = new Removals(view, options, Asked.FOR_THESE);
    for (ImageRecord image : images) {
      removals.process(image, "");
    }
    return removals.plan();
  }

  /// Chooses images to remove among those that are left.
  @FunctionalInterface
  interface Chooser {
    List<ImageRecord> choose(Survivors left) throws IOException;
  }

  /// What removing images means until there is none left to choose, by whatever names they have:
  /// what goes may have been what held others.
  static RemovalPlan untilNoneIsLeft(View view, Chooser chooser, RemoveOptions options)
      throws IOException {
    Removals removals = new Removals(view, options, Asked.FOR_ANY);
    int before;
    do {
      before = removals.changes.size();
      for (ImageRecord image : chooser.choose(removals.draft)) {
        removals.process(image, "");
      }
    } while (removals.changes.size() > before && removals.failures.isEmpty());
    return removals.plan();
  }

  private static boolean isUnknown(IOException e) {
    return e instanceof NotFoundException missing && missing.kind() == NotFoundException.Kind.IMAGE;
  }

  private RemovalPlan plan() {
    List<Removal.Report> reports = new ArrayList<>();
    for (Account account : accounts.values()) {
      reports.add(account.report());
    }
    return new RemovalPlan(
        List.copyOf(changes),
        new Removal(reports, failures, OptionalLong.empty()),
        List.copyOf(happenings),
        draft);
  }

  /// @param referencedBy what the image was found under; empty where nobody named it
  private void process(ImageRecord image, String referencedBy) {
    if (!draft.contains(image)) {
      return;
    }
    String called = referencedBy.isEmpty() ? image.id().value() : referencedBy;
    if (image.readOnly()) {
      failures.add(
          new Removal.Failure(
              called,
              new RejectedException(
                  "a writable store", "cannot remove read-only image \"" + image.id() + "\"")));
      return;
    }
    Optional<String> failure = Optional.empty();
    try {
      remove(image, referencedBy);
    } catch (IOException e) {
      failures.add(new Removal.Failure(called, e));
      failure = Optional.ofNullable(e.getMessage());
    }
    happenings.add(new Happening(Event.Kind.REMOVE, image.id(), referencedBy, failure));
  }

  private void remove(ImageRecord image, String referencedBy) throws IOException {
    int names = draft.namesOf(image).size();
    boolean untagged = false;
    // By its only name the image goes as a whole: where a container uses it, the name stays too.
    if (!referencedBy.isEmpty() && names != 1) {
      boolean byId = image.id().value().startsWith(referencedBy);
      boolean byDigest = referencedBy.startsWith(DIGEST_PREFIX);
      if (options.force() == Force.NO && names > 1 && (byId || byDigest)) {
        throw new RejectedException(
            "force",
            "unable to delete image \""
                + image.id()
                + "\" by "
                + (byId ? "ID" : "digest")
                + " with more than one tag (["
                + String.join(" ", draft.namesOf(image))
                + "]): please force removal");
      }
      if (!byId && !byDigest) {
        untag(image, referencedBy);
        untagged = true;
      }
    }
    Account account = account(image);
    if (untagged && !draft.namesOf(image).isEmpty()) {
      return;
    }
    removeWhole(image, account);
  }

  private void untag(ImageRecord image, String referencedBy) throws IOException {
    String name = Names.toRemove(referencedBy).toString();
    if (!draft.namesOf(image).contains(name)) {
      throw new NotFoundException(NotFoundException.Kind.TAG, name, name + ": tag not known");
    }
    draft.untag(image, name);
    changes.add(new RemovalPlan.RemoveName(image.id(), name));
    happenings.add(new Happening(Event.Kind.UNTAG, image.id(), name, Optional.empty()));
    Account account = account(image);
    account.untagged.add(referencedBy);
    account.fate = Removal.Fate.UNTAGGED;
  }

  private void removeWhole(ImageRecord image, Account account) throws IOException {
    removeContainers(image);
    boolean hasChildren = view.kinship().hasChildren(image, draft);
    Optional<ImageRecord> parent = view.kinship().parent(image, draft);
    List<String> names = draft.namesOf(image);
    draft.remove(image);
    changes.add(new RemovalPlan.RemoveImage(image.id()));
    account.untagged.addAll(names);
    account.fate = hasChildren ? Removal.Fate.SHARED : Removal.Fate.REMOVED;
    for (String name : names) {
      happenings.add(new Happening(Event.Kind.UNTAG, image.id(), name, Optional.empty()));
    }
    if (options.scope().parents() == RemoveOptions.Scope.Parents.REMOVED_IF_DANGLING
        && parent.isPresent()
        && !parent.get().readOnly()
        && !(asked == Asked.FOR_ANY && held(parent.get()))
        && view.kinship().dangling(parent.get(), draft)) {
      process(parent.get(), "");
    }
  }

  /// Whether containers keep the image.
  private boolean held(ImageRecord image) {
    if (options.force() == Force.WITH_CONTAINERS) {
      return false;
    }
    for (Container container : view.snapshot().usersOf(image.id())) {
      if (draft.contains(container.id())
          && (options.external().isEmpty() || !options.external().get().test(container.id()))) {
        return true;
      }
    }
    return false;
  }

  /// Sees to it that no container uses the image any more.
  private void removeContainers(ImageRecord image) throws IOException {
    List<Container> users = new ArrayList<>();
    for (Container container : view.snapshot().usersOf(image.id())) {
      if (!draft.goneContainers.contains(container.id())) {
        users.add(container);
      }
    }
    if (users.isEmpty()) {
      return;
    }
    if (options.force() != Force.WITH_CONTAINERS) {
      if (options.external().isEmpty()) {
        throw inUse(users);
      }
      Predicate<ContainerId> external = options.external().get();
      for (Container container : users) {
        if (!external.test(container.id())) {
          throw new RejectedException(
              "external containers",
              "cannot remove container " + container.id() + ": not an external container");
        }
      }
    }
    refuseMounted(users);
    for (Container container : users) {
      draft.goneContainers.add(container.id());
      changes.add(new RemovalPlan.RemoveContainer(container.id()));
    }
  }

  private static InUseException inUse(List<Container> users) {
    List<String> holders = new ArrayList<>();
    for (Container container : users) {
      holders.add(container.id().value());
    }
    return new InUseException(
        holders,
        "image used by "
            + holders.getLast()
            + ": image is in use by a container: consider listing external containers and"
            + " force-removing image");
  }

  /// A container whose files are mounted is running, or somebody works in it.
  private void refuseMounted(List<Container> users) throws InUseException {
    for (Container container : users) {
      if (container.layer().flatMap(view.snapshot()::mountOf).isPresent()) {
        throw new InUseException(
            List.of(container.id().value()),
            "container "
                + container.id()
                + " is mounted, so it may be running: stop and remove it with the program that made"
                + " it");
      }
    }
  }

  private Account account(ImageRecord image) {
    return accounts.computeIfAbsent(
        image.id(), _ -> new Account(image.id(), Sizes.of(view.snapshot(), image)));
  }

  /// What is noted for the report of an image.
  private static final class Account {
    private final ImageId image;
    private final long size;
    private final List<String> untagged = new ArrayList<>();
    private Removal.Fate fate = Removal.Fate.KEPT;

    Account(ImageId image, long size) {
      this.image = image;
      this.size = size;
    }

    Removal.Report report() {
      return new Removal.Report(image, fate, size, untagged);
    }
  }

  /// The images and names that are left.
  private static final class Draft implements Survivors {
    private final Map<ImageId, List<String>> names = new HashMap<>();
    private final Set<ImageId> gone = new HashSet<>();
    private final Set<ContainerId> goneContainers = new LinkedHashSet<>();

    @Override
    public boolean contains(ImageRecord image) {
      return !gone.contains(image.id());
    }

    @Override
    public boolean contains(ContainerId container) {
      return !goneContainers.contains(container);
    }

    @Override
    public List<String> namesOf(ImageRecord image) {
      return names.getOrDefault(image.id(), image.names());
    }

    void untag(ImageRecord image, String name) {
      List<String> left = new ArrayList<>(namesOf(image));
      left.remove(name);
      names.put(image.id(), List.copyOf(left));
    }

    void remove(ImageRecord image) {
      gone.add(image.id());
    }
  }
}
