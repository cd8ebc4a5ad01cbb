package dev.stowage.archive;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.stowage.model.MalformedException;
import dev.stowage.model.UnsupportedException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.zip.Deflater;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

/// How the bytes of a layer or an archive are compressed, known by their first bytes.
///
/// A decompressed stream fails with [MalformedException] where the compressed form is broken, has a
/// wrong checksum or is followed by something else, and with [EOFException] where it is cut off.
public enum Compression {
  NONE("tar"),
  GZIP("tar.gz"),
  ZSTD("tar.zst"),
  XZ("tar.xz"),
  BZIP2("tar.bz2");

  /// How many bytes of a stream [#detect] wants to see.
  public static final int MAGIC_LENGTH = 6;

  /// The widest zstd window accepted, as a power of two: 128 MiB, the default of the zstd command,
  /// because that much native memory is held for every layer that is being read.
  static final int ZSTD_WINDOW_LOG = 27;

  /// The memory an xz stream may ask for, in KiB: twice what `xz -9` needs.
  static final int XZ_MEMORY = 128 * 1024;

  private static final int INPUT_BUFFER = 64 * 1024;

  private final String extension;

  Compression(String extension) {
    this.extension = extension;
  }

  /// Gets ready to decompress: what is loaded and examined when it is first needed. Whoever has to
  /// wait for something else meanwhile may have that done beside it.
  public static void prepare() {
    try (Inflation first = Inflation.fastest()) {
      first.begin();
    }
  }

  /// What a tar file compressed so is usually named, without a leading dot.
  public String extension() {
    return extension;
  }

  /// The compression that a stream beginning with these bytes has; [#NONE] if none is recognised.
  public static Compression detect(byte[] head, int length) {
    if (length >= 3 && is(head, 0x1F, 0x8B, 0x08)) {
      return GZIP;
    }
    if (length >= 4 && (is(head, 0x28, 0xB5, 0x2F, 0xFD) || isSkippableFrame(head))) {
      return ZSTD;
    }
    if (length >= 6 && is(head, 0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00)) {
      return XZ;
    }
    if (length >= 3 && is(head, 0x42, 0x5A, 0x68)) {
      return BZIP2;
    }
    return NONE;
  }

  private static boolean isSkippableFrame(byte[] head) {
    return (head[0] & 0xF0) == 0x50 && head[1] == 0x2A && head[2] == 0x4D && head[3] == 0x18;
  }

  private static boolean is(byte[] head, int... magic) {
    for (int i = 0; i < magic.length; i++) {
      if ((head[i] & 0xFF) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  /// The content of a stream whose compression its first bytes tell. Closing it closes the stream.
  public static Decompressed open(InputStream in) throws IOException {
    byte[] head = in.readNBytes(MAGIC_LENGTH);
    Compression compression = detect(head, head.length);
    InputStream whole =
        head.length < MAGIC_LENGTH
            ? new Rejoined(head, InputStream.nullInputStream(), in)
            : new Rejoined(head, in, in);
    return new Decompressed(compression, compression.decompress(whole));
  }

  /// The content of a stream that is compressed so. Closing it closes the stream.
  public InputStream decompress(InputStream in) throws IOException {
    return switch (this) {
      case NONE -> in;
      case GZIP -> new GunzipInputStream(in);
      case ZSTD -> {
        ZstdInputStreamNoFinalizer zstd = new ZstdInputStreamNoFinalizer(in);
        zstd.setLongMax(ZSTD_WINDOW_LOG);
        yield new Explained(zstd, "zstd");
      }
      case XZ -> {
        try {
          yield new Explained(new XZInputStream(in, XZ_MEMORY), "xz");
        } catch (IOException e) {
          throw Explained.explain(e, "xz");
        }
      }
      case BZIP2 -> {
        try {
          yield new Explained(
              new BZip2CompressorInputStream(new BufferedInputStream(in, INPUT_BUFFER), true),
              "bzip2");
        } catch (IOException e) {
          throw Explained.explain(e, "bzip2");
        }
      }
    };
  }

  /// A stream that compresses what is written to it; closing it ends the compressed form and closes
  /// `out`. Given the same bytes and level, the output is the same.
  ///
  /// @throws UnsupportedException for xz and bzip2, which are only read
  public OutputStream compress(OutputStream out, Level level) throws IOException {
    return switch (this) {
      case NONE -> out;
      case GZIP -> new GzipOutputStream(out, level.of(1, Deflater.DEFAULT_COMPRESSION, 9));
      case ZSTD ->
          new ZstdOutputStreamNoFinalizer(
              out, level.of(1, Zstd.defaultCompressionLevel(), 19)); // peers write no checksum
      case XZ, BZIP2 -> throw new UnsupportedException("compressing with " + extension);
    };
  }

  /// How hard to try.
  public sealed interface Level {
    /// Least work.
    Level FAST = new Named(0);

    /// What the format's own tools do unless told otherwise.
    Level USUAL = new Named(1);

    /// Least size within reason.
    Level BEST = new Named(2);

    private int of(int fast, int usual, int best) {
      return switch (this) {
        case Named(int rank) -> rank == 0 ? fast : rank == 1 ? usual : best;
        case Exactly(int number) -> number;
      };
    }

    /// One of the constants above.
    record Named(int rank) implements Level {}

    /// The format's own number: 0 to 9 for gzip, 1 to 22 for zstd.
    record Exactly(int number) implements Level {}
  }

  /// A stream and the compression it was found to have.
  public record Decompressed(Compression compression, InputStream content) {}

  /// A stream whose first bytes have been looked at.
  private static final class Rejoined extends SequenceInputStream {
    private final InputStream owner;

    Rejoined(byte[] head, InputStream rest, InputStream owner) {
      super(new java.io.ByteArrayInputStream(head), rest);
      this.owner = owner;
    }

    @Override
    public void close() throws IOException {
      owner.close();
    }
  }

  /// A library's stream whose complaints say what is broken.
  private static final class Explained extends FilterInputStream {
    private final String form;

    Explained(InputStream in, String form) {
      super(in);
      this.form = form;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        return super.read(bytes, offset, length);
      } catch (IOException e) {
        throw explain(e, form);
      }
    }

    static IOException explain(IOException e, String form) {
      boolean fromTheLibrary =
          e.getClass().getName().startsWith("com.github.luben.")
              || e.getClass().getName().startsWith("org.tukaani.")
              || (form.equals("bzip2") && e.getClass() == IOException.class);
      if (!fromTheLibrary) {
        return e;
      }
      if (String.valueOf(e.getMessage()).contains("Truncated")) {
        EOFException cut = new EOFException("the " + form + " stream is cut off");
        cut.initCause(e);
        return cut;
      }
      return new MalformedException(
          "broken " + form + " stream: " + e.getMessage(), MalformedException.UNKNOWN_POSITION, e);
    }
  }
}
