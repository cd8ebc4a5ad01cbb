package dev.stowage.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.UnsupportedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompressingInputStreamTest {
  private static final List<Compression> MADE = List.of(Compression.GZIP, Compression.ZSTD);

  private static byte[] content(int length) {
    byte[] sample = Sample.bytes();
    byte[] content = new byte[length];
    Random random = new Random(length);
    for (int at = 0; at < length; ) {
      int count = Math.min(length - at, random.nextInt(sample.length));
      System.arraycopy(sample, 0, content, at, count);
      at += count;
      int noise = Math.min(length - at, random.nextInt(9000));
      for (int i = 0; i < noise; i++) {
        content[at++] = (byte) random.nextInt();
      }
    }
    return content;
  }

  private static byte[] compressed(Compression compression, byte[] content, OptionalInt level)
      throws IOException {
    try (InputStream in =
        CompressingInputStream.of(new ByteArrayInputStream(content), compression, level)) {
      return in.readAllBytes();
    }
  }

  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, 1000, Deflation.BLOCK - 1, Deflation.BLOCK, Deflation.BLOCK + 1, 5_300_000})
  void everyLengthComesBack(int length) throws IOException {
    byte[] content = content(length);
    for (Compression compression : MADE) {
      for (OptionalInt level : List.of(OptionalInt.empty(), OptionalInt.of(1), OptionalInt.of(6))) {
        byte[] made = compressed(compression, content, level);
        Compression.Decompressed opened = Compression.open(new ByteArrayInputStream(made));
        assertEquals(compression, opened.compression());
        assertArrayEquals(content, opened.content().readAllBytes(), compression + " " + level);
      }
    }
  }

  @Test
  void theJdkReadsTheGzipFormAsOneMember() throws IOException {
    byte[] content = content(3_000_000);
    byte[] made = compressed(Compression.GZIP, content, OptionalInt.empty());
    try (GZIPInputStream gunzip = new GZIPInputStream(new ByteArrayInputStream(made))) {
      assertArrayEquals(content, gunzip.readAllBytes());
    }
    int members = 0;
    for (int i = 0; i + 3 < made.length; i++) {
      if (made[i] == 0x1F && made[i + 1] == (byte) 0x8B && made[i + 2] == 8 && made[i + 3] == 0) {
        members++;
      }
    }
    assertEquals(1, members);
  }

  @Test
  void aRecipeMakesTheSameFormOnceMore() throws IOException {
    byte[] content = content(2_500_000);
    for (Compression compression : MADE) {
      for (OptionalInt level : List.of(OptionalInt.empty(), OptionalInt.of(2))) {
        byte[] made;
        String recipe;
        try (CompressingInputStream in =
            CompressingInputStream.of(new ByteArrayInputStream(content), compression, level)) {
          made = in.readAllBytes();
          recipe = in.recipe();
        }
        assertTrue(CompressingInputStream.knows(recipe), recipe);
        Optional<CompressingInputStream> again =
            CompressingInputStream.again(new ByteArrayInputStream(content), recipe);
        try (CompressingInputStream in = again.orElseThrow()) {
          assertArrayEquals(made, in.readAllBytes(), recipe);
        }
      }
    }
  }

  @Test
  void strangeRecipesAreNotFollowed() throws IOException {
    byte[] made;
    String recipe;
    try (CompressingInputStream in =
        CompressingInputStream.of(
            new ByteArrayInputStream(content(10)), Compression.GZIP, OptionalInt.empty())) {
      made = in.readAllBytes();
      recipe = in.recipe();
    }
    assertTrue(made.length > 10);
    for (String strange :
        List.of(
            "",
            "gzip/",
            "zstd/",
            "zstd/3",
            "zstd/x/1",
            "zstd/99999999999/1",
            recipe + "0",
            "lzma/1/1")) {
      assertFalse(CompressingInputStream.knows(strange), strange);
    }
  }

  @Test
  void whatCannotBeCompressedHardlyGrows() throws IOException {
    byte[] noise = new byte[4_000_000];
    new Random(5).nextBytes(noise);
    for (Compression compression : MADE) {
      byte[] made = compressed(compression, noise, OptionalInt.empty());
      assertTrue(made.length < noise.length + 5000, compression + " " + made.length);
    }
    byte[] zeros = new byte[4_000_000];
    assertTrue(compressed(Compression.GZIP, zeros, OptionalInt.empty()).length < 40_000);
  }

  @Test
  void aFailureOfThePlainStreamIsPassedOn() throws IOException {
    for (Compression compression : MADE) {
      InputStream failing =
          new InputStream() {
            private int left = 3_000_000;

            @Override
            public int read() throws IOException {
              if (left-- <= 0) {
                throw new IOException("gone");
              }
              return 1;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
              int given = Math.min(length, left);
              if (given == 0) {
                throw new IOException("gone");
              }
              left -= given;
              return given;
            }
          };
      try (InputStream in = CompressingInputStream.of(failing, compression, OptionalInt.empty())) {
        IOException failure = assertThrows(IOException.class, in::readAllBytes);
        assertEquals("gone", failure.getMessage());
      }
    }
  }

  @Test
  void onlyGzipAndZstdAreMade() {
    for (Compression compression : Compression.values()) {
      if (!MADE.contains(compression)) {
        assertThrows(
            UnsupportedException.class,
            () -> compressed(compression, new byte[1], OptionalInt.empty()));
      }
    }
  }

  @Test
  void theSampleIsAlwaysTheSame() {
    assertEquals(Arrays.hashCode(Sample.bytes()), Arrays.hashCode(Sample.bytes()));
    assertEquals(96 * 1024, Sample.bytes().length);
  }
}
