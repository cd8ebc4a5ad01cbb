package dev.stowage.linux;

import dev.stowage.model.Bytes;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// An open directory and all that is beneath it: the door through which layers are unpacked and
/// scanned.
///
/// Paths are relative, have `/` between their components, are spelled as [FileNames] does, and may
/// neither be absolute nor have a `..`; the empty path is the directory itself. **The kernel keeps
/// every path inside** (openat2 with `RESOLVE_IN_ROOT`, Linux 5.6): symbolic links in the *parent*
/// components are followed as if the directory were `/`, exactly as the peer does after its
/// `chroot`; the *last* component is never followed. So `lib/x` goes to `usr/lib/x` if `lib` links
/// to `usr/lib` or to `/usr/lib`, and `/etc/passwd` of the machine is out of reach whatever an
/// archive says.
///
/// What is made is private (`0700`, `0600`) until it is dressed: first the owner, then the mode
/// (changing the owner clears set-user bits), attributes, and the times last.
///
/// Errors are the JDK's ([java.nio.file.NoSuchFileException] and its relatives), with the path as
/// given and the kernel's reason. One thread at a time may use a directory and the files opened
/// from it; it may be handed from thread to thread. Whoever opens closes; files must be closed
/// first.
public final class Directory implements Closeable {
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_REMOVEDIR = 0x200;
  private static final int PRIVATE_DIRECTORY = 0700;
  private static final int PRIVATE_FILE = 0600;
  private static final int PERMISSIONS = 0777;

  private final int root;
  private final String rootName;
  private final Scratch scratch;
  private final Parents parents;
  private final Attributes attributes;
  private boolean closed;

  private Directory(int root, String rootName, Scratch scratch) {
    this.root = root;
    this.rootName = rootName;
    this.scratch = scratch;
    this.parents = new Parents(root, rootName, scratch);
    this.attributes = new Attributes(scratch);
  }

  /// Opens a directory of the machine; links in this path are followed as everywhere.
  public static Directory open(Path directory) throws IOException {
    return open(AT_FDCWD, directory.toString(), directory.toString(), 0);
  }

  /// Opens a directory beneath this one, as a root of its own; not through a link in the last
  /// component.
  public Directory beneath(String path) throws IOException {
    int start = parents.nameStart(path);
    int parent = parents.of(path, start);
    return open(parent, name(path, start), rootName + "/" + path, OpenFlags.NO_FOLLOW);
  }

  private static Directory open(int parent, String name, String fullName, int flags)
      throws IOException {
    Scratch scratch = new Scratch();
    try {
      int all = OpenFlags.PLACE_ONLY | OpenFlags.DIRECTORY | OpenFlags.CLOSE_ON_EXEC | flags;
      MemorySegment path = scratch.path(name, 0);
      int root = FileCalls.openat(scratch.state, parent, path, all, 0);
      return new Directory(check(root, fullName), fullName, scratch);
    } catch (IOException | RuntimeException | Error e) {
      scratch.close();
      throw e;
    }
  }

  // What is there

  /// The facts about the path itself, link or not; empty if there is nothing.
  public Optional<FileFacts> facts(String path) throws IOException {
    int start = parents.nameStart(path);
    int parent;
    try {
      parent = parents.of(path, start);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    }
    int result = scratch.askFacts(parent, nameOf(path, start));
    if (result == -Errno.ENOENT) {
      return Optional.empty();
    }
    check(result, path);
    return Optional.of(scratch.facts());
  }

  /// The target of a symbolic link, as it stands there.
  public String readLink(String path) throws IOException {
    int start = parents.nameStart(path);
    int parent = parents.of(path, start);
    MemorySegment buffer = scratch.takeBuffer();
    try {
      long length =
          FileCalls.readlinkat(
              scratch.state, parent, nameOf(path, start), buffer, Scratch.PATH_LIMIT);
      if (length == -Errno.EINVAL) {
        throw new NotLinkException(path);
      }
      check(length, path);
      return FileNames.text(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
    } finally {
      scratch.giveBuffer(buffer);
    }
  }

  /// The names in a directory, without `.` and `..`, in the file system's order.
  public List<DirectoryEntry> list(String path) throws IOException {
    int descriptor = openDirectory(path);
    try {
      return new Listing(scratch).read(descriptor, path);
    } finally {
      close(descriptor);
    }
  }

  /// Opens a regular file for reading.
  ///
  /// @throws FileSystemException if it is something else: a link, a device and a fifo are not
  ///   opened
  public FileReader openFile(String path) throws IOException {
    int start = parents.nameStart(path);
    int parent = parents.of(path, start);
    int flags = OpenFlags.NONBLOCK | OpenFlags.NO_FOLLOW | OpenFlags.CLOSE_ON_EXEC;
    int descriptor = FileCalls.openat(scratch.state, parent, nameOf(path, start), flags, 0);
    check(descriptor, path);
    try {
      check(scratch.askFacts(descriptor), path);
      FileFacts facts = scratch.facts();
      if (!facts.isRegular()) {
        throw new FileSystemException(path, null, "not a regular file: " + facts.kind());
      }
      return new FileReader(path, descriptor, facts, scratch);
    } catch (IOException | RuntimeException | Error e) {
      close(descriptor);
      throw e;
    }
  }

  // Making

  /// Makes a directory, `0700`.
  public void makeDirectory(String path) throws IOException {
    int start = parents.nameStart(path);
    int parent = parents.of(path, start);
    check(FileCalls.mkdirat(scratch.state, parent, nameOf(path, start), PRIVATE_DIRECTORY), path);
  }

  /// Makes a directory and the parents it lacks, with exactly the mode given; those there stay as
  /// they are.
  public void makeDirectories(String path, Mode mode) throws IOException {
    if (path.isEmpty()) {
      return;
    }
    int start = parents.nameStart(path);
    int parent;
    try {
      parent = parents.of(path, start);
    } catch (NoSuchFileException e) {
      makeDirectories(path.substring(0, start - 1), mode);
      parent = parents.of(path, start);
    }
    int result = FileCalls.mkdirat(scratch.state, parent, nameOf(path, start), mode.bits());
    if (result != -Errno.EEXIST) {
      check(result, path);
      setMode(path, mode);
      return;
    }
    Optional<FileFacts> there = facts(path);
    if (there.isEmpty() || !there.get().isDirectory()) {
      throw Errno.exception(Errno.EEXIST, path);
    }
  }

  /// Makes a regular file that must not exist, `0600`, and opens it for writing.
  public FileWriter createFile(String path) throws IOException {
    return createFile(path, Mode.PRIVATE_FILE);
  }

  /// Makes a regular file that must not exist and opens it for writing.
  ///
  /// @param likely the mode it will be given: the closer what it is made with, which the process's
  ///   umask and the directory may lessen, the less there is to change
  public FileWriter createFile(String path, Mode likely) throws IOException {
    int start = parents.nameStart(path);
    int parent = parents.of(path, start);
    int flags =
        OpenFlags.WRITE | OpenFlags.CREATE_NEW | OpenFlags.NO_FOLLOW | OpenFlags.CLOSE_ON_EXEC;
    int descriptor =
        FileCalls.openat(
            scratch.state, parent, nameOf(path, start), flags, likely.bits() & PERMISSIONS);
    return new FileWriter(path, check(descriptor, path), scratch);
  }

  /// Makes a symbolic link; its target is any text and is not looked at.
  public void symbolicLink(String path, String target) throws IOException {
    int start = parents.nameStart(path);
    int parent = parents.of(path, start);
    MemorySegment to = scratch.otherPath(target, 0);
    check(FileCalls.symlinkat(scratch.state, to, parent, nameOf(path, start)), path);
  }

  /// Gives a file beneath this directory one more name; of a symbolic link, the link itself.
  public void hardLink(String path, String existing) throws IOException {
    int fromStart = parents.nameStart(existing);
    int start = parents.nameStart(path);
    int from = parents.of(existing, fromStart);
    int to = parents.of(path, start);
    MemorySegment name = scratch.otherPath(existing, fromStart);
    int result = FileCalls.linkat(scratch.state, from, name, to, nameOf(path, start), 0);
    if (result < 0) {
      throw Errno.exception(-result, existing, path);
    }
  }

  /// Makes a device node, a fifo or a socket, `0600`.
  ///
  /// @param device what it stands for; `0:0` for fifos and sockets
  public void makeNode(String path, FileKind kind, DeviceNumber device) throws IOException {
    int start = parents.nameStart(path);
    int parent = parents.of(path, start);
    check(
        FileCalls.mknodat(
            scratch.state,
            parent,
            nameOf(path, start),
            kind.modeBits() | PRIVATE_FILE,
            device.packed()),
        path);
  }

  // Dressing

  /// Changes the owner of the path itself, also of a symbolic link.
  public void setOwner(String path, Owner owner) throws IOException {
    int start = parents.nameStart(path);
    int parent = parents.of(path, start);
    check(
        FileCalls.fchownat(
            scratch.state,
            parent,
            nameOf(path, start),
            (int) owner.uid(),
            (int) owner.gid(),
            AT_SYMLINK_NOFOLLOW),
        path);
  }

  /// Changes the mode of anything but a symbolic link, which has none.
  public void setMode(String path, Mode mode) throws IOException {
    int start = parents.nameStart(path);
    int parent = parents.of(path, start);
    check(ModeChange.apply(scratch, parent, nameOf(path, start), mode.bits()), path);
  }

  /// Sets the times of the path itself, to the nanosecond where the file system has them.
  public void setTimes(String path, Instant accessed, Instant modified) throws IOException {
    int start = parents.nameStart(path);
    int parent = parents.of(path, start);
    check(
        FileCalls.utimensat(
            scratch.state,
            parent,
            nameOf(path, start),
            scratch.times(accessed, modified),
            AT_SYMLINK_NOFOLLOW),
        path);
  }

  /// Sets an extended attribute of the path itself, new or not.
  ///
  /// @throws FileSystemException with the kernel's reason, as `Operation not supported`
  public void setAttribute(String path, String name, Bytes value) throws IOException {
    int start = parents.nameStart(path);
    check(attributes.set(parents.of(path, start), path, start, name, value), path);
  }

  /// The value of an extended attribute of the path itself; empty if it has none of that name.
  public Optional<Bytes> attribute(String path, String name) throws IOException {
    int start = parents.nameStart(path);
    return attributes.get(parents.of(path, start), path, start, name);
  }

  /// The names of the extended attributes of the path itself that this process may see.
  public List<String> attributeNames(String path) throws IOException {
    int start = parents.nameStart(path);
    return attributes.names(parents.of(path, start), path, start);
  }

  /// Removes an extended attribute; does nothing if there is none of that name.
  public void removeAttribute(String path, String name) throws IOException {
    int start = parents.nameStart(path);
    int result = attributes.remove(parents.of(path, start), path, start, name);
    if (result != -Errno.ENODATA) {
      check(result, path);
    }
  }

  // Moving and removing

  /// Renames; replaces a file, or an empty directory by a directory.
  public void rename(String from, String to) throws IOException {
    int fromStart = parents.nameStart(from);
    int start = parents.nameStart(to);
    int source = parents.of(from, fromStart);
    int target = parents.of(to, start);
    MemorySegment name = scratch.otherPath(from, fromStart);
    int result = FileCalls.renameat(scratch.state, source, name, target, nameOf(to, start));
    parents.forget();
    if (result < 0) {
      throw Errno.exception(-result, from, to);
    }
  }

  /// Removes anything but a directory.
  public void removeFile(String path) throws IOException {
    remove(path, 0);
  }

  /// Removes an empty directory.
  public void removeDirectory(String path) throws IOException {
    remove(path, AT_REMOVEDIR);
  }

  private void remove(String path, int flags) throws IOException {
    int start = parents.nameStart(path);
    int parent = parents.of(path, start);
    int result = FileCalls.unlinkat(scratch.state, parent, nameOf(path, start), flags);
    parents.forget();
    check(result, path);
  }

  /// Removes whatever is there with all that is in it; of the empty path, all that is in it and not
  /// itself.
  ///
  /// Does nothing if there is nothing. Directories that their owner may not read or write are
  /// opened first.
  public void removeTree(String path) throws IOException {
    int start = parents.nameStart(path);
    int parent;
    try {
      parent = parents.of(path, start);
    } catch (NoSuchFileException e) {
      return;
    }
    try {
      TreeRemoval removal = new TreeRemoval(scratch, path);
      if (path.isEmpty()) {
        removal.emptyOut(parent, ".");
      } else {
        removal.remove(parent, name(path, start));
      }
    } finally {
      parents.forget();
    }
  }

  // Reaching the disk

  /// Returns when everything written to the file system of this directory has reached the disk.
  public void syncFileSystem() throws IOException {
    int descriptor = openDirectory("");
    try {
      check(FileCalls.syncFileSystem(scratch.state, descriptor), rootName);
    } finally {
      close(descriptor);
    }
  }

  /// The number that says what the file system is, as `0x794c7630` for overlay: statfs(2).
  public long fileSystemMagic() throws IOException {
    MemorySegment buffer = scratch.takeBuffer();
    try {
      check(FileCalls.fstatfs(scratch.state, root, buffer), rootName);
      return buffer.get(ValueLayout.JAVA_LONG, 0);
    } finally {
      scratch.giveBuffer(buffer);
    }
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    parents.forget();
    close(root);
    scratch.close();
  }

  @Override
  public String toString() {
    return rootName;
  }

  private int openDirectory(String path) throws IOException {
    int start = parents.nameStart(path);
    int parent = parents.of(path, start);
    int flags = OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW | OpenFlags.CLOSE_ON_EXEC;
    return check(FileCalls.openat(scratch.state, parent, nameOf(path, start), flags, 0), path);
  }

  private MemorySegment nameOf(String path, int start) throws FileSystemException {
    return path.isEmpty() ? scratch.path(".", 0) : scratch.path(path, start);
  }

  private static String name(String path, int start) {
    return path.isEmpty() ? "." : path.substring(start);
  }

  private void close(int descriptor) {
    // Only descriptors that wrote nothing are closed here: there is nothing a failure could lose.
    int _ = FileCalls.close(scratch.state, descriptor);
  }

  private static int check(int result, String path) throws IOException {
    if (result < 0) {
      throw Errno.exception(-result, path);
    }
    return result;
  }

  private static void check(long result, String path) throws IOException {
    if (result < 0) {
      throw Errno.exception((int) -result, path);
    }
  }
}
