package dev.stowage.linux;

import dev.stowage.model.Bytes;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// A lock file under a classic record lock of POSIX, which the JDK's file channels take.
///
/// The file is a [RandomAccessFile] and no channel, because an interrupt closes a channel in the
/// midst of reading a token and the lock would be lost with it.
final class RecordLockFile implements LockFile {
  /// As long as the peer waits when the kernel suspects a deadlock, which threads of two processes
  /// only seem to make.
  private static final long RETRY_MILLIS = 10;

  private final Path path;
  private final RandomAccessFile file;
  private final LockKind kind;

  private RecordLockFile(Path path, RandomAccessFile file, LockKind kind) {
    this.path = path;
    this.file = file;
    this.kind = kind;
  }

  static LockFile open(Path path, LockKind kind) throws IOException {
    if (!Files.exists(path)) {
      try {
        Files.createFile(path, LocalDisk.permissions(Mode.SHARED_FILE));
      } catch (FileAlreadyExistsException e) {
        // Another process was faster: its file is as good.
      }
    }
    return new RecordLockFile(path, openFile(path, kind), kind);
  }

  private static RandomAccessFile openFile(Path path, LockKind kind) throws IOException {
    try {
      return new RandomAccessFile(path.toFile(), "rw");
    } catch (FileNotFoundException e) {
      if (kind == LockKind.SHARED) {
        return new RandomAccessFile(path.toFile(), "r");
      }
      if (Files.exists(path) && !Files.isWritable(path)) {
        throw new AccessDeniedException(path.toString());
      }
      throw e;
    }
  }

  @Override
  public Answer tryLock() throws IOException {
    try {
      boolean shared = kind == LockKind.SHARED;
      return file.getChannel().tryLock(0, Long.MAX_VALUE, shared) == null
          ? Answer.BUSY
          : Answer.GRANTED;
    } catch (OverlappingFileLockException e) {
      // The same file under another name, locked by this process.
      return Answer.BUSY;
    }
  }

  @Override
  public void waitForLock() throws IOException {
    while (true) {
      try {
        var _ = file.getChannel().lock(0, Long.MAX_VALUE, kind == LockKind.SHARED);
        return;
      } catch (OverlappingFileLockException e) {
        pause();
      } catch (ClosedChannelException e) {
        throw e;
      } catch (IOException e) {
        String message = e.getMessage();
        if (message == null || !message.contains("deadlock")) {
          throw e;
        }
        pause();
      }
    }
  }

  private void pause() throws IOException {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      throw new IOException("interrupted while waiting for the lock " + path, e);
    }
  }

  /// Closing wakes the waiting thread.
  @Override
  public void abandon() throws IOException {
    file.close();
  }

  @Override
  public synchronized Bytes token() throws IOException {
    byte[] content = new byte[HeldLock.TOKEN_LENGTH];
    file.seek(0);
    int length = 0;
    while (length < content.length) {
      int count = file.read(content, length, content.length - length);
      if (count < 0) {
        break;
      }
      length += count;
    }
    return Bytes.owning(Arrays.copyOf(content, length));
  }

  @Override
  public synchronized void writeToken(Bytes token) throws IOException {
    file.seek(0);
    file.write(token.toArray());
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
