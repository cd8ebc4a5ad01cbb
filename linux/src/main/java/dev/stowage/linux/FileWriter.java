package dev.stowage.linux;

import dev.stowage.model.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;

/// A new file beneath a [Directory], open for writing.
///
/// Bytes are gathered in a large native buffer. Closing writes the rest and gives the file its
/// length; dressing ([#setOwner], [#setMode], [#setAttribute], [#setTimes], in this order) does so
/// too and is cheaper here than by name. Long files are on their way to the disk before they are
/// complete, so that a later sync has less to wait for. After an error the file is unfinished and
/// its content undefined.
public final class FileWriter extends OutputStream {
  private static final int SEEK_CUR = 1;
  private static final int UNKNOWN = -1;

  /// The bits of a mode that the kernel may take away when the owner changes.
  private static final int SET_IDS = 06000;

  /// FICLONE of ioctl_ficlonerange(2).
  private static final long CLONE = 0x4004_9409L;

  /// The most that one copy in the kernel is asked for, so that an interrupt is seen in time.
  private static final long COPY_SIZE = 64L * 1024 * 1024;

  /// SYNC_FILE_RANGE_WRITE of sync_file_range(2).
  private static final int START_WRITING = 2;

  /// From how many bytes on a file is sent on its way to the disk when it is closed. In real layers
  /// one file in seventy is as long, and these hold four fifths of all bytes.
  private static final long LONG_FILE = 128 * 1024;

  /// How many bytes of a longer file are sent on their way at once.
  private static final long LONG_RUN = 8L * 1024 * 1024;

  private final String path;
  private final int descriptor;
  private final Scratch scratch;
  private final MemorySegment buffer;
  private int filled;
  private long written;
  private long underWay;
  private Tail tail = Tail.BYTES;
  private boolean closed;

  /// What the file has at present, as far as that is known.
  private int mode = UNKNOWN;

  private long uid;
  private long gid;

  /// What the file ends with; a hole at the end must be made by setting the length.
  private enum Tail {
    BYTES,
    HOLE
  }

  FileWriter(String path, int descriptor, Scratch scratch) {
    this.path = path;
    this.descriptor = descriptor;
    this.scratch = scratch;
    this.buffer = scratch.takeBuffer();
  }

  @Override
  public void write(int b) throws IOException {
    if (filled == Scratch.BUFFER_SIZE) {
      flush();
    }
    buffer.set(ValueLayout.JAVA_BYTE, filled++, (byte) b);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    ensureOpen();
    int at = offset;
    int left = length;
    while (left > 0) {
      int part = Math.min(left, Scratch.BUFFER_SIZE - filled);
      MemorySegment.copy(bytes, at, buffer, ValueLayout.JAVA_BYTE, filled, part);
      filled += part;
      at += part;
      left -= part;
      if (filled == Scratch.BUFFER_SIZE) {
        flush();
      }
    }
  }

  /// Writes native memory without copying it.
  public void write(MemorySegment bytes) throws IOException {
    if (!bytes.isNative()) {
      throw new IllegalArgumentException("not native memory: " + bytes);
    }
    flush();
    writeOut(bytes, bytes.byteSize());
  }

  /// Leaves a hole, which reads as zeros and takes no space.
  public void hole(long length) throws IOException {
    if (length < 0) {
      throw new IllegalArgumentException("negative length: " + length);
    }
    if (length == 0) {
      return;
    }
    flush();
    check(FileCalls.seek(scratch.state, descriptor, length, SEEK_CUR));
    written += length;
    tail = Tail.HOLE;
  }

  /// Appends the rest of another file: shared with it where the file system can (and this file is
  /// still empty and the other at its beginning), else copied within the kernel, else through
  /// memory.
  public void copyFrom(FileReader source) throws IOException {
    flush();
    if (written == 0 && source.position() == 0) {
      int result = FileCalls.ioctl(scratch.state, descriptor, CLONE, source.descriptor());
      if (result >= 0) {
        long size = source.skipToEnd();
        check(FileCalls.seek(scratch.state, descriptor, size, SEEK_CUR));
        written += size;
        return;
      }
    }
    long before = written;
    while (true) {
      long copied =
          FileCalls.copyFileRange(
              scratch.state,
              source.descriptor(),
              MemorySegment.NULL,
              descriptor,
              MemorySegment.NULL,
              COPY_SIZE,
              0);
      if (copied == 0 && written > before) {
        return;
      }
      if (copied <= 0) {
        // Another file system, an old kernel, or a file of /proc that says it has no length.
        source.transferTo(this);
        flush();
        return;
      }
      source.moved(copied);
      written += copied;
      tail = Tail.BYTES;
    }
  }

  /// How long the file is so far, in bytes, with what is still in the buffer.
  public long length() {
    return written + filled;
  }

  /// Hands the buffered bytes to the kernel.
  @Override
  public void flush() throws IOException {
    ensureOpen();
    int length = filled;
    filled = 0;
    writeOut(buffer, length);
  }

  public void setOwner(Owner owner) throws IOException {
    settle();
    look();
    if (uid != owner.uid() || gid != owner.gid()) {
      check(FileCalls.fchown(scratch.state, descriptor, (int) owner.uid(), (int) owner.gid()));
      uid = owner.uid();
      gid = owner.gid();
      mode = (mode & SET_IDS) == 0 ? mode : UNKNOWN;
    }
  }

  public void setMode(Mode wanted) throws IOException {
    settle();
    look();
    if (mode != wanted.bits()) {
      check(FileCalls.fchmod(scratch.state, descriptor, wanted.bits()));
      mode = wanted.bits();
    }
  }

  /// Most files of images are root's and are made with the mode they shall have. A look costs a
  /// fraction of two changes that change nothing.
  private void look() throws IOException {
    if (mode == UNKNOWN) {
      check(scratch.askFacts(descriptor));
      mode = scratch.mode() & Mode.MASK;
      uid = scratch.uid();
      gid = scratch.gid();
    }
  }

  public void setAttribute(String name, Bytes value) throws IOException {
    settle();
    int length = Attributes.put(value, buffer, path);
    MemorySegment attribute = scratch.path(name, 0);
    check(FileCalls.fsetxattr(scratch.state, descriptor, attribute, buffer, length, 0));
  }

  public void setTimes(Instant accessed, Instant modified) throws IOException {
    settle();
    check(FileCalls.futimens(scratch.state, descriptor, scratch.times(accessed, modified)));
  }

  /// Returns when the file has reached the disk (its name has not).
  public void sync() throws IOException {
    settle();
    check(FileCalls.sync(scratch.state, descriptor));
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    try {
      settle();
      if (written - underWay >= LONG_FILE) {
        startWriting();
      }
    } finally {
      closed = true;
      scratch.giveBuffer(buffer);
      int result = FileCalls.close(scratch.state, descriptor);
      if (result != -Errno.EINTR) {
        check(result);
      }
    }
  }

  private void settle() throws IOException {
    flush();
    if (tail == Tail.HOLE) {
      check(FileCalls.truncate(scratch.state, descriptor, written));
      tail = Tail.BYTES;
    }
  }

  private void writeOut(MemorySegment bytes, long length) throws IOException {
    long done = 0;
    while (done < length) {
      MemorySegment rest = done == 0 ? bytes : bytes.asSlice(done);
      long result = FileCalls.write(scratch.state, descriptor, rest, length - done);
      check(result);
      done += result;
    }
    if (length > 0) {
      written += length;
      tail = Tail.BYTES;
      if (written - underWay >= LONG_RUN) {
        startWriting();
      }
    }
  }

  private void startWriting() {
    // Only a hint: a file system that cannot do it, or fails to, says so when it is synced.
    int _ =
        FileCalls.syncRange(scratch.state, descriptor, underWay, written - underWay, START_WRITING);
    underWay = written;
  }

  private void ensureOpen() throws IOException {
    if (closed) {
      throw new IOException(path + " is closed");
    }
  }

  private void check(long result) throws IOException {
    if (result < 0) {
      throw Errno.exception((int) -result, path);
    }
  }
}
