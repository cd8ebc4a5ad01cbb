package dev.stowage.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.MalformedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

/// What gzip streams come out as, whoever decodes them.
abstract class GunzipContract {
  abstract Inflation inflation();

  /// Content with runs, repeats at all distances and noise.
  private static byte[] content(Random random, int length) {
    byte[] content = new byte[length];
    int at = 0;
    while (at < length) {
      int part = Math.min(length - at, 1 + random.nextInt(5000));
      switch (random.nextInt(3)) {
        case 0 -> Arrays.fill(content, at, at + part, (byte) random.nextInt());
        case 1 -> {
          for (int i = at; i < at + part; i++) {
            content[i] = (byte) random.nextInt();
          }
        }
        default -> {
          int back = Math.min(at, 1 + random.nextInt(32768));
          for (int i = at; i < at + part; i++) {
            content[i] = back == 0 ? 1 : content[i - back];
          }
        }
      }
      at += part;
    }
    return content;
  }

  private static byte[] member(byte[] content, int level, int strategy) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, 3});
    try (Deflater deflater = new Deflater(level, true)) {
      deflater.setStrategy(strategy);
      deflater.setInput(content);
      deflater.finish();
      byte[] part = new byte[10_000];
      while (!deflater.finished()) {
        out.write(part, 0, deflater.deflate(part));
      }
    }
    CRC32 crc = new CRC32();
    crc.update(content);
    for (int value : new int[] {(int) crc.getValue(), content.length}) {
      for (int shift = 0; shift < 32; shift += 8) {
        out.write(value >>> shift);
      }
    }
    return out.toByteArray();
  }

  private byte[] open(byte[] stream) throws IOException {
    try (InputStream in = new GunzipInputStream(new ByteArrayInputStream(stream), inflation())) {
      return in.readAllBytes();
    }
  }

  @Test
  void streamsOfAllKindsComeOutWholeHoweverTheyAreCutUp() throws IOException {
    Random random = new Random(5);
    int[] strategies = {Deflater.DEFAULT_STRATEGY, Deflater.FILTERED, Deflater.HUFFMAN_ONLY};
    for (int round = 0; round < 100; round++) {
      ByteArrayOutputStream stream = new ByteArrayOutputStream();
      ByteArrayOutputStream wanted = new ByteArrayOutputStream();
      for (int members = 1 + random.nextInt(4); members > 0; members--) {
        byte[] content = content(random, random.nextInt(1 << random.nextInt(19)));
        wanted.writeBytes(content);
        stream.writeBytes(member(content, random.nextInt(10), strategies[random.nextInt(3)]));
      }
      int pieces = 1 + random.nextInt(1 << random.nextInt(18));
      ByteArrayOutputStream got = new ByteArrayOutputStream();
      try (InputStream in =
          new GunzipInputStream(new Pieces(stream.toByteArray(), random, pieces), inflation())) {
        byte[] bytes = new byte[1 + random.nextInt(1 << random.nextInt(20))];
        for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
          got.write(bytes, 0, count);
        }
      }
      assertArrayEquals(wanted.toByteArray(), got.toByteArray(), "round " + round);
    }
  }

  @Test
  void tinyMembersInARowAreEachFound() throws IOException {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    for (int i = 0; i < 1000; i++) {
      stream.writeBytes(member(new byte[i % 3], i % 10, Deflater.DEFAULT_STRATEGY));
    }
    assertEquals(999, open(stream.toByteArray()).length);
    try (InputStream in =
        new GunzipInputStream(new Pieces(stream.toByteArray(), new Random(1), 3), inflation())) {
      assertEquals(999, in.readAllBytes().length);
    }
  }

  @Test
  void aStreamCutAnywhereIsCutOff() {
    byte[] stream = member(content(new Random(3), 1000), 6, Deflater.DEFAULT_STRATEGY);
    for (int length = 0; length < stream.length; length++) {
      byte[] cut = Arrays.copyOf(stream, length);
      assertThrows(EOFException.class, () -> open(cut), "cut at " + length);
    }
  }

  @Test
  void aFlippedBitIsNoticedWhereverItMatters() throws IOException {
    byte[] content = content(new Random(4), 600);
    byte[] stream = member(content, 6, Deflater.DEFAULT_STRATEGY);
    int harmless = 0;
    for (int bit = 10 * 8; bit < stream.length * 8; bit++) {
      byte[] broken = stream.clone();
      broken[bit / 8] ^= (byte) (1 << bit % 8);
      try {
        assertArrayEquals(content, open(broken), "bit " + bit);
        harmless++;
      } catch (MalformedException | EOFException e) {
        // noticed
      }
    }
    assertTrue(harmless < 8, "only the bits that fill the last byte up do not matter");
  }

  @Test
  void noiseIsRefusedAndNeverCrashes() {
    Random random = new Random(9);
    byte[] stream = member(content(random, 20_000), 6, Deflater.DEFAULT_STRATEGY);
    for (int round = 0; round < 300; round++) {
      byte[] broken = stream.clone();
      for (int count = 1 + random.nextInt(50); count > 0; count--) {
        broken[10 + random.nextInt(broken.length - 10)] = (byte) random.nextInt();
      }
      if (!Arrays.equals(stream, broken)) {
        assertThrows(IOException.class, () -> open(broken), "round " + round);
      }
    }
  }

  @Test
  void whateverFollowsIsAnErrorHoweverShort() {
    byte[] stream = member(new byte[] {1, 2, 3}, 6, Deflater.DEFAULT_STRATEGY);
    for (int more = 1; more < 20; more++) {
      byte[] longer = Arrays.copyOf(stream, stream.length + more);
      assertThrows(MalformedException.class, () -> open(longer), more + " more");
    }
  }

  @Test
  void aClosedStreamIsNotRead() throws IOException {
    InputStream in =
        new GunzipInputStream(
            new ByteArrayInputStream(member(new byte[9], 6, Deflater.DEFAULT_STRATEGY)),
            inflation());
    assertEquals(0, in.read());
    in.close();
    in.close();
    assertThrows(IOException.class, in::read);
  }

  /// A stream that gives a few bytes at a time.
  private static final class Pieces extends ByteArrayInputStream {
    private final Random random;
    private final int most;

    Pieces(byte[] bytes, Random random, int most) {
      super(bytes);
      this.random = random;
      this.most = most;
    }

    @Override
    public synchronized int read(byte[] bytes, int offset, int length) {
      return super.read(bytes, offset, Math.min(length, 1 + random.nextInt(most)));
    }
  }
}
