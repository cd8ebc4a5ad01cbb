package dev.stowage.linux;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Measures how much of the disk trees take: the blocks that the file system has set aside for
/// them, as du(1) counts. Follows no link, stays on the file system it starts on, and counts a file
/// with several names once. What disappears meanwhile counts nothing.
///
/// One thread at a time may use it; whoever made it closes it.
public final class Allocation implements Closeable {
  private static final int AT_FDCWD = -100;

  /// The unit in which the kernel counts blocks, whatever the file system's own is.
  private static final long BLOCK = 512;

  /// The most directories open at once; what is deeper is opened anew from the top.
  private static final int DEPTH_LIMIT = 64;

  private final Scratch scratch = new Scratch();
  private final CountedLinks links;
  private final Deque<String> deeper = new ArrayDeque<>();
  private long apparent;

  /// @param links the files with several names that have been counted already, here or elsewhere
  public Allocation(CountedLinks links) {
    this.links = links;
  }

  /// The bytes of a file or a directory with all that is in it; 0 where there is nothing.
  public long of(Path tree) throws IOException {
    String start = tree.toString();
    int result = scratch.askFacts(AT_FDCWD, scratch.path(start, 0));
    if (result == -Errno.ENOENT || result == -Errno.ENOTDIR) {
      return 0;
    }
    check(result, start);
    long device = scratch.device();
    long bytes = counted();
    if (!scratch.isDirectory()) {
      return bytes;
    }
    deeper.add(start);
    while (!deeper.isEmpty()) {
      String top = deeper.removeLast();
      bytes += open(AT_FDCWD, top, top, device, 0);
    }
    return bytes;
  }

  /// The bytes of a file or a directory itself, without what is in it; 0 where there is nothing.
  public long ofOne(Path path) throws IOException {
    int result = scratch.askFacts(AT_FDCWD, scratch.path(path.toString(), 0));
    if (result == -Errno.ENOENT) {
      return 0;
    }
    check(result, path.toString());
    return counted();
  }

  /// The lengths of all regular files and links counted so far, in bytes.
  public long lengths() {
    return apparent;
  }

  private long open(int parent, String name, String path, long device, int depth)
      throws IOException {
    int flags = OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW | OpenFlags.CLOSE_ON_EXEC;
    int descriptor = FileCalls.openat(scratch.state, parent, scratch.path(name, 0), flags, 0);
    if (descriptor == -Errno.ENOENT || descriptor == -Errno.ENOTDIR) {
      return 0;
    }
    check(descriptor, path);
    try {
      return contents(descriptor, path, device, depth);
    } finally {
      int _ = FileCalls.close(scratch.state, descriptor);
    }
  }

  private long contents(int descriptor, String path, long device, int depth) throws IOException {
    long bytes = 0;
    List<String> directories = new ArrayList<>();
    MemorySegment buffer = scratch.takeBuffer();
    try {
      while (true) {
        long length = FileCalls.readEntries(scratch.state, descriptor, buffer, buffer.byteSize());
        check(length, path);
        if (length == 0) {
          break;
        }
        bytes += batch(descriptor, buffer, (int) length, device, directories);
      }
    } finally {
      scratch.giveBuffer(buffer);
    }
    for (String directory : directories) {
      String inside = path + "/" + directory;
      if (depth < DEPTH_LIMIT) {
        bytes += open(descriptor, directory, inside, device, depth + 1);
      } else {
        deeper.addLast(inside);
      }
    }
    return bytes;
  }

  /// Counts one batch of names; notes the directories among them.
  private long batch(
      int descriptor, MemorySegment buffer, int length, long device, List<String> directories)
      throws IOException {
    byte[] names = new byte[length];
    MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, names, 0, length);
    long bytes = 0;
    int at = 0;
    while (at < length) {
      int next = at + Short.toUnsignedInt(buffer.get(ValueLayout.JAVA_SHORT, at + Listing.LENGTH));
      int start = at + Listing.NAME;
      int end = start;
      while (names[end] != 0) {
        end++;
      }
      at = next;
      if (Listing.isDot(names, start, end)) {
        continue;
      }
      int result = scratch.askFacts(descriptor, buffer.asSlice(start));
      if (result == -Errno.ENOENT) {
        continue;
      }
      String name = FileNames.text(names, start, end - start);
      check(result, name);
      if (scratch.device() == device) {
        bytes += counted();
        if (scratch.isDirectory()) {
          directories.add(name);
        }
      }
    }
    return bytes;
  }

  /// The bytes of what was asked for last, unless it has been counted.
  private long counted() {
    boolean directory = scratch.isDirectory();
    if (!directory && scratch.links() > 1 && !links.count(scratch.device(), scratch.inode())) {
      return 0;
    }
    if (!directory) {
      apparent += scratch.length();
    }
    return scratch.blocks() * BLOCK;
  }

  private static void check(long result, String path) throws IOException {
    if (result < 0) {
      throw Errno.exception((int) -result, path);
    }
  }

  @Override
  public void close() {
    scratch.close();
  }
}
