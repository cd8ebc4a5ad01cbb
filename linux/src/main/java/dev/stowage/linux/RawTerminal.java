package dev.stowage.linux;

import java.io.Closeable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/// The terminal at standard input, made to hand on each key as it is typed, unseen: also those that
/// would otherwise end or stop the process. Closing it, or a signal that ends the process, makes it
/// as it was. A new line on it needs a carriage return meanwhile.
///
/// See termios(3).
public final class RawTerminal implements Closeable {
  private static final int INPUT = 0;
  private static final int NOW = 0;

  /// More than any C library's `struct termios` has.
  private static final int MOST_BYTES = 256;

  private final byte[] before;
  private final Thread atTheEnd;

  private RawTerminal(byte[] before) {
    this.before = before;
    this.atTheEnd = new Thread(() -> set(before), "terminal");
  }

  /// Makes the terminal so; empty where standard input is none.
  public static Optional<RawTerminal> enter() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(NativeFunction.state());
      MemorySegment attributes = arena.allocate(MOST_BYTES, Long.BYTES);
      if (Calls.GET.call(state, INPUT, attributes.address()) < 0) {
        return Optional.empty();
      }
      RawTerminal terminal = new RawTerminal(attributes.toArray(ValueLayout.JAVA_BYTE));
      Runtime.getRuntime().addShutdownHook(terminal.atTheEnd);
      long _ = Calls.MAKE_RAW.raw(state, attributes.address(), 0, 0, 0, 0, 0);
      if (Calls.SET.call(state, INPUT, NOW, attributes.address()) < 0) {
        terminal.close();
        return Optional.empty();
      }
      return Optional.of(terminal);
    }
  }

  @Override
  public void close() {
    set(before);
    try {
      boolean _ = Runtime.getRuntime().removeShutdownHook(atTheEnd);
    } catch (IllegalStateException e) {
      // The process is ending, and does the same once more.
    }
  }

  private static void set(byte[] attributes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(NativeFunction.state());
      MemorySegment copy = arena.allocate(MOST_BYTES, Long.BYTES);
      copy.copyFrom(MemorySegment.ofArray(attributes));
      // A terminal that is gone needs nothing more.
      int _ = Calls.SET.call(state, INPUT, NOW, copy.address());
    }
  }

  /// Apart, so that nothing is looked up before it is needed.
  private static final class Calls {
    static final NativeFunction GET = NativeFunction.named("tcgetattr");
    static final NativeFunction SET = NativeFunction.named("tcsetattr");
    static final NativeFunction MAKE_RAW = NativeFunction.named("cfmakeraw");
  }
}
