package dev.stowage.linux;

import dev.stowage.model.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The one door to the disk for every change the store makes.
///
/// Because everything passes here, a test can record it, make the n-th call fail, or cut it off.
/// The contents of layers do not: they go through a [Directory], into a place that no record names
/// yet, and become part of the store by [#syncFileSystem] and [#rename].
///
/// Errors are the JDK's: [java.nio.file.NoSuchFileException],
/// [java.nio.file.FileAlreadyExistsException], [java.nio.file.AccessDeniedException], else
/// [java.nio.file.FileSystemException] with the reason. All verbs may be called by any number of
/// threads.
public interface Disk {
  /// The whole content of a file; empty if there is no such file.
  ///
  /// Never give the name of a lock file: see [HeldLock].
  ///
  /// @param limit the greatest length to accept, in bytes
  /// @throws dev.stowage.model.CorruptException if the file is longer than the limit
  Optional<Bytes> read(Path file, long limit) throws IOException;

  /// The content of a file from its beginning; the caller closes it.
  InputStream open(Path file) throws IOException;

  /// Gives a file new content in one step: readers see the old content or the new.
  ///
  /// The content is written to `.tmp-<name>...` beside the file, synced if durable, and renamed;
  /// then the directory is synced if durable.
  void replace(Path file, Bytes content, Mode mode, Durability durability) throws IOException;

  /// Like [#replace], for content that does not fit into memory.
  PendingFile replacing(Path file, Mode mode, Durability durability) throws IOException;

  /// Makes one directory, whose parent exists and which does not.
  void makeDirectory(Path directory, Mode mode) throws IOException;

  /// Makes a directory and the parents it lacks, all with the same mode; those that exist stay as
  /// they are.
  void makeDirectories(Path directory, Mode mode) throws IOException;

  /// Makes a symbolic link with a target that is not looked at.
  void symbolicLink(Path link, String target) throws IOException;

  /// The target of a symbolic link.
  ///
  /// @throws java.nio.file.NotLinkException if it is something else
  String readLink(Path link) throws IOException;

  /// Renames within a file system; replaces a file, a link or an empty directory of the same kind.
  void rename(Path from, Path to) throws IOException;

  /// Lets two things of one file system change places, in one step where the file system can; where
  /// it cannot, there is a moment in which nothing is at the second path.
  default void exchange(Path one, Path other) throws IOException {
    Path aside = one.resolveSibling(one.getFileName() + ".aside");
    rename(other, aside);
    rename(one, other);
    rename(aside, one);
  }

  /// Removes a file, a link or an empty directory.
  void remove(Path path) throws IOException;

  /// Removes whatever is there, with all that is in it; does nothing if there is nothing.
  ///
  /// Follows no link, and takes directories that their owner may not read or write.
  void removeTree(Path path) throws IOException;

  /// The names in a directory, without `.` and `..`, in no order.
  List<String> list(Path directory) throws IOException;

  /// What there is at a path, itself and not what it links to; empty if nothing.
  Optional<FileFacts> facts(Path path) throws IOException;

  void setMode(Path path, Mode mode) throws IOException;

  /// Changes the owner of the path itself, not of what it links to.
  void setOwner(Path path, Owner owner) throws IOException;

  /// How many bytes this process may still write to the file system of a path.
  long freeSpace(Path path) throws IOException;

  /// Returns when the names in a directory have reached the disk.
  void syncDirectory(Path directory) throws IOException;

  /// Returns when everything written to the file system of a path has reached the disk.
  void syncFileSystem(Path path) throws IOException;

  /// Takes a lock, waiting as long as another thread or process holds a lock that excludes it.
  ///
  /// Makes the file (`0644`) and its directories (`0700`) if they are missing. A shared lock can be
  /// had on a file that this process may only read.
  ///
  /// @throws java.io.InterruptedIOException if the thread is interrupted; it stays interrupted
  HeldLock lock(Path file, LockKind kind) throws IOException;

  /// Takes a lock if nothing excludes it now.
  Optional<HeldLock> tryLock(Path file, LockKind kind) throws IOException;
}
