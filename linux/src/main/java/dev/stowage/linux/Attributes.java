package dev.stowage.linux;

import dev.stowage.model.Bytes;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The extended attributes of names in open directories, links included: xattr(7).
///
/// The kernel has no call relative to a directory for them (before Linux 6.13), so the name is
/// reached through `/proc/self/fd/<directory>/`, whose last component is not followed either.
final class Attributes {
  private final Scratch scratch;

  Attributes(Scratch scratch) {
    this.scratch = scratch;
  }

  int set(int directory, String path, int start, String name, Bytes value) throws IOException {
    MemorySegment buffer = scratch.takeBuffer();
    try {
      int length = put(value, buffer, path);
      MemorySegment place = scratch.inDirectory(directory, path, start);
      MemorySegment attribute = scratch.otherPath(name, 0);
      return FileCalls.lsetxattr(scratch.state, place, attribute, buffer, length, 0);
    } finally {
      scratch.giveBuffer(buffer);
    }
  }

  Optional<Bytes> get(int directory, String path, int start, String name) throws IOException {
    MemorySegment buffer = scratch.takeBuffer();
    try {
      MemorySegment place = scratch.inDirectory(directory, path, start);
      long length =
          FileCalls.lgetxattr(
              scratch.state, place, scratch.otherPath(name, 0), buffer, Scratch.ATTRIBUTE_LIMIT);
      if (length == -Errno.ENODATA || length == -Errno.EOPNOTSUPP) {
        return Optional.empty();
      }
      if (length < 0) {
        throw Errno.exception((int) -length, path);
      }
      return Optional.of(Bytes.owning(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE)));
    } finally {
      scratch.giveBuffer(buffer);
    }
  }

  List<String> names(int directory, String path, int start) throws IOException {
    MemorySegment buffer = scratch.takeBuffer();
    try {
      MemorySegment place = scratch.inDirectory(directory, path, start);
      long length = FileCalls.llistxattr(scratch.state, place, buffer, Scratch.ATTRIBUTE_LIMIT);
      if (length == 0 || length == -Errno.EOPNOTSUPP) {
        return List.of();
      }
      if (length < 0) {
        throw Errno.exception((int) -length, path);
      }
      return split(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
    } finally {
      scratch.giveBuffer(buffer);
    }
  }

  int remove(int directory, String path, int start, String name) throws IOException {
    MemorySegment place = scratch.inDirectory(directory, path, start);
    return FileCalls.lremovexattr(scratch.state, place, scratch.otherPath(name, 0));
  }

  /// Copies a value into a buffer.
  static int put(Bytes value, MemorySegment buffer, String path) throws FileSystemException {
    if (value.length() > Scratch.ATTRIBUTE_LIMIT) {
      throw new KernelException(path, null, Errno.E2BIG);
    }
    byte[] content = value.toArray();
    MemorySegment.copy(content, 0, buffer, ValueLayout.JAVA_BYTE, 0, content.length);
    return content.length;
  }

  private static List<String> split(byte[] names) {
    List<String> all = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < names.length; i++) {
      if (names[i] == 0) {
        all.add(FileNames.text(names, start, i - start));
        start = i + 1;
      }
    }
    return all;
  }
}
