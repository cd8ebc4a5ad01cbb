package dev.stowage.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// The kernel's error numbers, and the JDK's exceptions for them.
final class Errno {
  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EINTR = 4;
  static final int EIO = 5;
  static final int ENXIO = 6;
  static final int E2BIG = 7;
  static final int EAGAIN = 11;
  static final int EACCES = 13;
  static final int EEXIST = 17;
  static final int EXDEV = 18;
  static final int ENOTDIR = 20;
  static final int EISDIR = 21;
  static final int EINVAL = 22;
  static final int ENOTTY = 25;
  static final int EFBIG = 27;
  static final int ENOSPC = 28;
  static final int EROFS = 30;
  static final int EMLINK = 31;
  static final int ERANGE = 34;
  static final int EDEADLK = 35;
  static final int ENAMETOOLONG = 36;
  static final int ENOSYS = 38;
  static final int ENOTEMPTY = 39;
  static final int ELOOP = 40;
  static final int ENODATA = 61;
  static final int EOPNOTSUPP = 95;

  private Errno() {}

  /// The exception the JDK would throw for an error with one file.
  static IOException exception(int number, String file) {
    return switch (number) {
      case ENOENT -> new NoSuchFileException(file);
      case EEXIST -> new FileAlreadyExistsException(file);
      case EACCES -> new AccessDeniedException(file);
      case ENOTEMPTY -> new DirectoryNotEmptyException(file);
      case ENOTDIR -> new NotDirectoryException(file);
      default -> new KernelException(file, null, number);
    };
  }

  /// The exception the JDK would throw for an error between two files.
  static IOException exception(int number, String file, String other) {
    return switch (number) {
      case ENOENT -> new NoSuchFileException(file, other, null);
      case EEXIST -> new FileAlreadyExistsException(other, file, null);
      case EACCES -> new AccessDeniedException(file, other, null);
      case ENOTEMPTY -> new DirectoryNotEmptyException(other);
      default -> new KernelException(file, other, number);
    };
  }

  /// What the C library says the number means, as `No space left on device`.
  static String text(int number) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(NativeFunction.state());
      long address = Text.STRERROR.raw(state, number, 0, 0, 0, 0, 0);
      return MemorySegment.ofAddress(address).reinterpret(Text.LIMIT).getString(0);
    }
  }

  private static final class Text {
    /// Longer than any message of any C library.
    static final long LIMIT = 1024;

    static final NativeFunction STRERROR = NativeFunction.named("strerror");
  }
}
