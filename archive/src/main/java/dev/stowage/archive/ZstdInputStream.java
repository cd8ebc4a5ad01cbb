package dev.stowage.archive;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// The zstd form of a stream, of one frame (RFC 8878), made by whoever reads it: the library's own
/// worker threads would hold some 60 MB for each stream.
final class ZstdInputStream extends CompressingInputStream {
  private static final int PIECE = 256 * 1024;
  private static final int HIGHEST = 22;

  /// Stands for a level with smaller tables than it has by itself: four fifths of the time for a
  /// layer of Debian that becomes 1.5 % larger, as large as in Podman's hands.
  private static final int USUAL = 0;

  private static final int USUAL_BASE = 3;
  private static final int USUAL_HASH_LOG = 16;
  private static final int USUAL_CHAIN_LOG = 14;

  private static final String NAME = "zstd/";

  private static final ConcurrentMap<Integer, String> FINGERPRINTS = new ConcurrentHashMap<>();

  private final InputStream plain;
  private final int level;
  private final Made made = new Made();
  private final ZstdOutputStreamNoFinalizer zstd;
  private final byte[] piece = new byte[PIECE];
  private boolean ended;

  /// What has been made and not been read yet.
  private static final class Made extends OutputStream {
    private byte[] bytes = new byte[2 * PIECE];
    private int from;
    private int to;

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] more, int offset, int length) {
      if (from == to) {
        from = 0;
        to = 0;
      }
      if (to + length > bytes.length) {
        byte[] larger = new byte[Math.max(bytes.length, 2 * (to - from + length))];
        System.arraycopy(bytes, from, larger, 0, to - from);
        to -= from;
        from = 0;
        bytes = larger;
      }
      System.arraycopy(more, offset, bytes, to, length);
      to += length;
    }
  }

  ZstdInputStream(InputStream plain, int level) throws IOException {
    this.plain = plain;
    this.level = level;
    // Peers write no checksum.
    zstd = new ZstdOutputStreamNoFinalizer(made, level == USUAL ? USUAL_BASE : level);
    if (level == USUAL) {
      zstd.setHashLog(USUAL_HASH_LOG).setChainLog(USUAL_CHAIN_LOG);
    }
  }

  static int level(OptionalInt wanted) {
    return wanted.isPresent() && wanted.getAsInt() > 0
        ? Math.min(wanted.getAsInt(), HIGHEST)
        : USUAL;
  }

  static OptionalInt following(String recipe) {
    if (!recipe.startsWith(NAME)) {
      return OptionalInt.empty();
    }
    int slash = recipe.indexOf('/', NAME.length());
    if (slash < 0) {
      return OptionalInt.empty();
    }
    try {
      int level = Integer.parseInt(recipe, NAME.length(), slash, 10);
      return level >= USUAL && level <= HIGHEST && recipe.equals(recipe(level))
          ? OptionalInt.of(level)
          : OptionalInt.empty();
    } catch (NumberFormatException e) {
      return OptionalInt.empty();
    }
  }

  /// The maker, and a digest of what it makes of a sample, since makers of the same name differ.
  private static String recipe(int level) {
    return NAME + level + "/" + FINGERPRINTS.computeIfAbsent(level, ZstdInputStream::fingerprint);
  }

  private static String fingerprint(int level) {
    try (ZstdInputStream sample =
        new ZstdInputStream(new ByteArrayInputStream(Sample.bytes()), level)) {
      Digest digest = Digest.of(Bytes.owning(sample.readAllBytes()));
      return digest.hex().substring(0, 16);
    } catch (IOException e) {
      throw new IllegalStateException(e); // nothing is read but memory
    }
  }

  @Override
  public String recipe() {
    return recipe(level);
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    while (made.from == made.to) {
      if (ended) {
        return -1;
      }
      int got = plain.readNBytes(piece, 0, piece.length);
      if (got > 0) {
        zstd.write(piece, 0, got);
      }
      if (got < piece.length) {
        zstd.close();
        ended = true;
      }
    }
    int given = Math.min(count, made.to - made.from);
    System.arraycopy(made.bytes, made.from, bytes, offset, given);
    made.from += given;
    return given;
  }

  @Override
  public void close() throws IOException {
    try {
      zstd.close();
    } finally {
      plain.close();
    }
  }
}
