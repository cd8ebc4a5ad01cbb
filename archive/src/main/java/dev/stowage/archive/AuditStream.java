package dev.stowage.archive;

import dev.stowage.linux.Directory;
import dev.stowage.linux.FileReader;
import dev.stowage.model.Bytes;
import dev.stowage.model.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The archive that a tar-split describes, for a look at all of it: where a file of the tree
/// differs it goes on with zeros for what is not there, and keeps in mind what it found.
///
/// Unlike [TarSplitAssembler], whose readers must never see a wrong byte.
final class AuditStream extends InputStream {
  private final TarSplitReader split;
  private final Directory tree;
  private final AuditOptions.Depth depth;
  private final Crc64 crc = new Crc64();
  private final Map<String, String> differing = new LinkedHashMap<>();
  private byte[] segment = new byte[0];
  private int segmentPosition;
  private @Nullable FileReader file;
  private String path = "";
  private long wantedCrc;
  private long left;
  private boolean cut;
  private boolean exact = true;
  private boolean ended;
  private long count;

  AuditStream(TarSplitReader split, Directory tree, AuditOptions.Depth depth) {
    this.split = split;
    this.tree = tree;
    this.depth = depth;
  }

  /// How many bytes of the archive have gone by.
  long count() {
    return count;
  }

  /// The files that have another content than the archive, and how.
  Map<String, String> differing() {
    return differing;
  }

  /// Forgets what was found of a name, because the archive has it once more. The archive cannot be
  /// made again then, as the tree has the last of them only.
  void forget(String name) {
    if (differing.remove(name) != null) {
      exact = false;
    }
  }

  /// Whether what went by is the archive, as far as no file differs.
  boolean exact() {
    return exact;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int part = 0;
      if (segmentPosition < segment.length) {
        part = Math.min(length - done, segment.length - segmentPosition);
        System.arraycopy(segment, segmentPosition, bytes, offset + done, part);
        segmentPosition += part;
      } else if (left > 0) {
        part = content(bytes, offset + done, (int) Math.min(left, length - done));
      } else if (!nextItem()) {
        break;
      }
      done += part;
    }
    count += done;
    return done == 0 && length > 0 ? -1 : done;
  }

  private int content(byte[] bytes, int offset, int length) {
    int part = 0;
    FileReader open = file;
    if (open != null && !cut) {
      try {
        part = open.read(bytes, offset, length);
        if (part < 0) {
          differing.putIfAbsent(path, "is " + left + " bytes shorter than in the layer");
        }
      } catch (IOException e) {
        part = -1;
        differing.putIfAbsent(path, "cannot be read: " + e.getMessage());
      }
      cut = part < 0;
    }
    if (part <= 0) {
      java.util.Arrays.fill(bytes, offset, offset + length, (byte) 0);
      part = length;
    } else {
      crc.update(bytes, offset, part);
    }
    left -= part;
    if (left == 0) {
      finish();
    }
    return part;
  }

  private void finish() {
    FileReader open = file;
    file = null;
    if (open == null) {
      return;
    }
    try (open) {
      if (cut) {
        return;
      }
      if (open.read() >= 0) {
        differing.putIfAbsent(path, "is longer than in the layer");
      } else if (crc.value() != wantedCrc) {
        differing.putIfAbsent(path, "has another content than in the layer");
      }
    } catch (IOException e) {
      differing.putIfAbsent(path, "cannot be read: " + e.getMessage());
    }
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
        && next.crc() != TarSplitAssembler.OF_NOTHING) {
      begin(next);
    }
    return true;
  }

  private void begin(TarSplitReader.FileContent next) throws MalformedException {
    path = EntryPath.within(next.name());
    forget(path);
    left = next.size();
    wantedCrc = next.crc();
    cut = false;
    crc.reset();
    if (depth == AuditOptions.Depth.CONTENTS) {
      try {
        file = tree.openFile(path);
      } catch (IOException e) {
        differing.putIfAbsent(path, "cannot be read: " + e.getMessage());
      }
    }
  }

  @Override
  public void close() throws IOException {
    ended = true;
    FileReader open = file;
    file = null;
    try (split) {
      if (open != null) {
        open.close();
      }
    }
  }
}
