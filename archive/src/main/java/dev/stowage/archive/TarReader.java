package dev.stowage.archive;

import dev.stowage.model.Bytes;
import dev.stowage.model.MalformedException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// A tar archive read from its beginning, entry by entry.
///
/// Reads V7, ustar, pax, GNU and star headers and accepts what Podman's reader accepts: missing
/// blocks at the end, numbers in base 256, sparse files of all GNU forms, global headers that have
/// no effect. Errors name the offset in the archive; an archive that is cut off is an
/// [EOFException]. Memory is bounded by [#MAX_SPECIAL], however many entries there are.
///
/// One thread at a time. Whoever opens closes, which closes the stream.
public final class TarReader implements Closeable {
  /// The longest pax header, long name or sparse map, in bytes: the limit of Podman and libarchive.
  static final int MAX_SPECIAL = 1 << 20;

  /// How many headers may precede an entry; more than name, link name and records have no use.
  static final int MAX_SPECIALS = 64;

  /// How much may follow the end of an archive, in bytes: the blocks that programs fill up are some
  /// KiB long, seldom some MiB, and all of it is kept.
  static final long MAX_TRAILER = 64L << 20;

  private final Chunks chunks;
  private final RawBytes raw;
  private final TarBlock block = new TarBlock();
  private byte[] buffer = new byte[0];
  private int position;
  private int limit;
  private long before;
  private long remaining;
  private int padding;
  private RawBytes bodyWatcher = RawBytes.IGNORED;
  private Optional<TarEntry> current = Optional.empty();
  private boolean ended;

  /// Reads an archive that is not compressed.
  public TarReader(InputStream in) {
    this(StreamChunks.plain(in), RawBytes.IGNORED);
  }

  /// Reads an archive in a file that is not compressed. Contents nobody asks for are not read, so
  /// that to list an archive costs little however large it is. The file stays the caller's.
  ///
  /// @param start where in the file the archive begins
  public static TarReader of(FileChannel file, long start) {
    return new TarReader(new SeekableChunks(file, start), RawBytes.IGNORED);
  }

  TarReader(Chunks chunks, RawBytes raw) {
    this.chunks = chunks;
    this.raw = raw;
  }

  /// The next entry; empty at the end of the archive. What was not read of the last is skipped.
  public Optional<TarEntry> next() throws IOException {
    try {
      current = read();
    } catch (MalformedException e) {
      ended = true;
      throw e.position() != MalformedException.UNKNOWN_POSITION
          ? e
          : new MalformedException(
              e.getMessage() + ", before byte " + offset() + " of the archive", offset(), e);
    }
    return current;
  }

  private Optional<TarEntry> read() throws IOException {
    PaxRecords pax = PaxRecords.NONE;
    String longName = "";
    String longLink = "";
    for (int headers = 0; headers <= MAX_SPECIALS; headers++) {
      if (ended || !skipBody() || !readHeader()) {
        ended = true;
        return Optional.empty();
      }
      byte flag = block.flag();
      TarEntry header = block.entry();
      begin(flag, header.size());
      switch (flag) {
        case 'x' -> {
          byte[] records = special();
          pax = PaxRecords.parse(records, records.length);
        }
        case 'g' -> {
          byte[] records = special();
          return Optional.of(global(header, PaxRecords.parse(records, records.length)));
        }
        case 'L' -> longName = text(special());
        case 'K' -> longLink = text(special());
        default -> {
          return Optional.of(entry(header, pax, longName, longLink));
        }
      }
    }
    throw new MalformedException("more than " + MAX_SPECIALS + " headers before an entry");
  }

  private static String text(byte[] special) {
    return TarField.text(special, 0, special.length);
  }

  private TarEntry entry(TarEntry header, PaxRecords pax, String longName, String longLink)
      throws IOException {
    TarEntry merged = merge(header, pax);
    String name = longName.isEmpty() ? merged.name() : longName;
    String link = longLink.isEmpty() ? merged.linkName() : longLink;
    EntryKind kind = EntryKind.of(header.flag(), name);
    byte flag = header.flag() == 0 && kind == EntryKind.DIRECTORY ? (byte) '5' : header.flag();
    begin(flag, merged.size());
    long size = EntryKind.isHeaderOnly(flag) ? 0 : merged.size();
    Optional<SparseMap> sparse = Optional.empty();
    if (flag == 'S') {
      size = block.realSize();
      sparse = Optional.of(new SparseForms(this).old(block, size));
    } else if (SparseForms.isSparse(pax)) {
      name = pax.text("GNU.sparse.name", name);
      size = pax.number("GNU.sparse.size", pax.number("GNU.sparse.realsize", size));
      bodyWatcher = raw;
      sparse = Optional.of(new SparseForms(this).pax(pax, size));
    }
    if (sparse.isPresent()) {
      bodyWatcher = raw;
      if (EntryKind.isHeaderOnly(flag)) {
        throw new MalformedException("a sparse file that is no file: " + Shown.name(name));
      }
    }
    return new TarEntry(
        kind,
        flag,
        name,
        kind == EntryKind.HARD_LINK || kind == EntryKind.SYMBOLIC_LINK ? link : "",
        merged.mode(),
        merged.uid(),
        merged.gid(),
        size,
        merged.modified(),
        merged.accessed(),
        merged.device(),
        merged.attributes(),
        sparse);
  }

  private static TarEntry merge(TarEntry header, PaxRecords pax) throws MalformedException {
    if (pax == PaxRecords.NONE) {
      return header;
    }
    Optional<byte[]> modified = pax.value("mtime");
    Optional<byte[]> accessed = pax.value("atime");
    Optional<byte[]> changed = pax.value("ctime");
    if (changed.isPresent()) {
      TarField.time(changed.get());
    }
    Instant mtime = modified.isPresent() ? TarField.time(modified.get()) : header.modified();
    Optional<Instant> atime =
        accessed.isPresent() ? Optional.of(TarField.time(accessed.get())) : header.accessed();
    Map<String, Bytes> attributes = pax.attributes();
    return new TarEntry(
        header.kind(),
        header.flag(),
        pax.text("path", header.name()),
        pax.text("linkpath", header.linkName()),
        header.mode(),
        pax.number("uid", header.uid()),
        pax.number("gid", header.gid()),
        pax.number("size", header.size()),
        mtime,
        atime,
        header.device(),
        attributes,
        Optional.empty());
  }

  private static TarEntry global(TarEntry header, PaxRecords records) throws MalformedException {
    TarEntry merged = merge(header, records); // its values must be right, though they do not count
    return new TarEntry(
        EntryKind.GLOBAL_HEADER,
        header.flag(),
        merged.name(),
        "",
        header.mode(),
        0,
        0,
        0,
        Instant.EPOCH,
        Optional.empty(),
        header.device(),
        Map.of(),
        Optional.empty());
  }

  /// Prepares for the content after a header.
  private void begin(byte flag, long size) throws MalformedException {
    remaining = EntryKind.isHeaderOnly(flag) ? 0 : size;
    if (remaining < 0) {
      throw new MalformedException("a tar header states a negative size");
    }
    padding = (int) (-remaining & (TarBlock.SIZE - 1));
    bodyWatcher = RawBytes.IGNORED;
  }

  /// The content of a header that only describes the next one.
  private byte[] special() throws IOException {
    if (remaining > MAX_SPECIAL) {
      throw new MalformedException(
          "a tar header is followed by "
              + remaining
              + " bytes about the next, more than "
              + MAX_SPECIAL);
    }
    bodyWatcher = raw;
    byte[] content = new byte[(int) remaining];
    read(content, 0, content.length);
    return content;
  }

  /// Reads as many bytes of the content as asked for.
  void read(byte[] into, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int part = Math.min(available(), length - done);
      if (part == 0) {
        throw new MalformedException("the content of an entry is too short");
      }
      System.arraycopy(buffer, position, into, offset + done, part);
      advance(part);
      done += part;
    }
  }

  /// Reads the next block of the archive, which is not content of an entry, into the header block.
  void readExtension() throws IOException {
    if (!readBlock()) {
      throw cutOff();
    }
  }

  /// Skips the rest of the content and the padding; false if the archive ends in the padding.
  private boolean skipBody() throws IOException {
    bodyWatcher = raw;
    if (raw.equals(RawBytes.IGNORED)) {
      passOver();
    }
    for (int part = available(); part > 0; part = available()) {
      advance(part);
    }
    while (padding > 0) {
      if (position == limit && !fill()) {
        return false;
      }
      int part = Math.min(padding, limit - position);
      raw.accept(buffer, position, part);
      position += part;
      padding -= part;
    }
    return true;
  }

  /// Passes over the content beyond the bytes at hand where the chunks allow it.
  private void passOver() throws IOException {
    long beyond = remaining - (limit - position);
    beyond -= beyond % TarBlock.SIZE;
    if (beyond > 0) {
      long passed = chunks.skip(beyond);
      before += passed;
      remaining -= passed;
    }
  }

  /// Reads a header; false at the end: two blocks of zeros, or one or none and then nothing.
  private boolean readHeader() throws IOException {
    if (!readBlock()) {
      return false;
    }
    if (TarBlock.isZero(block.bytes(), 0)) {
      if (readBlock() && !TarBlock.isZero(block.bytes(), 0)) {
        throw new MalformedException("a block of zeros is followed by something else");
      }
      return false;
    }
    block.check();
    return true;
  }

  private boolean readBlock() throws IOException {
    if (position == limit && !fill()) {
      return false;
    }
    if (limit - position < TarBlock.SIZE) {
      throw cutOff();
    }
    raw.accept(buffer, position, TarBlock.SIZE);
    System.arraycopy(buffer, position, block.bytes(), 0, TarBlock.SIZE);
    position += TarBlock.SIZE;
    return true;
  }

  private boolean fill() throws IOException {
    before += limit;
    position = 0;
    limit = 0;
    if (!chunks.next()) {
      return false;
    }
    buffer = chunks.bytes();
    limit = chunks.length();
    return true;
  }

  private EOFException cutOff() {
    return new EOFException(
        "the archive is cut off after "
            + (before + limit)
            + " bytes, within "
            + current
                .map(entry -> "or after " + Shown.name(entry.name()))
                .orElse("its first entry"));
  }

  // The content of the current entry, as it is stored

  /// How many bytes of the content are at hand; 0 at its end.
  int available() throws IOException {
    if (remaining == 0) {
      return 0;
    }
    if (position == limit && !fill()) {
      throw cutOff();
    }
    return (int) Math.min(remaining, limit - position);
  }

  /// Where the bytes at hand are.
  byte[] array() {
    return buffer;
  }

  int arrayOffset() {
    return position;
  }

  /// Goes on behind bytes that were at hand.
  void advance(int count) throws IOException {
    bodyWatcher.accept(buffer, position, count);
    position += count;
    remaining -= count;
  }

  /// Lets the raw bytes have the content of the current entry too.
  void contentIsRaw() {
    bodyWatcher = raw;
  }

  /// How many bytes of content are not read yet.
  long remaining() {
    return remaining;
  }

  /// How many bytes of the archive have been read.
  public long offset() {
    return before + position;
  }

  /// The content of the current entry; holes read as zeros. Valid until the next entry; need not be
  /// closed.
  public InputStream content() {
    return current.flatMap(TarEntry::sparse).isPresent()
        ? new SparseInputStream(this, current.orElseThrow())
        : new Content();
  }

  /// Reads what follows the end of the archive, to the end of the stream.
  void drain() throws IOException {
    long end = offset();
    while (position < limit || fill()) {
      raw.accept(buffer, position, limit - position);
      position = limit;
      if (offset() - end > MAX_TRAILER) {
        throw new MalformedException(
            "the archive ends at byte "
                + end
                + " and more than "
                + MAX_TRAILER
                + " bytes follow; at most that many are kept",
            end,
            null);
      }
    }
  }

  @Override
  public void close() throws IOException {
    chunks.close();
  }

  private final class Content extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      int part = Math.min(length, TarReader.this.available());
      if (part == 0) {
        return -1;
      }
      System.arraycopy(buffer, position, bytes, offset, part);
      advance(part);
      return part;
    }
  }
}
