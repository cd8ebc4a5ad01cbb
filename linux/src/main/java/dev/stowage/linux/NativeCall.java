package dev.stowage.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// How functions of the C library become method handles.
///
/// Every handle takes a segment for `errno` first and returns an `int` or a `long`, negative after
/// an error; [#settle] turns that into the negated error number, as the kernel itself does it.
final class NativeCall {
  static final MemoryLayout INT = JAVA_INT;
  static final MemoryLayout LONG = JAVA_LONG;
  static final MemoryLayout POINTER = ADDRESS;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");

  private NativeCall() {}

  /// Where a call leaves its `errno`; the layout of the segment each thread of calls brings along.
  static MemoryLayout state() {
    return STATE;
  }

  static MethodHandle intCall(String name, MemoryLayout... arguments) {
    return LINKER.downcallHandle(symbol(name), FunctionDescriptor.of(JAVA_INT, arguments), CAPTURE);
  }

  static MethodHandle longCall(String name, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        symbol(name), FunctionDescriptor.of(JAVA_LONG, arguments), CAPTURE);
  }

  /// A function whose arguments from the given one on are the `...` of its prototype.
  static MethodHandle variadicIntCall(String name, int firstVariadic, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        symbol(name),
        FunctionDescriptor.of(JAVA_INT, arguments),
        CAPTURE,
        Linker.Option.firstVariadicArg(firstVariadic));
  }

  /// A system call that the C library has no function for.
  static MethodHandle systemCall(MemoryLayout... arguments) {
    MemoryLayout[] all = new MemoryLayout[arguments.length + 1];
    all[0] = JAVA_LONG;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return LINKER.downcallHandle(
        symbol("syscall"),
        FunctionDescriptor.of(JAVA_LONG, all),
        CAPTURE,
        Linker.Option.firstVariadicArg(1));
  }

  /// The result itself, or the negated error number.
  static int settle(int result, MemorySegment state) {
    return result >= 0 ? result : -(int) ERRNO.get(state, 0L);
  }

  static long settle(long result, MemorySegment state) {
    return result >= 0 ? result : -(int) ERRNO.get(state, 0L);
  }

  /// What cannot come out of a native call does: a mistake in this module.
  static AssertionError unexpected(Throwable thrown) {
    return new AssertionError(thrown);
  }

  private static MemorySegment symbol(String name) {
    return LINKER
        .defaultLookup()
        .find(name)
        .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no " + name));
  }
}
