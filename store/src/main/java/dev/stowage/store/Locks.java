package dev.stowage.store;

import dev.stowage.linux.Disk;
import dev.stowage.linux.HeldLock;
import dev.stowage.linux.LockKind;
import dev.stowage.model.Bytes;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The locks of a store that one reader or writer holds, taken in the one order that everybody
/// keeps to:
///
/// `storage.lock`, `layers.lock` of the main store (and of the image store), `layers.lock` of each
/// additional store, `images.lock` in the same order, `containers.lock`; `mountpoints.lock` is
/// taken by whoever holds `layers.lock`.
///
/// Every writer of images holds `images.lock` of the main store exclusively, so of all writers one
/// alone is at work at a time.
final class Locks implements Closeable {
  private final Disk disk;
  private final Deque<HeldLock> held = new ArrayDeque<>();
  private final Map<RecordGroup<?>, List<HeldLock>> byGroup = new HashMap<>();

  private @Nullable HeldLock storage;

  private Locks(Disk disk) {
    this.disk = disk;
  }

  static Locks toRead(Disk disk, Groups groups) throws IOException {
    return take(disk, groups, LockKind.SHARED, LockKind.SHARED, LockKind.SHARED);
  }

  static Locks toWrite(Disk disk, Groups groups, Scope scope) throws IOException {
    return take(
        disk,
        groups,
        scope.compareTo(Scope.IMAGES) >= 0 ? LockKind.EXCLUSIVE : LockKind.SHARED,
        LockKind.EXCLUSIVE,
        scope == Scope.ALL ? LockKind.EXCLUSIVE : LockKind.SHARED);
  }

  private static Locks take(
      Disk disk, Groups groups, LockKind layers, LockKind images, LockKind containers)
      throws IOException {
    Locks locks = new Locks(disk);
    try {
      for (RecordGroup<Layer> group : groups.layers()) {
        locks.take(group, layers);
      }
      for (RecordGroup<ImageRecord> group : groups.images()) {
        locks.take(group, images);
      }
      locks.take(groups.containers(), containers);
      return locks;
    } catch (IOException | RuntimeException e) {
      locks.close();
      throw e;
    }
  }

  /// The locks that mounting takes.
  static Locks toMount(Disk disk, Layout layout, Groups groups) throws IOException {
    Locks locks = new Locks(disk);
    try {
      locks.storage = disk.lock(layout.storageLock(), LockKind.EXCLUSIVE);
      locks.held.push(locks.storage);
      for (RecordGroup<Layer> group : groups.layers()) {
        locks.take(group, LockKind.EXCLUSIVE);
      }
      return locks;
    } catch (IOException | RuntimeException e) {
      locks.close();
      throw e;
    }
  }

  private void take(RecordGroup<?> group, LockKind kind) throws IOException {
    List<HeldLock> locks = new ArrayList<>(1);
    byGroup.put(group, locks);
    for (Path file : group.locks()) {
      if (!group.readOnly()) {
        hold(disk.lock(file, kind), locks);
      } else if (disk.facts(file).isPresent()) {
        // A read-only store that nobody ever locked has no writers to be kept away.
        hold(disk.lock(file, LockKind.SHARED), locks);
      }
    }
  }

  private void hold(HeldLock lock, List<HeldLock> ofGroup) {
    held.push(lock);
    ofGroup.add(lock);
  }

  Optional<HeldLock> first(RecordGroup<?> group) {
    List<HeldLock> locks = byGroup.getOrDefault(group, List.of());
    return locks.isEmpty() ? Optional.empty() : Optional.of(locks.getFirst());
  }

  /// Tells all readers that the group's files are about to change. Done before they do, because a
  /// writer may die in between.
  void announce(RecordGroup<?> group) throws IOException {
    Bytes token = Token.make();
    for (HeldLock lock : byGroup.getOrDefault(group, List.of())) {
      lock.writeToken(token);
    }
  }

  /// Tells all who mount that the mounts are about to change.
  void announceStorage() throws IOException {
    if (storage != null) {
      storage.writeToken(Token.make());
    }
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    while (!held.isEmpty()) {
      try {
        held.pop().close();
      } catch (IOException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
