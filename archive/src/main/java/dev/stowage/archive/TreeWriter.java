package dev.stowage.archive;

import dev.stowage.linux.DeviceNumber;
import dev.stowage.linux.Directory;
import dev.stowage.linux.FileFacts;
import dev.stowage.linux.FileKind;
import dev.stowage.linux.FileWriter;
import dev.stowage.linux.KernelException;
import dev.stowage.linux.Mode;
import dev.stowage.linux.Owner;
import dev.stowage.model.Bytes;
import dev.stowage.model.MalformedException;
import dev.stowage.model.UnsupportedException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Puts the entries of an archive into a tree, with their owners, modes, attributes and times.
///
/// As with Podman, what is there already makes room, except that a directory stays one; parents
/// that are missing are made with mode 0755; times before 1970 or after 2262 become 1970, save
/// those of symbolic links; `security.selinux` is not taken over.
final class TreeWriter {
  static final String LABEL = "security.selinux";

  /// Below this many bytes, a lack of space is more likely the disk's than the attribute's.
  private static final int SMALL_ATTRIBUTE = 512;

  /// The last moment that a count of nanoseconds since 1970 in 63 bits can name.
  private static final Instant LAST = Instant.ofEpochSecond(0, Long.MAX_VALUE);

  private final Directory root;
  private final UnpackOptions options;
  private final Listener listener;
  private final Map<String, Times> directories = new LinkedHashMap<>();
  private boolean replaced;

  /// One who wants to know about things that the archive does not state.
  interface Listener {
    /// A parent is made that the archive has not mentioned so far.
    void implied(String path);

    /// Something is removed to make room.
    void replacing(String path, FileFacts facts) throws IOException;
  }

  /// The times of a directory, which are set when nothing in it changes any more.
  private record Times(Instant accessed, Instant modified) {}

  /// What makes the thing at a path, which fails if something is there.
  private interface Maker<T> {
    T make() throws IOException;
  }

  TreeWriter(Directory root, UnpackOptions options, Listener listener) {
    this.root = root;
    this.options = options;
    this.listener = listener;
  }

  /// Begins a regular file; the caller writes the content and then calls [#finish].
  FileWriter begin(String path, Mode likely) throws IOException {
    return making(path, () -> root.createFile(path, likely));
  }

  void finish(FileWriter file, TarEntry entry) throws IOException {
    Owner owner = owner(entry);
    try {
      file.setOwner(owner);
    } catch (FileSystemException e) {
      tolerate(e, entry, owner);
    }
    file.setMode(entry.mode());
    for (Map.Entry<String, Bytes> attribute : entry.attributes().entrySet()) {
      if (!attribute.getKey().equals(LABEL)) {
        try {
          file.setAttribute(attribute.getKey(), attribute.getValue());
        } catch (KernelException e) {
          tolerate(e, attribute.getKey(), attribute.getValue());
        }
      }
    }
    Instant modified = entry.modified();
    file.setTimes(clamp(accessed(entry)), clamp(modified));
  }

  void directory(String path, TarEntry entry) throws IOException {
    if (!path.isEmpty() && !isDirectory(path)) {
      making(
          path,
          () -> {
            root.makeDirectory(path);
            return path;
          });
    }
    setOwner(path, entry);
    root.setMode(path, entry.mode());
    setAttributes(path, entry);
    directories.put(
        path, new Times(clamp(entry.accessed().orElse(Instant.EPOCH)), clamp(entry.modified())));
  }

  /// Whether a directory is there; asks only where making one is likely to fail.
  private boolean isDirectory(String path) throws IOException {
    return root.facts(path).filter(FileFacts::isDirectory).isPresent();
  }

  void symbolicLink(String path, TarEntry entry) throws IOException {
    making(
        path,
        () -> {
          root.symbolicLink(path, entry.linkName());
          return path;
        });
    setOwner(path, entry);
    setAttributes(path, entry);
    root.setTimes(path, wrapped(accessed(entry)), wrapped(entry.modified()));
  }

  void hardLink(String path, TarEntry entry) throws IOException {
    String target = EntryPath.within(entry.linkName());
    if (target.equals(path)) {
      throw new MalformedException(Shown.name(entry.name()) + " is a hard link to itself");
    }
    Optional<FileFacts> linked = root.facts(target);
    if (linked.isEmpty() || linked.get().isDirectory()) {
      throw new MalformedException(
          Shown.name(entry.name())
              + " is a hard link to "
              + Shown.name(entry.linkName())
              + ", and the layer has no such file so far");
    }
    making(
        path,
        () -> {
          root.hardLink(path, target);
          return path;
        });
    if (!linked.get().owner().equals(owner(entry))) { // setting it drops file capabilities
      setOwner(path, entry);
    }
    if (linked.get().kind() != FileKind.SYMBOLIC_LINK) {
      root.setMode(path, entry.mode());
      root.setTimes(path, clamp(accessed(entry)), clamp(entry.modified()));
    }
    setAttributes(path, entry);
  }

  void node(String path, FileKind kind, TarEntry entry) throws IOException {
    DeviceNumber device = kind == FileKind.FIFO ? DeviceNumber.ZERO : entry.device();
    making(
        path,
        () -> {
          root.makeNode(path, kind, device);
          return path;
        });
    setOwner(path, entry);
    root.setMode(path, entry.mode());
    root.setTimes(path, clamp(accessed(entry)), clamp(entry.modified()));
    setAttributes(path, entry);
  }

  /// Leaves a path as it is before something is made there which this process may not make: its
  /// parents are there, and it is free.
  void vacate(String path) throws IOException {
    makeParents(path);
    makeRoom(path);
  }

  /// Marks a name as deleted in overlay's form.
  ///
  /// @throws FileAlreadyExistsException if there is something of that name
  void whiteout(String path, TarEntry entry) throws IOException {
    makeParents(path);
    root.makeNode(path, FileKind.CHARACTER_DEVICE, DeviceNumber.ZERO);
    setOwner(path, entry);
    root.setMode(path, new Mode(0));
  }

  /// Sets an attribute on a directory, through a link if there is one in its place.
  void mark(String directory, String attribute, Bytes value) throws IOException {
    if (!directory.isEmpty()) {
      makeParents(directory + "/.");
    }
    root.setAttribute(directory.isEmpty() ? "" : directory + "/.", attribute, value);
  }

  /// Sets the times of all directories; to be called when the last entry is in place.
  void finish() throws IOException {
    for (Map.Entry<String, Times> made : directories.entrySet()) {
      if (!replaced || isDirectory(made.getKey())) {
        root.setTimes(made.getKey(), made.getValue().accessed(), made.getValue().modified());
      }
    }
  }

  /// Makes something; makes its parents first, or room for it, where that was the trouble.
  private <T> T making(String path, Maker<T> maker) throws IOException {
    for (int attempt = 0; ; attempt++) {
      try {
        return maker.make();
      } catch (NoSuchFileException e) {
        if (attempt == 2 || path.indexOf('/') < 0) {
          throw e;
        }
        makeParents(path);
      } catch (FileAlreadyExistsException e) {
        if (attempt == 2) {
          throw e;
        }
        makeRoom(path);
      }
    }
  }

  private void makeRoom(String path) throws IOException {
    Optional<FileFacts> there = root.facts(path);
    if (there.isPresent()) {
      listener.replacing(path, there.get());
      replaced = true;
      root.removeTree(path);
    }
  }

  /// Makes the directories on the way to a path that are missing.
  void makeParents(String path) throws IOException {
    Owner owner = options.ids().root();
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      String parent = path.substring(0, slash);
      if (root.facts(parent).isEmpty()) {
        root.makeDirectory(parent);
        if (!options.ids().isEmpty()) {
          root.setOwner(parent, owner);
        }
        root.setMode(parent, Mode.SHARED_DIRECTORY);
        listener.implied(parent);
      }
    }
  }

  private Owner owner(TarEntry entry) throws IOException {
    return options.ids().toHost(entry.name(), entry.uid(), entry.gid());
  }

  private void setOwner(String path, TarEntry entry) throws IOException {
    Owner owner = owner(entry);
    try {
      root.setOwner(path, owner);
    } catch (FileSystemException e) {
      tolerate(e, entry, owner);
    }
  }

  private void tolerate(FileSystemException e, TarEntry entry, Owner owner)
      throws FileSystemException {
    if (options.chownErrors() == UnpackOptions.ChownErrors.FAIL) {
      throw options.privilege() == Privilege.FULL
          ? e
          : new FileSystemException(
              entry.name(),
              null,
              "cannot give it to "
                  + owner.uid()
                  + ":"
                  + owner.gid()
                  + ": "
                  + e.getReason()
                  + "; the user namespace may have too few IDs, see /etc/subuid and /etc/subgid");
    }
  }

  private void setAttributes(String path, TarEntry entry) throws IOException {
    for (Map.Entry<String, Bytes> attribute : entry.attributes().entrySet()) {
      if (!attribute.getKey().equals(LABEL)) {
        try {
          root.setAttribute(path, attribute.getKey(), attribute.getValue());
        } catch (KernelException e) {
          tolerate(e, attribute.getKey(), attribute.getValue());
        }
      }
    }
  }

  /// Lets pass that a file system or a user namespace has no such attributes.
  private void tolerate(KernelException e, String attribute, Bytes value) throws IOException {
    if (e.refusal() == KernelException.Refusal.NO_SPACE && value.length() > SMALL_ATTRIBUTE) {
      throw new UnsupportedException(
          Shown.name(e.getFile())
              + " has extended attributes that the file system has no room for: "
              + Shown.name(attribute)
              + " of "
              + value.length()
              + " bytes; ext4 holds about 4 KiB for one file, XFS and Btrfs more");
    }
    boolean harmless =
        switch (e.refusal()) {
          case NOT_SUPPORTED -> true;
          case NOT_PERMITTED -> options.privilege() == Privilege.USER_NAMESPACE;
          default -> false;
        };
    if (!harmless) {
      throw e;
    }
  }

  /// The time of the last access, which is never before the last change.
  private static Instant accessed(TarEntry entry) {
    Instant modified = entry.modified();
    return entry.accessed().filter(time -> time.isAfter(modified)).orElse(modified);
  }

  static Instant clamp(Instant time) {
    return time.isBefore(Instant.EPOCH) || time.isAfter(LAST) ? Instant.EPOCH : time;
  }

  /// A time as a count of nanoseconds in 64 bits, which for the remotest times runs over.
  private static Instant wrapped(Instant time) {
    return Instant.ofEpochSecond(0, time.getEpochSecond() * 1_000_000_000L + time.getNano());
  }
}
