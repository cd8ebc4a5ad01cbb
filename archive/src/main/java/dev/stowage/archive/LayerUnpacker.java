package dev.stowage.archive;

import dev.stowage.linux.Directory;
import dev.stowage.linux.FileFacts;
import dev.stowage.linux.FileKind;
import dev.stowage.linux.FileWriter;
import dev.stowage.linux.KernelException;
import dev.stowage.model.MalformedException;
import dev.stowage.model.UnsupportedException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;

/// Turns the archive of a layer into a directory tree and a tar-split, in one pass.
///
/// The archive may be hostile: every name is resolved beneath the root by the kernel, absolute
/// names count from the root, names that climb out of it and whatever cannot be kept exactly is a
/// [MalformedException] that names the entry, what no layer has is an [UnsupportedException]. What
/// was made before a failure stays in the tree; it is the caller's to remove.
public final class LayerUnpacker {
  /// The most users, and the most groups, that own something in a layer: all of them are written
  /// into the record of the layer, which everybody reads with every look into the store.
  static final int MOST_OWNERS = 1 << 16;

  private final UnpackOptions options;
  private final Directory root;
  private final TarReader archive;
  private final TarSplitWriter split;
  private final TreeWriter tree;
  private final NameSet unpacked = new NameSet();
  private final Whiteouts whiteouts;
  private final Crc64 crc = new Crc64();
  private final SortedSet<Long> uids = new TreeSet<>();
  private final SortedSet<Long> gids = new TreeSet<>();
  private long lastUid = -1;
  private long lastGid = -1;
  private long contentSize;

  private LayerUnpacker(
      TarReader archive, TarSplitWriter split, Directory root, UnpackOptions options) {
    this.archive = archive;
    this.split = split;
    this.root = root;
    this.options = options;
    this.tree = new TreeWriter(root, options, new Changes());
    this.whiteouts = new Whiteouts(root, options, tree, unpacked);
  }

  /// Unpacks a layer.
  ///
  /// @param root an empty directory, or for [LayerForm#MERGED] one with the layers beneath; its own
  ///   owner and mode are the caller's business
  /// @param tarSplit receives the tar-split as it is stored; closed
  public static Unpacked unpack(
      PlainTar tar,
      Directory root,
      OutputStream tarSplit,
      UnpackOptions options,
      Supplier<Stages> stages)
      throws IOException {
    StreamChunks source = StreamChunks.digesting(tar, options.limit());
    LayerUnpacker unpacker;
    try (Chunks chunks = new PipelinedChunks(source, stages);
        TarSplitWriter split = new TarSplitWriter(tarSplit)) {
      unpacker = new LayerUnpacker(new TarReader(chunks, split), split, root, options);
      unpacker.run();
    }
    return new Unpacked(
        source.digest(), source.count(), unpacker.contentSize, unpacker.uids, unpacker.gids);
  }

  private void run() throws IOException {
    for (Optional<TarEntry> next = archive.next(); next.isPresent(); next = archive.next()) {
      TarEntry entry = next.get();
      try {
        place(entry);
      } catch (MalformedException e) {
        throw e.position() != MalformedException.UNKNOWN_POSITION
            ? e
            : new MalformedException(String.valueOf(e.getMessage()), archive.offset(), e);
      } catch (KernelException e) {
        throw e.refusal() == KernelException.Refusal.NOT_POSSIBLE
            ? new MalformedException(
                Shown.name(entry.name()) + " cannot be made: " + e.getReason(), archive.offset(), e)
            : e;
      } catch (NotDirectoryException | FileAlreadyExistsException | NoSuchFileException e) {
        throw new MalformedException(
            Shown.name(entry.name())
                + " is to be in something that is not a directory of the layer",
            archive.offset(),
            e);
      }
    }
    archive.drain();
    tree.finish();
  }

  private void place(TarEntry entry) throws IOException {
    String path = EntryPath.within(entry.name());
    collectOwner(entry);
    if (entry.kind() == EntryKind.GLOBAL_HEADER || whiteouts.apply(path, entry)) {
      archive.contentIsRaw();
      split.entry(entry.name(), path);
      return;
    }
    if (path.isEmpty() && entry.kind() != EntryKind.DIRECTORY) {
      throw new MalformedException("the archive has something else than a directory for its root");
    }
    switch (entry.kind()) {
      case REGULAR -> regular(path, entry);
      case DIRECTORY -> {
        if (!isUnnamedRoot(path, entry)) {
          tree.directory(path, entry);
        }
      }
      case SYMBOLIC_LINK -> tree.symbolicLink(path, entry);
      case HARD_LINK -> tree.hardLink(path, entry);
      case CHARACTER_DEVICE -> device(path, FileKind.CHARACTER_DEVICE, entry);
      case BLOCK_DEVICE -> device(path, FileKind.BLOCK_DEVICE, entry);
      case FIFO -> tree.node(path, FileKind.FIFO, entry);
      case GLOBAL_HEADER, OTHER ->
          throw new UnsupportedException(
              Shown.name(entry.name())
                  + " is of a type that layers do not have: "
                  + Shown.name(String.valueOf((char) (entry.flag() & 0xFF))));
    }
    if (options.form() == LayerForm.MERGED) {
      unpacked.add(path, false);
    }
    if (entry.kind() != EntryKind.REGULAR) {
      split.entry(entry.name(), path);
    }
  }

  /// `./` says nothing about the root of an overlay layer to Podman, while `/` does.
  private boolean isUnnamedRoot(String path, TarEntry entry) {
    return path.isEmpty() && options.form() != LayerForm.MERGED && !entry.name().startsWith("/");
  }

  private void device(String path, FileKind kind, TarEntry entry) throws IOException {
    if (options.privilege() == Privilege.FULL) {
      tree.node(path, kind, entry);
    } else {
      tree.vacate(path);
    }
  }

  private void regular(String path, TarEntry entry) throws IOException {
    if (entry.size() > options.limit() - contentSize) {
      throw new MalformedException(
          "with "
              + Shown.name(entry.name())
              + " the files of the archive exceed the limit of "
              + options.limit()
              + " bytes");
    }
    contentSize += entry.size();
    try (FileWriter file = tree.begin(path, entry.mode())) {
      crc.reset();
      if (entry.sparse().isPresent()) {
        sparse(file, entry.sparse().get(), entry.size());
      } else {
        for (int part = archive.available(); part > 0; part = archive.available()) {
          crc.update(archive.array(), archive.arrayOffset(), part);
          file.write(archive.array(), archive.arrayOffset(), part);
          archive.advance(part);
        }
      }
      tree.finish(file, entry);
    }
    if (entry.sparse().isPresent() || entry.size() == 0) {
      split.entry(entry.name(), path);
    } else {
      split.file(entry.name(), path, entry.size(), crc.bytes());
    }
  }

  private void sparse(FileWriter file, SparseMap map, long size) throws IOException {
    long position = 0;
    for (int region = 0; region < map.count(); region++) {
      file.hole(map.offset(region) - position);
      long left = map.length(region);
      position = map.offset(region) + left;
      while (left > 0) {
        int part = (int) Math.min(archive.available(), left);
        file.write(archive.array(), archive.arrayOffset(), part);
        archive.advance(part);
        left -= part;
      }
    }
    file.hole(size - position);
  }

  private void collectOwner(TarEntry entry) throws MalformedException {
    if (entry.uid() == lastUid && entry.gid() == lastGid) {
      return;
    }
    String name = entry.name();
    if (!Whiteouts.isMark(name.endsWith("/") ? name.substring(0, name.length() - 1) : name)) {
      lastUid = entry.uid();
      lastGid = entry.gid();
      uids.add(lastUid & 0xFFFF_FFFFL);
      gids.add(lastGid & 0xFFFF_FFFFL);
      if (uids.size() > MOST_OWNERS || gids.size() > MOST_OWNERS) {
        throw new MalformedException(
            "the files of the archive belong to more than "
                + MOST_OWNERS
                + " users or groups; at most that many are recorded");
      }
    }
  }

  private final class Changes implements TreeWriter.Listener {
    @Override
    public void implied(String path) {
      if (options.form() == LayerForm.MERGED) {
        unpacked.add(path, false);
      }
    }

    @Override
    public void replacing(String path, FileFacts facts) throws IOException {
      if (options.form() != LayerForm.MERGED && facts.isDirectory() && !root.list(path).isEmpty()) {
        throw new MalformedException(
            "the archive first has a directory with content at "
                + Shown.name(path)
                + " and then something else; a layer that replaces content of its own cannot be"
                + " kept");
      }
    }
  }
}
