package dev.stowage.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/// ISA-L, the library of storage functions (`libisal.so.2`), on machines that have it. It inflates
/// about three times, deflates about four times and computes CRCs about ten times as fast as the
/// JDK does.
///
/// It is never needed. It is used only after it has given the right answers to a small examination,
/// because one of its structures has no stable description.
///
/// @see <a href="https://github.com/intel/isa-l">ISA-L</a>
public final class Isal {
  private static final String LIBRARY = "libisal.so.2";

  private static final Optional<Isal> HERE = load();

  /// What is found out when something is first to be deflated: a pull does not pay for it.
  private static final class Examined {
    private static final boolean ENCODER = HERE.isPresent() && HERE.get().encodes();
  }

  private final NativeFunction begin;
  private final NativeFunction inflate;
  private final NativeFunction beginDeflate;
  private final NativeFunction setWindow;
  private final NativeFunction deflate;

  /// One of its own, which reads the heap where it is.
  private final MethodHandle crc64;

  private Isal(SymbolLookup symbols) {
    begin = NativeFunction.of(symbols, "isal_inflate_init");
    inflate = NativeFunction.of(symbols, "isal_inflate");
    beginDeflate = NativeFunction.of(symbols, "isal_deflate_init");
    setWindow = NativeFunction.of(symbols, "isal_deflate_set_dict");
    deflate = NativeFunction.of(symbols, "isal_deflate");
    crc64 =
        Linker.nativeLinker()
            .downcallHandle(
                symbols.findOrThrow("crc64_iso_refl"),
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG),
                Linker.Option.critical(true));
  }

  /// The library, if this machine has it.
  public static Optional<Isal> here() {
    return HERE;
  }

  /// A decoder for raw deflate streams; the caller closes it.
  public IsalInflater inflater() {
    return new IsalInflater(this);
  }

  /// Whether it has passed an examination as an encoder, too; else it must not be used as one.
  public boolean deflates() {
    return Examined.ENCODER;
  }

  /// An encoder for blocks of raw deflate streams; the caller closes it.
  public IsalDeflater deflater() {
    return new IsalDeflater(this);
  }

  /// Goes on with a CRC-64 of ISO 3309, bits reflected.
  ///
  /// @param before the value for all bytes so far, 0 for none
  public long crc64(long before, byte[] bytes, int offset, int length) {
    try {
      MemorySegment run = MemorySegment.ofArray(bytes).asSlice(offset, length);
      return (long) crc64.invokeExact(before, run, (long) length);
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable thrown) {
      throw NativeFunction.unexpected(thrown);
    }
  }

  void begin(MemorySegment errno, MemorySegment state) {
    begin.raw(errno, state.address(), 0, 0, 0, 0, 0);
  }

  /// Negative after an error.
  int inflate(MemorySegment errno, MemorySegment state) {
    return (int) inflate.raw(errno, state.address(), 0, 0, 0, 0, 0);
  }

  void beginDeflate(MemorySegment errno, MemorySegment state) {
    long _ = beginDeflate.raw(errno, state.address(), 0, 0, 0, 0, 0);
  }

  /// Not zero after an error.
  int setWindow(MemorySegment errno, MemorySegment state, MemorySegment window, int length) {
    return (int) setWindow.raw(errno, state.address(), window.address(), length, 0, 0, 0);
  }

  /// Not zero after an error.
  int deflate(MemorySegment errno, MemorySegment state) {
    return (int) deflate.raw(errno, state.address(), 0, 0, 0, 0, 0);
  }

  private static Optional<Isal> load() {
    try {
      Isal found = new Isal(SymbolLookup.libraryLookup(LIBRARY, Arena.global()));
      return found.passes() ? Optional.of(found) : Optional.empty();
    } catch (IllegalArgumentException | java.util.NoSuchElementException e) {
      return Optional.empty(); // not installed, or another library of that name
    }
  }

  /// Whether a known CRC and a stream that comes in two pieces, with something after its end, give
  /// what they must.
  private boolean passes() {
    byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
    if (crc64(0, digits, 0, digits.length) != 0xB909_56C7_75A4_1001L) {
      return false;
    }
    byte[] content = new byte[5000];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (i * i >>> 7);
    }
    byte[] stream = new byte[8000];
    int after = 11;
    int length;
    try (Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true)) {
      deflater.setInput(content);
      deflater.finish();
      length = deflater.deflate(stream, 0, stream.length - after);
    }
    byte[] got = new byte[content.length + 1];
    try (IsalInflater inflater = inflater()) {
      inflater.begin();
      inflater.feed(stream, 0, length / 2);
      int done = inflater.inflate(got, 0, got.length);
      boolean early = inflater.finished();
      inflater.feed(stream, length / 2, length - length / 2 + after);
      done += inflater.inflate(got, done, got.length - done);
      return !early
          && inflater.finished()
          && inflater.remaining() == after
          && done == content.length
          && Arrays.equals(got, 0, done, content, 0, done);
    } catch (IOException e) {
      return false;
    }
  }

  /// Whether the JDK reads out of two blocks, the second of which refers to the first, what was put
  /// into them.
  private boolean encodes() {
    byte[] content = new byte[70_000];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (i % 35_000 * (i % 35_000) >>> 7);
    }
    int half = content.length / 2;
    byte[] stream = new byte[2 * content.length];
    try (IsalDeflater deflater = deflater();
        Inflater inflater = new Inflater(true)) {
      int length = deflater.encode(new byte[0], 0, content, half);
      deflater.take(stream, length);
      byte[] second = Arrays.copyOfRange(content, half, content.length);
      int more = deflater.encode(content, half, second, second.length);
      byte[] taken = new byte[more];
      deflater.take(taken, more);
      System.arraycopy(taken, 0, stream, length, more);
      byte[] got = new byte[content.length + 1];
      inflater.setInput(stream, 0, length + more);
      int done = inflater.inflate(got);
      return done == content.length && Arrays.equals(got, 0, done, content, 0, done);
    } catch (IllegalStateException | IndexOutOfBoundsException | DataFormatException e) {
      return false;
    }
  }
}
