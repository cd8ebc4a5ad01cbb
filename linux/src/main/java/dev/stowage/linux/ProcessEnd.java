package dev.stowage.linux;

import java.lang.foreign.Arena;
import java.time.Duration;

/// The end of this process. The JVM's own waits up to 300 ms for threads in native code, as those
/// are that wait for sockets; the kernel's does not.
public final class ProcessEnd {
  /// Linking native functions for the end alone takes some 10 ms, which is too long after a short
  /// run.
  private static final Duration LONG = Duration.ofMillis(250);

  private static volatile Way way = Way.OF_THE_JVM;

  private enum Way {
    OF_THE_JVM,
    /// Native functions are linked in any case, so that calling one more costs nothing.
    OF_THE_KERNEL
  }

  private ProcessEnd() {}

  /// Is told that native functions are linked.
  static void linked() {
    way = Way.OF_THE_KERNEL;
  }

  /// Ends the process at once; no shutdown hook runs, and what is not flushed is lost.
  ///
  /// @param ran how long it has run
  public static void now(int code, Duration ran) {
    if (way == Way.OF_THE_KERNEL || ran.compareTo(LONG) > 0) {
      try (Arena arena = Arena.ofConfined()) {
        int _ = Exit.EXIT.call(arena.allocate(NativeFunction.state()), code);
      }
    }
    Runtime.getRuntime().halt(code);
  }

  /// Apart, so that nothing is linked for a process that needs no native functions.
  private static final class Exit {
    static final NativeFunction EXIT = NativeFunction.named("_exit");
  }
}
