package dev.stowage.archive;

import dev.stowage.linux.Isal;
import dev.stowage.linux.IsalDeflater;
import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.zip.Deflater;

/// A maker of deflate streams (RFC 1951) block by block: the JDK's zlib, or [Isal] on machines that
/// have it.
///
/// @param level of zlib; 0 for ISA-L
record Deflation(int level) {
  /// How much one block holds, in bytes.
  static final int BLOCK = IsalDeflater.LARGEST_BLOCK;

  /// A layer of a Debian image becomes as large as it does in Podman's hands.
  private static final int USUAL = 1;

  private static final int ISAL = 0;

  private static final int ROOM = 64 * 1024;

  /// Makers at rest. There are never more than have been at work at once.
  private static final ConcurrentLinkedQueue<IsalDeflater> IDLE = new ConcurrentLinkedQueue<>();

  private static final ConcurrentMap<Deflation, String> FINGERPRINTS = new ConcurrentHashMap<>();

  static Deflation of(OptionalInt level) {
    if (level.isPresent() && level.getAsInt() > 0) {
      return new Deflation(Math.min(level.getAsInt(), Deflater.BEST_COMPRESSION));
    }
    return isal() ? new Deflation(ISAL) : new Deflation(USUAL);
  }

  static Optional<Deflation> following(String recipe) {
    for (int level = 0; level <= Deflater.BEST_COMPRESSION; level++) {
      Deflation deflation = new Deflation(level);
      if (recipe.startsWith(deflation.name())
          && (level != ISAL || isal())
          && recipe.equals(deflation.recipe())) {
        return Optional.of(deflation);
      }
    }
    return Optional.empty();
  }

  private static boolean isal() {
    Optional<Isal> here = Isal.here();
    return here.isPresent() && here.get().deflates();
  }

  private String name() {
    return level == ISAL ? "gzip/isal/" : "gzip/zlib" + level + "/";
  }

  /// The maker, and a digest of what it makes of a sample, since makers of the same name differ.
  String recipe() {
    return name() + FINGERPRINTS.computeIfAbsent(this, Deflation::fingerprint);
  }

  private static String fingerprint(Deflation deflation) {
    byte[] sample = Sample.bytes();
    Block block = new Block();
    System.arraycopy(sample, 0, block.content, 0, sample.length);
    block.length = sample.length;
    deflation.encode(Block.FIRST, block);
    byte[] made = Arrays.copyOf(block.made, block.madeLength);
    return Digest.of(Bytes.owning(made)).hex().substring(0, 16);
  }

  /// A block of a stream, and what becomes of it. The arrays are used again for later blocks.
  static final class Block {
    /// What lies before the first block.
    static final Block FIRST = new Block(0);

    final byte[] content;
    int length;
    byte[] made = {};
    int madeLength;

    Block() {
      this(BLOCK);
    }

    private Block(int size) {
      content = new byte[size];
    }

    private void makeRoom(int wanted) {
      if (made.length < wanted) {
        made = Arrays.copyOf(made, Math.max(wanted, made.length + made.length / 2));
      }
    }
  }

  /// Encodes a block that is not the last one, up to a byte's end.
  ///
  /// @param before the block before, whose end may be referred to
  void encode(Block before, Block block) {
    if (level == ISAL) {
      IsalDeflater idle = IDLE.poll();
      IsalDeflater deflater = idle == null ? Isal.here().orElseThrow().deflater() : idle;
      boolean sound = false;
      try {
        block.madeLength =
            deflater.encode(before.content, before.length, block.content, block.length);
        block.makeRoom(block.madeLength);
        deflater.take(block.made, block.madeLength);
        sound = true;
      } finally {
        if (sound) {
          IDLE.add(deflater);
        } else {
          deflater.close();
        }
      }
      return;
    }
    try (Deflater deflater = new Deflater(level, true)) {
      int known = Math.min(before.length, IsalDeflater.WINDOW);
      if (known > 0) {
        deflater.setDictionary(before.content, before.length - known, known);
      }
      deflater.setInput(block.content, 0, block.length);
      block.makeRoom(block.length / 2 + ROOM);
      block.madeLength = 0;
      while (true) {
        int room = block.made.length - block.madeLength;
        int count = deflater.deflate(block.made, block.madeLength, room, Deflater.SYNC_FLUSH);
        block.madeLength += count;
        if (count < room) {
          return;
        }
        block.makeRoom(block.made.length + ROOM);
      }
    }
  }
}
