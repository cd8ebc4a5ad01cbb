package dev.stowage.linux;

import java.io.Closeable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Encodes blocks of a raw deflate stream (RFC 1951) with [Isal], each on its own, so that several
/// threads can make one stream.
///
/// What it makes of the same bytes may differ between versions of the library and between
/// processors. One thread uses it; another may close it meanwhile. It holds two megabytes of native
/// memory until then.
///
/// ```
/// struct isal_zstream:  next_in 0, avail_in 8 (u32), next_out 16, avail_out 24 (u32), level 40 (u32),
///                       level_buf_size 44 (u32), level_buf 48, end_of_stream 56 (u16), flush 58 (u16),
///                       …, 82384 bytes in all
/// ```
public final class IsalDeflater implements Closeable {
  /// How much one block may hold, in bytes.
  public static final int LARGEST_BLOCK = 512 * 1024;

  /// How many bytes before a block may be referred to from within it.
  public static final int WINDOW = 32 * 1024;

  private static final int NEXT_IN = 0;
  private static final int AVAIL_IN = 8;
  private static final int NEXT_OUT = 16;
  private static final int AVAIL_OUT = 24;
  private static final int LEVEL = 40;
  private static final int LEVEL_BUFFER_SIZE = 44;
  private static final int LEVEL_BUFFER = 48;
  private static final int FLUSH = 58;
  private static final short SYNC_FLUSH = 1;

  /// The highest: of the layers of a Debian image it makes what is 3.5 % larger than Podman's, at
  /// four times the speed of zlib's lowest level, which makes as much as Podman does. The next
  /// lower one makes 5 % more than Podman.
  private static final int HIGHEST = 3;

  /// ISAL_DEF_LVL3_DEFAULT.
  private static final int LEVEL_MEMORY = 340 * 1024;

  /// Half as much again as version 2.30 needs.
  private static final int STATE_SIZE = 128 * 1024;

  /// What cannot be compressed grows by some bytes per block that is stored.
  private static final int OUTPUT_SIZE = LARGEST_BLOCK + LARGEST_BLOCK / 2;

  /// What a flushed block ends with: a stored one without content.
  private static final byte[] MARK = {0, 0, -1, -1};

  private final Isal library;
  private final Arena arena;
  private final MemorySegment errno;
  private final MemorySegment state;
  private final MemorySegment levelMemory;
  private final MemorySegment window;
  private final MemorySegment input;
  private final MemorySegment output;

  @SuppressWarnings("MustBeClosedChecker") // close() closes it
  IsalDeflater(Isal library) {
    this.library = library;
    arena = Arena.ofShared();
    errno = arena.allocate(NativeFunction.state());
    state = arena.allocate(STATE_SIZE, 64);
    levelMemory = arena.allocate(LEVEL_MEMORY, 64);
    window = arena.allocate(WINDOW, 64);
    input = arena.allocate(LARGEST_BLOCK, 64);
    output = arena.allocate(OUTPUT_SIZE, 64);
  }

  /// Encodes a block that is not the last one, up to a byte's end.
  ///
  /// @param before what lies before the block; its last bytes may be referred to
  /// @param length at most [#LARGEST_BLOCK]
  /// @return how long the encoded block is, to be taken by [#take]
  /// @throws IllegalStateException if the library has not done what it is to do
  public synchronized int encode(byte[] before, int beforeLength, byte[] content, int length) {
    if (length > LARGEST_BLOCK) {
      throw new IllegalArgumentException(
          "a block of " + length + " bytes, of at most " + LARGEST_BLOCK);
    }
    library.beginDeflate(errno, state);
    state.set(ValueLayout.JAVA_INT, LEVEL, HIGHEST);
    state.set(ValueLayout.JAVA_INT, LEVEL_BUFFER_SIZE, LEVEL_MEMORY);
    state.set(ValueLayout.ADDRESS, LEVEL_BUFFER, levelMemory);
    int known = Math.min(beforeLength, WINDOW);
    if (known > 0) {
      MemorySegment.copy(before, beforeLength - known, window, ValueLayout.JAVA_BYTE, 0, known);
      check(library.setWindow(errno, state, window, known));
    }
    MemorySegment.copy(content, 0, input, ValueLayout.JAVA_BYTE, 0, length);
    state.set(ValueLayout.ADDRESS, NEXT_IN, input);
    state.set(ValueLayout.JAVA_INT, AVAIL_IN, length);
    state.set(ValueLayout.ADDRESS, NEXT_OUT, output);
    state.set(ValueLayout.JAVA_INT, AVAIL_OUT, OUTPUT_SIZE);
    state.set(ValueLayout.JAVA_SHORT, FLUSH, SYNC_FLUSH);
    check(library.deflate(errno, state));
    return ended(
        output,
        state.get(ValueLayout.JAVA_INT, AVAIL_OUT),
        state.get(ValueLayout.JAVA_INT, AVAIL_IN));
  }

  /// How long a block is that the library says it has made.
  ///
  /// @throws IllegalStateException if it has not read all of it, or not ended it at a byte's end
  static int ended(MemorySegment output, int left, int unread) {
    int length = (int) output.byteSize() - left;
    if (unread != 0 || left <= 0 || length < MARK.length) {
      throw new IllegalStateException(
          "ISA-L stopped inside a block: " + unread + " bytes unread, room for " + left);
    }
    for (int i = 0; i < MARK.length; i++) {
      if (output.get(ValueLayout.JAVA_BYTE, length - MARK.length + i) != MARK[i]) {
        throw new IllegalStateException("ISA-L has not ended a block at a byte's end");
      }
    }
    return length;
  }

  /// Takes the block that was encoded last.
  public synchronized void take(byte[] into, int length) {
    MemorySegment.copy(output, ValueLayout.JAVA_BYTE, 0, into, 0, length);
  }

  private static void check(int result) {
    if (result != 0) {
      throw new IllegalStateException("ISA-L refused to compress: " + result);
    }
  }

  @Override
  public synchronized void close() {
    arena.close();
  }
}
