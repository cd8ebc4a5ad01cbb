package dev.stowage.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// The content of a sparse file with zeros for its holes.
final class SparseInputStream extends InputStream {
  private final TarReader reader;
  private final SparseMap map;
  private final long size;
  private int region;
  private long position;

  SparseInputStream(TarReader reader, TarEntry entry) {
    this.reader = reader;
    this.map = entry.sparse().orElseThrow();
    this.size = entry.size();
  }

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
    while (region < map.count() && position == map.offset(region) + map.length(region)) {
      region++;
    }
    if (position == size) {
      return -1;
    }
    long nextData = region < map.count() ? map.offset(region) : size;
    int part;
    if (position < nextData) {
      part = (int) Math.min(length, nextData - position);
      Arrays.fill(bytes, offset, offset + part, (byte) 0);
    } else {
      long left = nextData + map.length(region) - position;
      part = (int) Math.min(Math.min(length, left), reader.available());
      reader.read(bytes, offset, part);
    }
    position += part;
    return part;
  }
}
