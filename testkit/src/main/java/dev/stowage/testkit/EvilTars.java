package dev.stowage.testkit;

import dev.stowage.model.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/// Archives that were made to do harm: to write where they may not, to fill the memory or the disk,
/// to be misread.
public final class EvilTars {
  private static final int MEMBER = 64 << 20;
  private static final byte[] ZEROS = gzip(new byte[MEMBER]);

  private EvilTars() {}

  /// Archives that try to leave the layer or are broken, by what is wrong with them. No reader can
  /// take one of them in.
  ///
  /// @param outside an absolute path of an existing file that nobody may write to
  public static Map<String, Bytes> refused(String outside) {
    Map<String, Bytes> all = new LinkedHashMap<>();
    all.put("a name with ..", new RawTar().file("../../../../evil", "x").end());
    all.put("a name with .. in its middle", new RawTar().file("a/../../evil", "x").end());
    all.put("an absolute name with ..", new RawTar().file("/../evil", "x").end());
    all.put("a pax name with ..", new RawTar().pax("path=../../evil").file("harmless", "x").end());
    all.put(
        "a long name with ..",
        new RawTar()
            .header("././@LongLink", 'L', "", 8)
            .content(ascii("../evil\0"))
            .file("h", "x")
            .end());
    all.put(
        "written through a link",
        new RawTar()
            .symbolicLink("out", outside.substring(0, outside.lastIndexOf('/')))
            .file("out/" + outside.substring(outside.lastIndexOf('/') + 1), "overwritten")
            .end());
    all.put(
        "a directory swapped for a link",
        new RawTar()
            .directory("d")
            .file("d/one", "1")
            .symbolicLink("d", "/etc")
            .file("d/two", "2")
            .end());
    all.put(
        "a file over a link",
        new RawTar().symbolicLink("f", outside).file("f", "overwritten").file("f", "more").end());
    all.put("a hard link with ..", new RawTar().hardLink("h", "../../../../etc/passwd").end());
    all.put("a hard link outside", new RawTar().hardLink("h", outside).end());
    all.put(
        "a hard link through a link",
        new RawTar()
            .symbolicLink("out", outside.substring(0, outside.lastIndexOf('/')))
            .hardLink("h", "out/" + outside.substring(outside.lastIndexOf('/') + 1))
            .end());
    all.put("a hard link to itself", new RawTar().hardLink("h", "h").end());
    all.put("a link to itself", new RawTar().symbolicLink("l", "l").file("l/x", "1").end());
    all.put("a root that is a file", new RawTar().file("./", "").file("/", "x").end());
    all.put(
        "a name of 256 bytes", new RawTar().pax("path=" + "n".repeat(256)).file("h", "x").end());
    all.put(
        "a path of 8000 bytes",
        new RawTar().pax("path=" + "n/".repeat(4000) + "x").file("h", "x").end());
    all.put(
        "a link to 5000 bytes",
        new RawTar().pax("linkpath=" + "n/".repeat(2500)).symbolicLink("h", "x").end());
    all.put("a NUL in a name", new RawTar().pax("path=a\0b").file("h", "x").end());
    all.put("a NUL in a link", new RawTar().pax("linkpath=a\0b").symbolicLink("h", "x").end());
    all.put("an empty name", new RawTar().pax("path=/.//").file("h", "x").end());
    all.put("a negative size", new RawTar().header("f", '0', "", -1).end());
    all.put("a negative pax size", new RawTar().pax("size=-1").file("f", "x").end());
    all.put(
        "a size beyond all bounds",
        new RawTar().pax("size=9223372036854775807").file("f", "x").end());
    all.put(
        "a pax size of 100 digits",
        new RawTar().pax("size=" + "9".repeat(100)).file("f", "x").end());
    all.put("a user of 2^32", new RawTar().pax("uid=4294967296").file("f", "x").end());
    all.put("a user of 2^62", new RawTar().header("f", '0', "", 0, 1L << 62).end());
    all.put("a negative user", new RawTar().pax("uid=-5").file("f", "x").end());
    all.put(
        "an attribute of 100,000 bytes",
        new RawTar().pax("SCHILY.xattr.user.big=" + "v".repeat(100_000)).file("f", "x").end());
    all.put(
        "an attribute with a long name",
        new RawTar().pax("SCHILY.xattr.user." + "n".repeat(300) + "=v").file("f", "x").end());
    all.put(
        "an attribute of no kind",
        new RawTar().pax("SCHILY.xattr.security.capability=v").file("f", "x").end());
    String[] attributes = new String[5_000];
    for (int i = 0; i < attributes.length; i++) {
      attributes[i] = "SCHILY.xattr.user.a" + i + "=v";
    }
    all.put("5,000 attributes", new RawTar().pax(attributes).file("f", "x").end());
    all.put(
        "a pax record without length",
        new RawTar().header("p", 'x', "", 5).content(ascii("a=b\nc")).file("f", "x").end());
    all.put(
        "a pax record that is too long",
        new RawTar().header("p", 'x', "", 8).content(ascii("99 a=bc\n")).file("f", "x").end());
    all.put("a huge pax header", new RawTar().header("p", 'x', "", 1L << 40).end());
    all.put("a huge long name", new RawTar().header("p", 'L', "", 1L << 40).end());
    RawTar endless = new RawTar();
    for (int i = 0; i < 1_000; i++) {
      endless.pax("path=again");
    }
    all.put("headers about headers", endless.file("f", "x").end());
    all.put("a wrong checksum", broken(new RawTar().file("f", "x").end(), 150));
    all.put("a type that there is not", new RawTar().header("f", 'Q', "", 0).end());
    all.put(
        "something after the end's first block",
        new RawTar().raw(new byte[512]).file("f", "x").end());
    all.put("the same file twice", new RawTar().file("f", "one").file("f", "two").end());
    all.put("regions that overlap", sparse("GNU.sparse.map=0,1,0,1", 2, "ab"));
    all.put("regions beyond the end", sparse("GNU.sparse.map=9223372036854775807,1", 1, "a"));
    all.put("regions without end", sparse("GNU.sparse.map=-1,-1", 1, "a"));
    all.put("cut off in a header", cut(new RawTar().file("f", "x".repeat(3000)).end(), 300));
    all.put("cut off in a file", cut(new RawTar().file("f", "x".repeat(3000)).end(), 1024));
    all.put("no archive", Bytes.copyOf(ascii("This is no archive. ".repeat(100))));
    all.put("a web page", Bytes.copyOf(ascii("<!DOCTYPE html>" + " ".repeat(2000))));
    return all;
  }

  private static Bytes sparse(String map, int size, String data) {
    return new RawTar()
        .pax(
            "GNU.sparse.major=0",
            "GNU.sparse.minor=1",
            "GNU.sparse.size=" + size,
            "GNU.sparse.numblocks="
                + map.chars().filter(c -> c == ',').count() / 2
                + (map.contains(",") ? 1 : 0),
            map)
        .file("f", data)
        .end();
  }

  private static Bytes broken(Bytes tar, int at) {
    byte[] bytes = tar.toArray();
    bytes[at] ^= 1;
    return Bytes.copyOf(bytes);
  }

  private static Bytes cut(Bytes tar, int length) {
    return Bytes.copyOf(java.util.Arrays.copyOf(tar.toArray(), length));
  }

  /// Odd archives that are not wrong: they have to arrive, within the layer and byte by byte.
  public static Map<String, Bytes> taken() {
    Map<String, Bytes> all = new LinkedHashMap<>();
    all.put("an absolute name", new RawTar().file("/etc/motd", "x").end());
    all.put(".. within the layer", new RawTar().directory("a").file("a/../b", "x").end());
    all.put(
        "an absolute link followed",
        new RawTar().directory("d").symbolicLink("l", "/d").file("l/f", "x").end());
    all.put(
        "a link that climbs, followed",
        new RawTar().directory("d").symbolicLink("l", "../../../d").file("l/f", "x").end());
    all.put("newlines and controls", new RawTar().file("a\nb\t\u0007\u001b[31m", "x").end());
    all.put("a name that is not UTF-8", new RawTar().file("\u00e4\u00ff\u0080", "x").end());
    all.put(
        "pax keys given twice",
        new RawTar().pax("path=first", "path=second", "mtime=1", "mtime=2").file("h", "x").end());
    all.put(
        "the user 2^32-2",
        new RawTar().pax("uid=4294967294", "gid=4294967294").file("f", "x").end());
    all.put(
        "times beyond all bounds",
        new RawTar().pax("mtime=99999999999999.5", "atime=-99999999999").file("f", "x").end());
    return all;
  }

  /// A file of GNU's old sparse form that is one hole.
  public static Bytes gnuSparse(long size) {
    return new RawTar().gnuSparse("hole", size).end();
  }

  /// A file of the pax sparse form 1.0 that is one hole with a byte of data at its end.
  public static Bytes paxSparse(long size) {
    return new RawTar()
        .pax(
            "GNU.sparse.major=1",
            "GNU.sparse.minor=0",
            "GNU.sparse.name=hole",
            "GNU.sparse.realsize=" + size)
        .header("GNUSparseFile.0/hole", '0', "", 513)
        .content(
            ascii(
                "1\n"
                    + (size - 1)
                    + "\n1\n"
                    + "\0".repeat(512 - 5 - Long.toString(size - 1).length())
                    + "x"))
        .end();
  }

  /// Directories within directories, deeper than any path can name, entered through links.
  ///
  /// @param depth how many, a multiple of 1,000
  public static Bytes nested(int depth) {
    RawTar tar = new RawTar();
    String down = "d/".repeat(1000);
    String start = "";
    for (int done = 0; done < depth; done += 1000) {
      tar.pax("path=" + start + down).header("d", '5', "", 0);
      String link = "l" + done;
      // A link's target is resolved from the link's own place; each leads on from the last.
      tar.pax("linkpath=" + start + down.substring(0, down.length() - 1)).symbolicLink(link, "x");
      start = link + "/";
    }
    return tar.file(start + "bottom", "x").end();
  }

  /// An archive of so many entries, made while it is read.
  public static InputStream many(long count, Entry entry) {
    return new Generated(count, entry);
  }

  /// What the n-th entry of an archive is.
  @FunctionalInterface
  public interface Entry {
    /// Adds it; what it leaves in the archive must be whole blocks.
    void add(RawTar tar, long number);
  }

  private static final class Generated extends InputStream {
    private static final int BATCH = 256;

    private final long count;
    private final Entry entry;
    private long number;
    private byte[] batch = new byte[0];
    private int position;
    private boolean ended;

    Generated(long count, Entry entry) {
      this.count = count;
      this.entry = entry;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      if (position == batch.length && !fill()) {
        return -1;
      }
      int got = Math.min(length, batch.length - position);
      System.arraycopy(batch, position, bytes, offset, got);
      position += got;
      return got;
    }

    private boolean fill() {
      if (ended) {
        return false;
      }
      RawTar tar = new RawTar();
      for (int i = 0; i < BATCH && number < count; i++) {
        entry.add(tar, number++);
      }
      ended = number == count;
      batch = (ended ? tar.end() : tar.bytes()).toArray();
      position = 0;
      return true;
    }
  }

  /// A beginning, then as many zeros as said, packed by gzip to a thousandth of that: it takes
  /// moments to make and minutes to unpack.
  ///
  /// @param zeros rounded up to 64 MiB
  public static Bytes gzipBomb(Bytes beginning, long zeros) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(gzip(beginning.toArray()));
    for (long done = 0; done < zeros; done += MEMBER) {
      out.writeBytes(ZEROS);
    }
    return Bytes.copyOf(out.toByteArray());
  }

  private static byte[] gzip(byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream packed = new GZIPOutputStream(out)) {
      packed.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
  }
}
