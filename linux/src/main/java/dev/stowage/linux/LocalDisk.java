package dev.stowage.linux;

import dev.stowage.model.Bytes;
import dev.stowage.model.CorruptException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/// The disk of this machine, by the means of the JDK.
///
/// Without native calls of its own, which cost a short command more than its whole work; only
/// [#syncFileSystem] and [open-file-description locks][LockMethod#OPEN_FILE] make some. No verb but
/// the wait for a lock is cut short by an interrupt: what has begun is finished or fails by itself.
public final class LocalDisk implements Disk {
  /// More mounts than that between two look-ups are no coincidence.
  private static final int MOST_RENAMES = 3;

  private static final AtomicLong TEMPORARIES = new AtomicLong();

  /// The order of the bits from the lowest.
  private static final PosixFilePermission[] PERMISSIONS = {
    PosixFilePermission.OTHERS_EXECUTE,
    PosixFilePermission.OTHERS_WRITE,
    PosixFilePermission.OTHERS_READ,
    PosixFilePermission.GROUP_EXECUTE,
    PosixFilePermission.GROUP_WRITE,
    PosixFilePermission.GROUP_READ,
    PosixFilePermission.OWNER_EXECUTE,
    PosixFilePermission.OWNER_WRITE,
    PosixFilePermission.OWNER_READ,
  };

  private final Locks locks;

  public LocalDisk(LockMethod method) {
    this.locks = Locks.of(method);
  }

  @Override
  public Optional<Bytes> read(Path file, long limit) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      int bound = (int) Math.min(limit, Integer.MAX_VALUE - 16);
      byte[] content = in.readNBytes(bound);
      if (content.length == bound && in.read() >= 0) {
        throw new CorruptException(file, "is longer than the " + limit + " bytes it may have");
      }
      return Optional.of(Bytes.owning(content));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public InputStream open(Path file) throws IOException {
    return Files.newInputStream(file);
  }

  @Override
  public void replace(Path file, Bytes content, Mode mode, Durability durability)
      throws IOException {
    try (PendingFile pending = replacing(file, mode, durability)) {
      content.writeTo(pending.stream());
      pending.commit();
    }
  }

  @Override
  public PendingFile replacing(Path file, Mode mode, Durability durability) throws IOException {
    return new Pending(file, mode, durability);
  }

  @Override
  public void makeDirectory(Path directory, Mode mode) throws IOException {
    Files.createDirectory(directory, permissions(mode));
    setMode(directory, mode);
  }

  @Override
  public void makeDirectories(Path directory, Mode mode) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.getParent();
    if (parent != null) {
      makeDirectories(parent, mode);
    }
    try {
      makeDirectory(directory, mode);
    } catch (FileAlreadyExistsException e) {
      // Fine if another process made it meanwhile, or if it is a link to a directory.
      if (!Files.isDirectory(directory)) {
        throw e;
      }
    }
  }

  @Override
  public void symbolicLink(Path link, String target) throws IOException {
    Files.createSymbolicLink(link, Path.of(target));
  }

  @Override
  public String readLink(Path link) throws IOException {
    return Files.readSymbolicLink(link).toString();
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        return;
      } catch (AtomicMoveNotSupportedException e) {
        // Podman mounts a store's directory on itself when it first uses it. Where that happens
        // between the look-ups of the two paths, they seem to lie on different file systems.
        if (attempt == MOST_RENAMES) {
          throw e;
        }
      }
    }
  }

  @Override
  public void exchange(Path one, Path other) throws IOException {
    if (!Exchange.done(one, other)) {
      Disk.super.exchange(one, other);
    }
  }

  @Override
  public void remove(Path path) throws IOException {
    Files.delete(path);
  }

  @Override
  public void removeTree(Path path) throws IOException {
    JdkTreeRemoval.remove(path);
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      for (Path entry : stream) {
        Path name = entry.getFileName();
        if (name != null) {
          names.add(name.toString());
        }
      }
    } catch (java.nio.file.DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }

  @Override
  public Optional<FileFacts> facts(Path path) throws IOException {
    try {
      return Optional.of(
          UnixFacts.of(Files.readAttributes(path, UnixFacts.NAMES, LinkOption.NOFOLLOW_LINKS)));
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    } catch (java.nio.file.FileSystemException e) {
      if (isMissingParent(path)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /// A file on the way is no directory: the JDK has no exception of its own for that answer.
  private static boolean isMissingParent(Path path) {
    for (Path parent = path.getParent(); parent != null; parent = parent.getParent()) {
      if (Files.exists(parent)) {
        return !Files.isDirectory(parent);
      }
    }
    return false;
  }

  @Override
  public void setMode(Path path, Mode mode) throws IOException {
    Files.setAttribute(path, "unix:mode", mode.bits());
  }

  @Override
  public void setOwner(Path path, Owner owner) throws IOException {
    Files.setAttribute(path, "unix:uid", (int) owner.uid(), LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(path, "unix:gid", (int) owner.gid(), LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public long freeSpace(Path path) throws IOException {
    long space = path.toFile().getUsableSpace();
    // Nought is also how the JDK tells a failure here. A file store tells the reason of one, but
    // reads the table of mounts for it.
    return space > 0 ? space : Files.getFileStore(path).getUsableSpace();
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
          channel.force(true);
          return;
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void syncFileSystem(Path path) throws IOException {
    FileSystemSync.sync(path);
  }

  @Override
  public HeldLock lock(Path file, LockKind kind) throws IOException {
    return locks.lock(file, kind);
  }

  @Override
  public Optional<HeldLock> tryLock(Path file, LockKind kind) throws IOException {
    return locks.tryLock(file, kind);
  }

  /// The permissions of a mode, for making a file; the process's umask still takes from them.
  static FileAttribute<Set<PosixFilePermission>> permissions(Mode mode) {
    Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
    for (int bit = 0; bit < PERMISSIONS.length; bit++) {
      if ((mode.bits() & (1 << bit)) != 0) {
        set.add(PERMISSIONS[bit]);
      }
    }
    return PosixFilePermissions.asFileAttribute(set);
  }

  /// A temporary file of the name the peer gives them too, so that either cleans up after the
  /// other.
  private final class Pending implements PendingFile {
    private final Path file;
    private final Path temporary;
    private final Mode mode;
    private final Durability durability;
    private final FileOutputStream out;
    private State state = State.OPEN;

    private enum State {
      OPEN,
      DONE
    }

    Pending(Path file, Mode mode, Durability durability) throws IOException {
      this.file = file;
      this.mode = mode;
      this.durability = durability;
      this.temporary = create(file);
      try {
        this.out = new FileOutputStream(temporary.toFile());
      } catch (IOException e) {
        Files.deleteIfExists(temporary);
        throw e;
      }
    }

    private static Path create(Path file) throws IOException {
      while (true) {
        long number = System.nanoTime() ^ (TEMPORARIES.incrementAndGet() << 48);
        Path path =
            file.resolveSibling(".tmp-" + file.getFileName() + Long.toUnsignedString(number));
        try {
          return Files.createFile(path, permissions(Mode.PRIVATE_FILE));
        } catch (FileAlreadyExistsException e) {
          // Another process chose the same number: take the next.
        }
      }
    }

    @Override
    public OutputStream stream() {
      return out;
    }

    @Override
    public void commit() throws IOException {
      if (state == State.DONE) {
        throw new IllegalStateException("already committed or closed: " + file);
      }
      setMode(temporary, mode);
      if (durability == Durability.DURABLE) {
        out.getFD().sync();
      }
      out.close();
      rename(temporary, file);
      state = State.DONE;
      if (durability == Durability.DURABLE) {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
          syncDirectory(directory);
        }
      }
    }

    @Override
    public void close() throws IOException {
      if (state == State.OPEN) {
        state = State.DONE;
        try {
          out.close();
        } finally {
          Files.deleteIfExists(temporary);
        }
      }
    }
  }
}
