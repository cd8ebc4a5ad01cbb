package dev.stowage.archive;

import dev.stowage.linux.Directory;
import dev.stowage.linux.FileReader;
import dev.stowage.model.Bytes;
import dev.stowage.model.CorruptException;
import dev.stowage.model.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The bytes of the archive that a tree was unpacked from, made again from its tar-split.
///
/// Every file is checked against its CRC-64 before its last bytes are handed on; one that is
/// missing, too short, too long or different is a [CorruptException] that names it. Closing this
/// closes the tar-split and leaves the trees open.
public final class TarSplitAssembler extends InputStream {
  /// What Podman writes for a link or directory whose header states a size although it has no
  /// content.
  static final long OF_NOTHING = 0;

  private final TarSplitReader split;
  private final List<Directory> trees;
  private final Crc64 crc = new Crc64();
  private byte[] segment = new byte[0];
  private int segmentPosition;
  private @Nullable FileReader file;
  private TarSplitReader.FileContent content = new TarSplitReader.FileContent("", 0, OF_NOTHING);
  private String place = "";
  private long fileLeft;
  private boolean ended;

  /// @param split the tar-split as it is stored
  /// @param trees where the files are: the layer's own tree and then those beneath it
  public TarSplitAssembler(InputStream split, List<Directory> trees) {
    this.split = new TarSplitReader(split);
    this.trees = List.copyOf(trees);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  /// Reads until `length` bytes are there or the archive ends.
  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int part =
          segmentPosition < segment.length
              ? readSegment(bytes, offset + done, length - done)
              : file != null ? readFile(file, bytes, offset + done, length - done) : 0;
      done += part;
      if (part == 0 && !nextItem()) {
        return done == 0 && length > 0 ? -1 : done;
      }
    }
    return done;
  }

  private int readSegment(byte[] bytes, int offset, int length) {
    int part = Math.min(length, segment.length - segmentPosition);
    System.arraycopy(segment, segmentPosition, bytes, offset, part);
    segmentPosition += part;
    return part;
  }

  private int readFile(FileReader from, byte[] bytes, int offset, int length) throws IOException {
    int part = from.read(bytes, offset, (int) Math.min(length, fileLeft));
    if (part < 0) {
      throw differs("is " + fileLeft + " bytes shorter than in the layer");
    }
    crc.update(bytes, offset, part);
    fileLeft -= part;
    if (fileLeft == 0) {
      if (from.read() >= 0) {
        throw differs("is longer than in the layer");
      }
      if (crc.value() != content.crc()) {
        throw differs(
            "has another content than in the layer (CRC-64 "
                + HexFormat.of().toHexDigits(crc.value())
                + " instead of "
                + HexFormat.of().toHexDigits(content.crc())
                + ")");
      }
      closeFile();
    }
    return part;
  }

  private boolean nextItem() throws IOException {
    if (ended) {
      return false;
    }
    Optional<TarSplitReader.Item> item = split.next();
    if (item.isEmpty()) {
      ended = true;
      return false;
    }
    if (item.get() instanceof TarSplitReader.Segment(Bytes raw)) {
      segment = raw.toArray();
      segmentPosition = 0;
    } else if (item.get() instanceof TarSplitReader.FileContent next
        && next.size() > 0
        && next.crc() != OF_NOTHING) {
      content = next;
      fileLeft = next.size();
      crc.reset();
      file = open(next.name());
    }
    return true;
  }

  private FileReader open(String name) throws IOException {
    String path;
    try {
      path = EntryPath.within(name);
    } catch (MalformedException e) {
      place = name;
      throw differs("is outside of the layer");
    }
    place = path;
    for (Directory tree : trees) {
      if (tree.facts(path).isPresent()) {
        return openFile(tree, path);
      }
    }
    throw differs("is missing");
  }

  private FileReader openFile(Directory tree, String path) throws IOException {
    if (tree.facts(path).filter(facts -> facts.isRegular()).isEmpty()) {
      throw differs("is not a regular file");
    }
    return tree.openFile(path);
  }

  private CorruptException differs(String finding) {
    String root = trees.isEmpty() ? "" : trees.getFirst().toString();
    return new CorruptException(Path.of(root), "the file " + Shown.name(place) + " " + finding);
  }

  private void closeFile() throws IOException {
    FileReader open = file;
    file = null;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void close() throws IOException {
    ended = true;
    segment = new byte[0];
    try {
      closeFile();
    } finally {
      split.close();
    }
  }
}
