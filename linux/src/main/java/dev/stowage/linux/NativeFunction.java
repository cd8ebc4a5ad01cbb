package dev.stowage.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// A function of the C library or another one, which takes up to six integers or addresses and
/// returns an integer.
///
/// All functions are called through one method handle that always passes six words: a word that a
/// function does not take stays unread in its register, under the calling conventions of all
/// machines that Linux runs a 64-bit JVM on. A handle of its own for each form of function would
/// cost the first use of each some milliseconds, a third of a second for all.
///
/// Words narrower than 64 bits are passed extended by their sign, as RISC-V wants them; x86-64 and
/// AArch64 leave the upper half unread, and so do, of unsigned ones, the system calls that those
/// functions make. Of a result that is an `int`, the upper half is not looked at, since it is not
/// defined everywhere.
///
/// The segment for `errno` must belong to the arena of the memory whose addresses are passed: it
/// keeps that arena from being closed during the call.
///
/// @param address where the function's code is
record NativeFunction(MemorySegment address) {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final long ERRNO = offset("errno");
  private static final MethodHandle CALL =
      LINKER.downcallHandle(
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
          Linker.Option.captureCallState("errno"));

  static {
    ProcessEnd.linked();
  }

  /// Where a call leaves the member of a name, in bytes. Layouts tell that by paths, too, whose
  /// first use takes some milliseconds.
  private static long offset(String name) {
    long offset = 0;
    for (MemoryLayout member : STATE.memberLayouts()) {
      if (member.name().equals(Optional.of(name))) {
        return offset;
      }
      offset += member.byteSize();
    }
    throw new IllegalStateException("calls do not leave " + name);
  }

  /// A function of the C library.
  static NativeFunction named(String name) {
    return of(LINKER.defaultLookup(), name);
  }

  /// A function of a library.
  ///
  /// @throws java.util.NoSuchElementException where the library has none of that name
  static NativeFunction of(SymbolLookup library, String name) {
    return new NativeFunction(library.findOrThrow(name));
  }

  /// Where a call leaves its `errno`; the layout of the segment each thread of calls brings along.
  static MemoryLayout state() {
    return STATE;
  }

  /// Calls a function that returns an `int`, again for as long as signals interrupt it.
  ///
  /// @return the result, or the negated error number
  int call(MemorySegment state, long a, long b, long c, long d, long e, long f) {
    int result;
    do {
      result = once(state, a, b, c, d, e, f);
    } while (result == -Errno.EINTR);
    return result;
  }

  int call(MemorySegment state, long a) {
    return call(state, a, 0, 0, 0, 0, 0);
  }

  int call(MemorySegment state, long a, long b) {
    return call(state, a, b, 0, 0, 0, 0);
  }

  int call(MemorySegment state, long a, long b, long c) {
    return call(state, a, b, c, 0, 0, 0);
  }

  int call(MemorySegment state, long a, long b, long c, long d) {
    return call(state, a, b, c, d, 0, 0);
  }

  int call(MemorySegment state, long a, long b, long c, long d, long e) {
    return call(state, a, b, c, d, e, 0);
  }

  /// Calls a function that returns an `int`, once.
  int once(MemorySegment state, long a, long b, long c, long d, long e, long f) {
    int result = (int) raw(state, a, b, c, d, e, f);
    return result >= 0 ? result : -state.get(JAVA_INT, ERRNO);
  }

  /// Calls a function that returns a `long` or an `ssize_t`, again for as long as signals interrupt
  /// it.
  ///
  /// @return the result, or the negated error number
  long measure(MemorySegment state, long a, long b, long c, long d, long e, long f) {
    long result;
    do {
      result = raw(state, a, b, c, d, e, f);
      if (result < 0) {
        result = -state.get(JAVA_INT, ERRNO);
      }
    } while (result == -Errno.EINTR);
    return result;
  }

  long measure(MemorySegment state, long a, long b, long c) {
    return measure(state, a, b, c, 0, 0, 0);
  }

  long measure(MemorySegment state, long a, long b, long c, long d) {
    return measure(state, a, b, c, d, 0, 0);
  }

  /// Calls a function whose result says by itself what went wrong.
  long raw(MemorySegment state, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) CALL.invokeExact(address, state, a, b, c, d, e, f);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  /// What cannot come out of a native call does: a mistake in this module.
  static AssertionError unexpected(Throwable thrown) {
    return new AssertionError(thrown);
  }
}
