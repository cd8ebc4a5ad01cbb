package dev.stowage.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// The names in an open directory: getdents64(2).
///
/// ```
/// linux_dirent64: inode 0 (u64), offset 8 (s64), record length 16 (u16), type 18 (u8), name 19 (NUL ends it)
/// ```
final class Listing {
  static final int INODE = 0;
  static final int LENGTH = 16;
  static final int TYPE = 18;
  static final int NAME = 19;

  private final Scratch scratch;

  Listing(Scratch scratch) {
    this.scratch = scratch;
  }

  List<DirectoryEntry> read(int descriptor, String path) throws IOException {
    List<DirectoryEntry> entries = new ArrayList<>();
    MemorySegment buffer = scratch.takeBuffer();
    try {
      while (true) {
        long length = FileCalls.readEntries(scratch.state, descriptor, buffer, buffer.byteSize());
        if (length < 0) {
          throw Errno.exception((int) -length, path);
        }
        if (length == 0) {
          return entries;
        }
        parse(descriptor, buffer, length, path, entries);
      }
    } finally {
      scratch.giveBuffer(buffer);
    }
  }

  private void parse(
      int descriptor, MemorySegment buffer, long length, String path, List<DirectoryEntry> into)
      throws IOException {
    byte[] batch = buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    int at = 0;
    while (at < length) {
      int next = at + Short.toUnsignedInt(buffer.get(ValueLayout.JAVA_SHORT, at + LENGTH));
      int start = at + NAME;
      int end = start;
      while (batch[end] != 0) {
        end++;
      }
      if (!isDot(batch, start, end)) {
        String name = FileNames.text(batch, start, end - start);
        FileKind kind = kind(descriptor, batch[at + TYPE], name, path);
        into.add(new DirectoryEntry(name, kind, buffer.get(ValueLayout.JAVA_LONG, at + INODE)));
      }
      at = next;
    }
  }

  static boolean isDot(byte[] batch, int start, int end) {
    return batch[start] == '.'
        && (end - start == 1 || (end - start == 2 && batch[start + 1] == '.'));
  }

  /// Some file systems do not say in the listing what a name is.
  private FileKind kind(int directory, int type, String name, String path) throws IOException {
    for (FileKind kind : FileKind.all()) {
      if (kind.hasDirectoryType(type)) {
        return kind;
      }
    }
    int result = scratch.askFacts(directory, scratch.path(name, 0));
    if (result < 0) {
      throw Errno.exception(-result, path + "/" + name);
    }
    return scratch.facts().kind();
  }
}
