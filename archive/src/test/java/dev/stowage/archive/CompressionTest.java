package dev.stowage.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.MalformedException;
import dev.stowage.model.UnsupportedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class CompressionTest {
  private static final byte[] CONTENT = content();

  private static byte[] content() {
    byte[] content = new byte[700_000];
    new Random(7).nextBytes(content);
    Arrays.fill(content, 1000, 600_000, (byte) 'x');
    return content;
  }

  private static byte[] compressed(Compression compression) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream packed =
        switch (compression) {
          case XZ -> new XZOutputStream(out, new LZMA2Options(1));
          case BZIP2 -> new BZip2CompressorOutputStream(out);
          default -> compression.compress(out, Compression.Level.USUAL);
        }) {
      packed.write(CONTENT);
    }
    return out.toByteArray();
  }

  private static byte[] open(byte[]... parts) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    try (InputStream in =
        Compression.open(new Dribble(new ByteArrayInputStream(all.toByteArray()))).content()) {
      return in.readAllBytes();
    }
  }

  private static byte[] twice() {
    byte[] twice = Arrays.copyOf(CONTENT, 2 * CONTENT.length);
    System.arraycopy(CONTENT, 0, twice, CONTENT.length, CONTENT.length);
    return twice;
  }

  @ParameterizedTest
  @EnumSource
  void theFirstBytesTellTheCompression(Compression compression) throws IOException {
    byte[] bytes = compressed(compression);
    assertEquals(compression, Compression.open(new ByteArrayInputStream(bytes)).compression());
    assertArrayEquals(CONTENT, open(bytes));
  }

  @ParameterizedTest
  @EnumSource
  void membersAndFramesInARowAreOneContent(Compression compression) throws IOException {
    byte[] bytes = compressed(compression);
    assertArrayEquals(twice(), open(bytes, bytes));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aStreamCutAnywhereFails(Compression compression) throws IOException {
    byte[] bytes = compressed(compression);
    for (int length : new int[] {7, 100, bytes.length / 2, bytes.length - 1}) {
      assertThrows(IOException.class, () -> open(Arrays.copyOf(bytes, length)), "cut at " + length);
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"NONE", "ZSTD"})
  void aFlippedBitFails(Compression compression) throws IOException {
    byte[] bytes = compressed(compression);
    for (int at : new int[] {bytes.length / 3, bytes.length / 2, bytes.length - 10}) {
      byte[] broken = bytes.clone();
      broken[at] ^= 4;
      assertThrows(MalformedException.class, () -> open(broken), "at " + at);
    }
  }

  @Test
  void skippableFramesAreSkippedWhereverTheyAre() throws IOException {
    byte[] skippable = {0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 'a', 'b', 'c'};
    byte[] bytes = compressed(Compression.ZSTD);
    assertArrayEquals(twice(), open(skippable, bytes, skippable, bytes, skippable));
  }

  @Test
  void aZstdWindowBeyondTheLimitIsRefused() throws IOException {
    assertArrayEquals(new byte[] {'x'}, open(frame(Compression.ZSTD_WINDOW_LOG)));
    assertThrows(MalformedException.class, () -> open(frame(Compression.ZSTD_WINDOW_LOG + 1)));
  }

  /// A frame with one raw block of one byte, which asks for a window.
  private static byte[] frame(int windowLog) {
    byte window = (byte) ((windowLog - 10) << 3);
    return new byte[] {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, window, 1 << 3 | 1, 0, 0, 'x'};
  }

  @Test
  void whateverFollowsAGzipStreamIsAnError() throws IOException {
    byte[] bytes = compressed(Compression.GZIP);
    assertThrows(MalformedException.class, () -> open(bytes, new byte[512]));
    assertThrows(MalformedException.class, () -> open(bytes, new byte[] {'x', 'y'}));
    assertThrows(EOFException.class, () -> open(bytes, new byte[] {0x1F}));
  }

  @Test
  void gzipHeadersWithEveryFieldAreRead() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {0x1F, (byte) 0x8B, 8, 31, 0, 0, 0, 0, 0, 3});
    out.writeBytes(new byte[] {2, 0, 'x', 'x', 'n', 0, 'c', 0});
    CRC32 header = new CRC32();
    header.update(out.toByteArray());
    out.write((int) header.getValue());
    out.write((int) header.getValue() >>> 8);
    byte[] whole = compressed(Compression.GZIP);
    out.write(whole, 10, whole.length - 10);
    assertArrayEquals(CONTENT, open(out.toByteArray()));
    byte[] broken = out.toByteArray();
    broken[12] = 'y';
    assertThrows(MalformedException.class, () -> open(broken));
  }

  @Test
  void emptyAndTinyStreamsAreNotCompressed() throws IOException {
    assertArrayEquals(new byte[0], open());
    assertArrayEquals(new byte[] {0x1F}, open(new byte[] {0x1F}));
  }

  @Test
  void levelsDiffer() throws IOException {
    int best = size(Compression.Level.BEST);
    int fast = size(Compression.Level.FAST);
    assertEquals(size(new Compression.Level.Exactly(Deflater.BEST_COMPRESSION)), best);
    assertEquals(size(new Compression.Level.Exactly(Deflater.BEST_SPEED)), fast);
  }

  private static int size(Compression.Level level) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream gzip = Compression.GZIP.compress(out, level)) {
      gzip.write(CONTENT);
    }
    return out.size();
  }

  @Test
  void xzAndBzip2AreOnlyRead() {
    for (Compression compression : new Compression[] {Compression.XZ, Compression.BZIP2}) {
      assertThrows(
          UnsupportedException.class,
          () -> compression.compress(new ByteArrayOutputStream(), Compression.Level.USUAL));
    }
  }

  /// A stream that gives fewer bytes than asked for, as a network does.
  private static final class Dribble extends java.io.FilterInputStream {
    private int next = 1;

    Dribble(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      next = next * 5 % 4093 + 1;
      return super.read(bytes, offset, Math.min(length, next));
    }
  }
}
