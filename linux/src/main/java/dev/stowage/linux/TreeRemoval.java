package dev.stowage.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// The removal of one tree, beneath an open directory.
///
/// Follows no link. Each level keeps one descriptor open; directories deeper than a limit are first
/// moved up to the top, so that no depth exhausts descriptors or the stack.
final class TreeRemoval {
  /// Beyond what software makes; far below the usual limit of 1024 open files.
  private static final int DEPTH_LIMIT = 128;

  /// How often a directory is read again because something appeared in it meanwhile.
  private static final int ATTEMPTS = 16;

  private static final int AT_REMOVEDIR = 0x200;
  private static final int OWNER_ALL = 0700;

  private final Scratch scratch;
  private final String path;
  private int moved;

  TreeRemoval(Scratch scratch, String path) {
    this.scratch = scratch;
    this.path = path;
  }

  /// Removes a name in an open directory, whatever it is; nothing if it is not there.
  void remove(int parent, String name) throws IOException {
    int result = unlink(parent, scratch.path(name, 0), 0);
    if (result == -Errno.EISDIR || result == -Errno.EPERM) {
      removeDirectory(parent, name, 0, -1);
    } else if (result != -Errno.ENOENT) {
      check(result);
    }
  }

  /// Removes all that is in a directory, and not itself.
  void emptyOut(int parent, String name) throws IOException {
    int before;
    do {
      before = moved;
      int descriptor = openDirectory(parent, name);
      try {
        empty(descriptor, 0, descriptor);
      } finally {
        close(descriptor);
      }
    } while (moved > before);
  }

  private void removeDirectory(int parent, String name, int depth, int top) throws IOException {
    int fruitless = 0;
    while (fruitless < ATTEMPTS) {
      int before = moved;
      int descriptor = openDirectory(parent, name);
      try {
        empty(descriptor, depth, depth == 0 ? descriptor : top);
      } finally {
        close(descriptor);
      }
      int result = unlink(parent, scratch.path(name, 0), AT_REMOVEDIR);
      if (result == 0 || result == -Errno.ENOENT) {
        return;
      }
      if (result != -Errno.ENOTEMPTY) {
        check(result);
      }
      fruitless = moved == before ? fruitless + 1 : 0;
    }
    check(-Errno.ENOTEMPTY);
  }

  private void empty(int descriptor, int depth, int top) throws IOException {
    MemorySegment buffer = scratch.takeBuffer();
    try {
      while (true) {
        long length = FileCalls.readEntries(scratch.state, descriptor, buffer, buffer.byteSize());
        check(length);
        if (length == 0) {
          return;
        }
        List<String> directories = removeFiles(descriptor, buffer, length);
        for (String directory : directories) {
          if (depth < DEPTH_LIMIT) {
            removeDirectory(descriptor, directory, depth + 1, top);
          } else {
            moveUp(descriptor, directory, top);
          }
        }
      }
    } finally {
      scratch.giveBuffer(buffer);
    }
  }

  /// Removes the files of one batch of names; returns the directories among them.
  private List<String> removeFiles(int descriptor, MemorySegment buffer, long length)
      throws IOException {
    byte[] batch = buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    List<String> directories = List.of();
    int at = 0;
    while (at < length) {
      int next = at + Short.toUnsignedInt(buffer.get(ValueLayout.JAVA_SHORT, at + Listing.LENGTH));
      int start = at + Listing.NAME;
      int end = start;
      while (batch[end] != 0) {
        end++;
      }
      if (!Listing.isDot(batch, start, end)) {
        boolean directory = FileKind.DIRECTORY.hasDirectoryType(batch[at + Listing.TYPE]);
        int result = directory ? -Errno.EISDIR : unlink(descriptor, buffer.asSlice(start), 0);
        if (result == -Errno.EISDIR) {
          if (directories.isEmpty()) {
            directories = new ArrayList<>();
          }
          directories.add(FileNames.text(batch, start, end - start));
        } else if (result != -Errno.ENOENT) {
          check(result);
        }
      }
      at = next;
    }
    return directories;
  }

  /// The top is read until it is empty, so what is moved there is met again.
  private void moveUp(int parent, String name, int top) throws IOException {
    int result;
    do {
      MemorySegment from = scratch.path(name, 0);
      MemorySegment to = scratch.otherPath(".moved-" + moved++, 0);
      result = FileCalls.renameat(scratch.state, parent, from, top, to);
    } while (result == -Errno.EEXIST || result == -Errno.ENOTEMPTY || result == -Errno.ENOTDIR);
    check(result);
  }

  /// Removes one name; where the directory forbids it to its owner, allows it first.
  private int unlink(int parent, MemorySegment name, int flags) {
    int result = FileCalls.unlinkat(scratch.state, parent, name, flags);
    if (result == -Errno.EACCES && FileCalls.fchmod(scratch.state, parent, OWNER_ALL) == 0) {
      result = FileCalls.unlinkat(scratch.state, parent, name, flags);
    }
    return result;
  }

  private int openDirectory(int parent, String name) throws IOException {
    int flags = OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW | OpenFlags.CLOSE_ON_EXEC;
    int result = FileCalls.openat(scratch.state, parent, scratch.path(name, 0), flags, 0);
    if (result == -Errno.EACCES) {
      check(ModeChange.apply(scratch, parent, scratch.path(name, 0), OWNER_ALL));
      result = FileCalls.openat(scratch.state, parent, scratch.path(name, 0), flags, 0);
    }
    check(result);
    return result;
  }

  private void close(int descriptor) {
    int _ = FileCalls.close(scratch.state, descriptor);
  }

  private void check(long result) throws IOException {
    if (result < 0) {
      throw Errno.exception((int) -result, path);
    }
  }
}
