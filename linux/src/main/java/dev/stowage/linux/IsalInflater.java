package dev.stowage.linux;

import dev.stowage.model.MalformedException;
import java.io.Closeable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Decodes raw deflate streams (RFC 1951), one after the other, with [Isal].
///
/// One thread uses it; another may close it meanwhile. It holds half a megabyte of native memory
/// until then.
///
/// ```
/// struct inflate_state:  next_out 0, avail_out 8 (u32), total_out 12 (u32), next_in 16,
///                        read_in 24 (u64), avail_in 32 (u32), read_in_length 36 (s32, bits),
///                        tables, block_state 21160 (enum), …, 87240 bytes in all
/// ```
public final class IsalInflater implements Closeable {
  private static final int NEXT_OUT = 0;
  private static final int AVAIL_OUT = 8;
  private static final int NEXT_IN = 16;
  private static final int AVAIL_IN = 32;
  private static final int READ_IN_LENGTH = 36;
  private static final int BLOCK_STATE = 21160;

  /// ISAL_BLOCK_FINISH.
  private static final int FINISHED = 5;

  /// Half as much again as version 2.30 needs.
  private static final int STATE_SIZE = 128 * 1024;

  private static final int INPUT_SIZE = 64 * 1024;

  /// Each call moves the last 32 KiB of its output away, so it must be worth while.
  private static final int OUTPUT_SIZE = 256 * 1024;

  private final Isal library;
  private final Arena arena;
  private final MemorySegment errno;
  private final MemorySegment state;
  private final MemorySegment input;
  private final MemorySegment output;

  /// Shared rather than confined, because a stream may be read by another thread than its opener.
  @SuppressWarnings("MustBeClosedChecker") // close() closes it
  IsalInflater(Isal library) {
    this.library = library;
    arena = Arena.ofShared();
    errno = arena.allocate(NativeFunction.state());
    state = arena.allocate(STATE_SIZE, 64);
    input = arena.allocate(INPUT_SIZE, 64);
    output = arena.allocate(OUTPUT_SIZE, 64);
  }

  /// Prepares for a new stream.
  public synchronized void begin() {
    library.begin(errno, state);
    state.set(ValueLayout.JAVA_INT, AVAIL_IN, 0);
  }

  /// Gives the next bytes of the stream, all before having been used.
  ///
  /// @param length at most 64 KiB
  public synchronized void feed(byte[] bytes, int offset, int length) {
    MemorySegment.copy(bytes, offset, input, ValueLayout.JAVA_BYTE, 0, length);
    state.set(ValueLayout.ADDRESS, NEXT_IN, input);
    state.set(ValueLayout.JAVA_INT, AVAIL_IN, length);
  }

  /// Decodes; 0 where the stream is finished or all that was fed is used.
  ///
  /// @throws MalformedException if the stream is broken
  public synchronized int inflate(byte[] bytes, int offset, int length) throws MalformedException {
    int most = Math.min(length, OUTPUT_SIZE);
    state.set(ValueLayout.ADDRESS, NEXT_OUT, output);
    state.set(ValueLayout.JAVA_INT, AVAIL_OUT, most);
    int result = library.inflate(errno, state);
    if (result < 0) {
      throw new MalformedException(
          switch (result) {
            case -1 -> "invalid block";
            case -2 -> "invalid symbol";
            case -3 -> "invalid distance";
            default -> "error " + -result;
          });
    }
    int done = most - state.get(ValueLayout.JAVA_INT, AVAIL_OUT);
    MemorySegment.copy(output, ValueLayout.JAVA_BYTE, 0, bytes, offset, done);
    return done;
  }

  /// Whether the stream has ended and all of it was handed out.
  public synchronized boolean finished() {
    return state.get(ValueLayout.JAVA_INT, BLOCK_STATE) == FINISHED;
  }

  /// How many of the bytes fed last come after the end of a finished stream; up to seven more may
  /// have been fed before.
  public synchronized int remaining() {
    return state.get(ValueLayout.JAVA_INT, AVAIL_IN)
        + state.get(ValueLayout.JAVA_INT, READ_IN_LENGTH) / 8;
  }

  @Override
  public synchronized void close() {
    arena.close();
  }
}
