package dev.stowage.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.FileSystemException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/// The open parent directories of the names a [Directory] worked on last.
///
/// Archives and scans stay in one directory for many entries, so a path costs one look at the cache
/// instead of a walk in the kernel. A descriptor stays right as long as nothing on the way to it is
/// removed or renamed; whoever does that calls [#forget].
final class Parents {
  /// Enough for the directories of one branch of a tree; far below any limit on open files.
  private static final int CAPACITY = 32;

  private static final int RESOLVE_NO_MAGICLINKS = 0x02;
  private static final int RESOLVE_NO_SYMLINKS = 0x04;
  private static final int RESOLVE_BENEATH = 0x08;
  private static final int RESOLVE_IN_ROOT = 0x10;

  /// How often the kernel may say that a rename elsewhere disturbed a walk; it never does twice in
  /// practice.
  private static final int ATTEMPTS = 1000;

  private final int root;
  private final String rootName;
  private final Scratch scratch;
  private final Map<String, Integer> open = new LinkedHashMap<>(64, 0.75f, true);
  private String last = "";
  private int lastDescriptor;

  Parents(int root, String rootName, Scratch scratch) {
    this.root = root;
    this.rootName = rootName;
    this.scratch = scratch;
    this.lastDescriptor = root;
  }

  /// Where the last component of a path begins.
  ///
  /// @throws FileSystemException if the path is absolute or goes up
  int nameStart(String path) throws FileSystemException {
    if (path.isEmpty()) {
      return 0;
    }
    if (path.charAt(0) == '/') {
      throw new FileSystemException(path, null, "an absolute path leaves " + rootName);
    }
    int up = path.indexOf("..");
    while (up >= 0) {
      boolean begins = up == 0 || path.charAt(up - 1) == '/';
      boolean ends = up + 2 == path.length() || path.charAt(up + 2) == '/';
      if (begins && ends) {
        throw new FileSystemException(path, null, "a path with .. may leave " + rootName);
      }
      up = path.indexOf("..", up + 1);
    }
    if (path.charAt(path.length() - 1) == '/') {
      throw new FileSystemException(path, null, "a path ends with a slash");
    }
    return path.lastIndexOf('/') + 1;
  }

  /// The descriptor of the directory that holds the name starting at an index; links on the way are
  /// followed as if the root were the root of the system. It and the one before it stay open until
  /// a third is asked for.
  int of(String path, int nameStart) throws IOException {
    if (nameStart == 0) {
      return root;
    }
    int length = nameStart - 1;
    if (last.length() == length && path.startsWith(last)) {
      return lastDescriptor;
    }
    String parent = path.substring(0, length);
    open.get(last); // it has been used since it was looked up
    Integer known = open.get(parent);
    int descriptor = known != null ? known : walk(parent);
    last = parent;
    lastDescriptor = descriptor;
    return descriptor;
  }

  private int walk(String parent) throws IOException {
    int descriptor = step(parent);
    if (descriptor < 0) {
      descriptor = resolve(root, parent, RESOLVE_IN_ROOT);
    }
    if (descriptor < 0) {
      throw Errno.exception(-descriptor, parent);
    }
    if (open.size() >= CAPACITY) {
      Iterator<Integer> oldest = open.values().iterator();
      close(oldest.next());
      oldest.remove();
    }
    open.put(parent, descriptor);
    return descriptor;
  }

  /// Opens a directory from the one above it, if that is open and no link is in the way; so paths
  /// of thousands of names, made to keep the kernel walking, cost one step for each new name.
  ///
  /// @return a negative number if the whole way has to be walked
  private int step(String parent) throws IOException {
    int slash = parent.lastIndexOf('/');
    Integer above = slash < 0 ? Integer.valueOf(root) : open.get(parent.substring(0, slash));
    return above == null
        ? -1
        : resolve(above, parent.substring(slash + 1), RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
  }

  /// Opens a path: openat2(2), Linux 5.6.
  private int resolve(int from, String path, int rules) throws IOException {
    MemorySegment how = scratch.how;
    int flags = OpenFlags.PLACE_ONLY | OpenFlags.DIRECTORY | OpenFlags.CLOSE_ON_EXEC;
    how.set(ValueLayout.JAVA_LONG, 0, flags);
    how.set(ValueLayout.JAVA_LONG, 8, 0);
    how.set(ValueLayout.JAVA_LONG, 16, rules | RESOLVE_NO_MAGICLINKS);
    MemorySegment name = scratch.path(path, 0);
    for (int attempt = 0; ; attempt++) {
      int result = FileCalls.openBeneath(scratch.state, from, name, how, how.byteSize());
      if (result != -Errno.EAGAIN || attempt == ATTEMPTS) {
        return result;
      }
    }
  }

  /// Closes all, because a name on the way to one of them may mean something else from now on.
  void forget() {
    for (int descriptor : open.values()) {
      close(descriptor);
    }
    open.clear();
    last = "";
    lastDescriptor = root;
  }

  private void close(int descriptor) {
    // Closing a descriptor that only names a place cannot lose anything.
    int _ = FileCalls.close(scratch.state, descriptor);
  }
}
