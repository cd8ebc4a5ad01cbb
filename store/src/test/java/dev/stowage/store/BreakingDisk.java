package dev.stowage.store;

import dev.stowage.linux.Disk;
import dev.stowage.linux.Durability;
import dev.stowage.linux.FileFacts;
import dev.stowage.linux.HeldLock;
import dev.stowage.linux.LockKind;
import dev.stowage.linux.Mode;
import dev.stowage.linux.Owner;
import dev.stowage.linux.PendingFile;
import dev.stowage.model.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A disk that breaks at one of the calls that change something: either that call alone fails, or
/// the whole program dies with it. It knows who holds locks and who has files open. It syncs
/// nothing, which would take long and is not what is looked at here.
final class BreakingDisk implements Disk {

  /// How it breaks.
  enum Way {
    /// The call fails, and later ones do not.
    FAIL,
    /// Nothing reaches the disk from then on.
    DIE
  }

  /// The death of the program. No one may catch it and go on.
  static final class Death extends Error {
    private static final long serialVersionUID = 1;
  }

  private final Disk disk;
  private final Way way;
  private final List<HeldLock> locks = new ArrayList<>();
  private int left;
  private int open;
  private boolean broken;

  /// @param calls how many calls succeed before it breaks
  BreakingDisk(Disk disk, Way way, int calls) {
    this.disk = disk;
    this.way = way;
    this.left = calls;
  }

  boolean broken() {
    return broken;
  }

  int openFiles() {
    return open;
  }

  int heldLocks() {
    return locks.size();
  }

  /// What the kernel does when a program is dead.
  void releaseLocks() throws IOException {
    for (HeldLock lock : List.copyOf(locks)) {
      lock.close();
    }
  }

  private void change() throws IOException {
    if (broken && way == Way.DIE) {
      throw new Death();
    }
    if (left-- == 0) {
      broken = true;
      if (way == Way.DIE) {
        throw new Death();
      }
      throw new IOException("No space left on device");
    }
  }

  @Override
  public Optional<Bytes> read(Path file, long limit) throws IOException {
    return disk.read(file, limit);
  }

  @Override
  public InputStream open(Path file) throws IOException {
    return disk.open(file);
  }

  @Override
  public void replace(Path file, Bytes content, Mode mode, Durability durability)
      throws IOException {
    change();
    disk.replace(file, content, mode, Durability.VOLATILE);
  }

  @Override
  public PendingFile replacing(Path file, Mode mode, Durability durability) throws IOException {
    change();
    PendingFile pending = disk.replacing(file, mode, Durability.VOLATILE);
    open++;
    return new PendingFile() {
      private boolean closed;

      @Override
      public OutputStream stream() {
        return pending.stream();
      }

      @Override
      public void commit() throws IOException {
        change();
        pending.commit();
      }

      @Override
      public void close() throws IOException {
        if (!closed) {
          closed = true;
          open--;
        }
        pending.close();
      }
    };
  }

  @Override
  public void makeDirectory(Path directory, Mode mode) throws IOException {
    change();
    disk.makeDirectory(directory, mode);
  }

  @Override
  public void makeDirectories(Path directory, Mode mode) throws IOException {
    change();
    disk.makeDirectories(directory, mode);
  }

  @Override
  public void symbolicLink(Path link, String target) throws IOException {
    change();
    disk.symbolicLink(link, target);
  }

  @Override
  public String readLink(Path link) throws IOException {
    return disk.readLink(link);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    change();
    disk.rename(from, to);
  }

  @Override
  public void remove(Path path) throws IOException {
    change();
    disk.remove(path);
  }

  @Override
  public void removeTree(Path path) throws IOException {
    change();
    disk.removeTree(path);
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    return disk.list(directory);
  }

  @Override
  public Optional<FileFacts> facts(Path path) throws IOException {
    return disk.facts(path);
  }

  @Override
  public void setMode(Path path, Mode mode) throws IOException {
    change();
    disk.setMode(path, mode);
  }

  @Override
  public void setOwner(Path path, Owner owner) throws IOException {
    change();
    disk.setOwner(path, owner);
  }

  @Override
  public long freeSpace(Path path) throws IOException {
    return disk.freeSpace(path);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    change();
    disk.syncDirectory(directory);
  }

  @Override
  public void syncFileSystem(Path path) throws IOException {
    change();
  }

  @Override
  public HeldLock lock(Path file, LockKind kind) throws IOException {
    change();
    return held(disk.lock(file, kind));
  }

  @Override
  public Optional<HeldLock> tryLock(Path file, LockKind kind) throws IOException {
    change();
    return disk.tryLock(file, kind).map(this::held);
  }

  private HeldLock held(HeldLock lock) {
    HeldLock held =
        new HeldLock() {
          @Override
          public LockKind kind() {
            return lock.kind();
          }

          @Override
          public Bytes token() throws IOException {
            return lock.token();
          }

          @Override
          public void writeToken(Bytes token) throws IOException {
            change();
            lock.writeToken(token);
          }

          @Override
          public void close() throws IOException {
            locks.remove(this);
            lock.close();
          }
        };
    locks.add(held);
    return held;
  }
}
