package dev.stowage.store;

import dev.stowage.linux.DeviceNumber;
import dev.stowage.linux.Directory;
import dev.stowage.linux.DirectoryEntry;
import dev.stowage.linux.FileFacts;
import dev.stowage.linux.FileKind;
import dev.stowage.linux.FileReader;
import dev.stowage.linux.FileWriter;
import dev.stowage.model.Bytes;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// A copy of a directory tree with the owners, modes, times, extended attributes and hard links of
/// everything in it.
final class TreeCopy {
  private static final int BUFFER = 1 << 20;

  private final Directory from;
  private final Directory to;
  private final byte[] buffer = new byte[BUFFER];
  private final Map<Long, String> linked = new HashMap<>();

  TreeCopy(Directory from, Directory to) {
    this.from = from;
    this.to = to;
  }

  /// Copies everything into the other directory, which is empty.
  void copy() throws IOException {
    Optional<FileFacts> root = from.facts("");
    copyChildren("");
    if (root.isPresent()) {
      dress("", root.get());
    }
  }

  private void copyChildren(String directory) throws IOException {
    for (DirectoryEntry entry : from.list(directory)) {
      String path = directory.isEmpty() ? entry.name() : directory + "/" + entry.name();
      Optional<FileFacts> facts = from.facts(path);
      if (facts.isPresent()) {
        copy(path, facts.get());
      }
    }
  }

  private void copy(String path, FileFacts facts) throws IOException {
    if (!facts.isDirectory() && facts.links() > 1) {
      String first = linked.putIfAbsent(facts.inode(), path);
      if (first != null) {
        to.hardLink(path, first);
        return;
      }
    }
    switch (facts.kind()) {
      case DIRECTORY -> {
        to.makeDirectory(path);
        copyChildren(path);
      }
      case REGULAR -> copyFile(path);
      case SYMBOLIC_LINK -> to.symbolicLink(path, from.readLink(path));
      case CHARACTER_DEVICE, BLOCK_DEVICE -> to.makeNode(path, facts.kind(), facts.node());
      case FIFO, SOCKET -> to.makeNode(path, facts.kind(), new DeviceNumber(0, 0));
    }
    dress(path, facts);
  }

  private void copyFile(String path) throws IOException {
    try (FileReader source = from.openFile(path);
        FileWriter copy = to.createFile(path)) {
      long size = source.facts().size();
      long position = 0;
      while (position < size) { // holes stay holes: a layer can have one of terabytes
        long data = source.nextData(position);
        copy.hole(data - position);
        position = source.nextHole(data);
        copyData(source, data, position, copy);
      }
    }
  }

  private void copyData(FileReader source, long from, long end, FileWriter copy)
      throws IOException {
    source.seek(from);
    long left = end - from;
    while (left > 0) {
      int count = source.read(buffer, 0, (int) Math.min(BUFFER, left));
      if (count < 0) {
        return;
      }
      copy.write(buffer, 0, count);
      left -= count;
    }
  }

  private void dress(String path, FileFacts facts) throws IOException {
    to.setOwner(path, facts.owner());
    if (facts.kind() != FileKind.SYMBOLIC_LINK) {
      to.setMode(path, facts.mode());
    }
    for (String name : from.attributeNames(path)) {
      Optional<Bytes> value = from.attribute(path, name);
      if (value.isPresent()) {
        to.setAttribute(path, name, value.get());
      }
    }
    to.setTimes(path, facts.modified(), facts.modified());
  }
}
