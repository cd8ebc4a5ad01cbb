package dev.stowage.linux;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/// The removal of a tree by the means of the JDK, relative to open directories, so that no swapped
/// link leads out of it.
///
/// Directories deeper than a limit are moved up to the top first, so that no depth exhausts
/// descriptors or the stack.
final class JdkTreeRemoval {
  /// Beyond what software makes; each level holds two descriptors, of the usual 1024.
  private static final int DEPTH_LIMIT = 128;

  /// How often a directory is read again because something appeared in it meanwhile.
  private static final int ATTEMPTS = 16;

  private static final Set<PosixFilePermission> OWNER_ALL =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private int moved;

  private JdkTreeRemoval() {}

  static void remove(Path path) throws IOException {
    try {
      Files.delete(path);
    } catch (NoSuchFileException e) {
      // There is nothing to remove.
    } catch (DirectoryNotEmptyException e) {
      Path absolute = path.toAbsolutePath();
      Path parent = absolute.getParent();
      Path name = absolute.getFileName();
      if (parent == null || name == null) {
        throw e;
      }
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(parent)) {
        new JdkTreeRemoval().removeDirectory(secure(stream), name, absolute, 0, null);
      } catch (DirectoryIteratorException failed) {
        throw failed.getCause();
      }
    }
  }

  private void removeDirectory(
      SecureDirectoryStream<Path> parent,
      Path name,
      Path full,
      int depth,
      @org.jspecify.annotations.Nullable SecureDirectoryStream<Path> top)
      throws IOException {
    int fruitless = 0;
    while (true) {
      int before = moved;
      try (SecureDirectoryStream<Path> directory = open(parent, name, full)) {
        empty(directory, full, depth, top == null ? directory : top);
      } catch (NoSuchFileException e) {
        return;
      }
      try {
        delete(parent, name, Kind.DIRECTORY);
        return;
      } catch (DirectoryNotEmptyException e) {
        fruitless = moved == before ? fruitless + 1 : 0;
        if (fruitless == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private void empty(
      SecureDirectoryStream<Path> directory, Path full, int depth, SecureDirectoryStream<Path> top)
      throws IOException {
    for (Path entry : directory) {
      Path name = entry.getFileName();
      boolean isDirectory;
      try {
        isDirectory =
            directory
                .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes()
                .isDirectory();
      } catch (AccessDeniedException e) {
        allowOwner(directory);
        isDirectory =
            directory
                .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes()
                .isDirectory();
      } catch (NoSuchFileException e) {
        continue;
      }
      if (!isDirectory) {
        delete(directory, name, Kind.FILE);
      } else if (depth < DEPTH_LIMIT) {
        removeDirectory(directory, name, full.resolve(name), depth + 1, top);
      } else {
        directory.move(name, top, Path.of(".moved-" + System.nanoTime() + "-" + moved++));
      }
    }
  }

  private enum Kind {
    FILE,
    DIRECTORY
  }

  /// Removes one name; where the directory forbids it to its owner, allows it first.
  private static void delete(SecureDirectoryStream<Path> directory, Path name, Kind kind)
      throws IOException {
    try {
      deleteOnce(directory, name, kind);
    } catch (NoSuchFileException e) {
      // Another process was faster.
    } catch (AccessDeniedException e) {
      allowOwner(directory);
      deleteOnce(directory, name, kind);
    }
  }

  private static void deleteOnce(SecureDirectoryStream<Path> directory, Path name, Kind kind)
      throws IOException {
    if (kind == Kind.DIRECTORY) {
      directory.deleteDirectory(name);
    } else {
      directory.deleteFile(name);
    }
  }

  private static void allowOwner(SecureDirectoryStream<Path> directory) throws IOException {
    directory.getFileAttributeView(PosixFileAttributeView.class).setPermissions(OWNER_ALL);
  }

  private static SecureDirectoryStream<Path> open(
      SecureDirectoryStream<Path> parent, Path name, Path full) throws IOException {
    try {
      return parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
    } catch (AccessDeniedException e) {
      // By its path, because the JDK changes the mode of a name in a directory by opening it for
      // reading.
      Files.setPosixFilePermissions(full, OWNER_ALL);
      return parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
    }
  }

  private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream) {
    return (SecureDirectoryStream<Path>) stream;
  }
}
