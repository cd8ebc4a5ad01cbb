package dev.stowage.archive;

import dev.stowage.linux.Isal;
import dev.stowage.linux.IsalDeflater;
import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import java.io.ByteArrayOutputStream;
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

  /// Makers at rest. There are never more than have been at work at once.
  private static final ConcurrentLinkedQueue<IsalDeflater> IDLE = new ConcurrentLinkedQueue<>();

  private static final ConcurrentMap<Deflation, String> FINGERPRINTS = new ConcurrentHashMap<>();

  static Deflation of(OptionalInt level) {
    if (level.isPresent() && level.getAsInt() > 0) {
      return new Deflation(Math.min(level.getAsInt(), Deflater.BEST_COMPRESSION));
    }
    return Isal.here().isPresent() ? new Deflation(ISAL) : new Deflation(USUAL);
  }

  static Optional<Deflation> following(String recipe) {
    for (int level = 0; level <= Deflater.BEST_COMPRESSION; level++) {
      Deflation deflation = new Deflation(level);
      if (recipe.startsWith(deflation.name())
          && (level != ISAL || Isal.here().isPresent())
          && recipe.equals(deflation.recipe())) {
        return Optional.of(deflation);
      }
    }
    return Optional.empty();
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
    byte[] made = deflation.block(sample, 0, sample, sample.length);
    return Digest.of(Bytes.owning(made)).hex().substring(0, 16);
  }

  /// Encodes a block that is not the last one, up to a byte's end.
  byte[] block(byte[] before, int beforeLength, byte[] content, int length) {
    if (level == ISAL) {
      IsalDeflater idle = IDLE.poll();
      IsalDeflater deflater = idle == null ? Isal.here().orElseThrow().deflater() : idle;
      byte[] made = deflater.block(before, beforeLength, content, length);
      IDLE.add(deflater);
      return made;
    }
    try (Deflater deflater = new Deflater(level, true)) {
      int known = Math.min(beforeLength, IsalDeflater.WINDOW);
      if (known > 0) {
        deflater.setDictionary(before, beforeLength - known, known);
      }
      deflater.setInput(content, 0, length);
      ByteArrayOutputStream made = new ByteArrayOutputStream(length / 2 + 64);
      byte[] buffer = new byte[64 * 1024];
      int count;
      do {
        count = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
        made.write(buffer, 0, count);
      } while (count == buffer.length);
      return made.toByteArray();
    }
  }
}
