package dev.stowage.linux;

import java.io.Closeable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.FileSystemException;
import java.time.Instant;
import java.util.ArrayDeque;

/// The native memory one [Directory] works in, so that no call allocates any.
///
/// Each segment is valid until its next use; nothing here may be used by two threads at once.
///
/// ```
/// statx(2):    mask 0, nlink 16, uid 20, gid 24, mode 28 (u16), ino 32, size 40, blocks 48,
///              ctime 96, mtime 112 (s64 seconds, u32 nanoseconds), rdev 128, dev 136 (u32 major, u32 minor)
/// open_how:    flags 0, mode 8, resolve 16 (u64 each)
/// timespec[2]: accessed 0, modified 16 (s64 seconds, s64 nanoseconds)
/// ```
final class Scratch implements Closeable {
  /// The kernel's limit of a path with its terminating NUL.
  static final int PATH_LIMIT = 4096;

  /// The kernel's limit of the value of an extended attribute and of the list of their names.
  static final int ATTRIBUTE_LIMIT = 65536;

  /// Large enough that the cost of a call vanishes beside that of copying, small enough for the
  /// cache.
  static final int BUFFER_SIZE = 256 * 1024;

  private static final int FACTS_SIZE = 256;
  private static final int KIND_MASK = 0170000;
  private static final int DIRECTORY_KIND = 0040000;
  private static final int FACTS_MASK = 0x7FF;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_NO_AUTOMOUNT = 0x800;
  private static final int AT_EMPTY_PATH = 0x1000;

  /// More than one reader and one writer at a time are rare.
  private static final int SPARE_BUFFERS = 2;

  final MemorySegment state;
  final MemorySegment how;
  final MemorySegment times;
  final MemorySegment empty;

  private final Arena arena;
  private final MemorySegment path;
  private final MemorySegment otherPath;
  private final MemorySegment facts;
  private final ArrayDeque<MemorySegment> buffers = new ArrayDeque<>();

  /// Shared rather than confined, so that the owner may hand a directory over to another thread.
  @SuppressWarnings("MustBeClosedChecker") // close() closes it
  Scratch() {
    arena = Arena.ofShared();
    state = arena.allocate(NativeFunction.state());
    how = arena.allocate(24, 8);
    times = arena.allocate(32, 8);
    empty = arena.allocate(1);
    path = arena.allocate(PATH_LIMIT);
    otherPath = arena.allocate(PATH_LIMIT);
    facts = arena.allocate(FACTS_SIZE, 8);
  }

  /// A path, or the part of one from an index on, as the kernel wants it.
  MemorySegment path(String text, int from) throws FileSystemException {
    return put(text, from, path);
  }

  /// Like [#path], in a second place, for calls that take two.
  MemorySegment otherPath(String text, int from) throws FileSystemException {
    return put(text, from, otherPath);
  }

  private static MemorySegment put(String text, int from, MemorySegment into)
      throws FileSystemException {
    byte[] bytes = FileNames.bytes(from == 0 ? text : text.substring(from));
    if (bytes.length >= PATH_LIMIT) {
      throw new KernelException(text, null, Errno.ENAMETOOLONG);
    }
    for (byte b : bytes) {
      if (b == 0) {
        throw new KernelException(text.replace("\0", "\\0"), null, Errno.EINVAL);
      }
    }
    MemorySegment.copy(bytes, 0, into, ValueLayout.JAVA_BYTE, 0, bytes.length);
    into.set(ValueLayout.JAVA_BYTE, bytes.length, (byte) 0);
    return into;
  }

  /// The name starting at an index of a path, in an open directory, as an absolute path through
  /// `/proc`.
  MemorySegment inDirectory(int directory, String path, int nameStart) throws FileSystemException {
    return path("/proc/self/fd/" + directory + "/" + path.substring(nameStart), 0);
  }

  /// An open file as an absolute path through `/proc`.
  MemorySegment descriptorPath(int descriptor) {
    path.setString(0, "/proc/self/fd/" + descriptor);
    return path;
  }

  MemorySegment takeBuffer() {
    MemorySegment spare = buffers.pollLast();
    return spare != null ? spare : arena.allocate(BUFFER_SIZE, 4096);
  }

  void giveBuffer(MemorySegment buffer) {
    if (buffers.size() < SPARE_BUFFERS) {
      buffers.addLast(buffer);
    }
  }

  MemorySegment times(Instant accessed, Instant modified) {
    times.set(ValueLayout.JAVA_LONG, 0, accessed.getEpochSecond());
    times.set(ValueLayout.JAVA_LONG, 8, accessed.getNano());
    times.set(ValueLayout.JAVA_LONG, 16, modified.getEpochSecond());
    times.set(ValueLayout.JAVA_LONG, 24, modified.getNano());
    return times;
  }

  /// Asks for the facts of a name in a directory, without following a link; 0 or a negated error
  /// number.
  int askFacts(int directory, MemorySegment name) {
    int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;
    return FileCalls.statx(state, directory, name, flags, FACTS_MASK, facts);
  }

  /// Asks for the facts of an open file; 0 or a negated error number.
  int askFacts(int descriptor) {
    return FileCalls.statx(state, descriptor, empty, AT_EMPTY_PATH, FACTS_MASK, facts);
  }

  /// Of the facts that were asked for last, the kind and mode as `st_mode` has them.
  int mode() {
    return Short.toUnsignedInt(facts.get(ValueLayout.JAVA_SHORT, 28));
  }

  /// Of the facts that were asked for last, the owner's number.
  long uid() {
    return unsigned(20);
  }

  /// Of the facts that were asked for last, the group's number.
  long gid() {
    return unsigned(24);
  }

  /// The facts that were asked for last.
  FileFacts facts() {
    int mode = mode();
    return new FileFacts(
        FileKind.ofMode(mode),
        Mode.of(mode),
        new Owner(uid(), gid()),
        facts.get(ValueLayout.JAVA_LONG, 40),
        instant(112),
        instant(96),
        device(136),
        facts.get(ValueLayout.JAVA_LONG, 32),
        unsigned(16),
        device(128));
  }

  // Single facts of those that were asked for last, for whoever asks for very many.

  boolean isDirectory() {
    return (facts.get(ValueLayout.JAVA_SHORT, 28) & KIND_MASK) == DIRECTORY_KIND;
  }

  long links() {
    return unsigned(16);
  }

  long inode() {
    return facts.get(ValueLayout.JAVA_LONG, 32);
  }

  long length() {
    return facts.get(ValueLayout.JAVA_LONG, 40);
  }

  /// In units of 512 bytes.
  long blocks() {
    return facts.get(ValueLayout.JAVA_LONG, 48);
  }

  /// The file system, as one number.
  long device() {
    return unsigned(136) << 32 | unsigned(140);
  }

  private long unsigned(int offset) {
    return Integer.toUnsignedLong(facts.get(ValueLayout.JAVA_INT, offset));
  }

  private Instant instant(int offset) {
    return Instant.ofEpochSecond(facts.get(ValueLayout.JAVA_LONG, offset), unsigned(offset + 8));
  }

  private DeviceNumber device(int offset) {
    int major = facts.get(ValueLayout.JAVA_INT, offset);
    int minor = facts.get(ValueLayout.JAVA_INT, offset + 4);
    return (major | minor) == 0 ? DeviceNumber.ZERO : new DeviceNumber(major, minor);
  }

  @Override
  public void close() {
    buffers.clear();
    arena.close();
  }
}
