package dev.stowage.registry;

import dev.stowage.model.Digest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// The bytes of an upload that are read and not yet safe at the registry: what may have to be sent
/// again. It slides over the content, which is read once.
final class UploadWindow {
  private static final int BLOCK = 256 * 1024;

  private final InputStream content;
  private final Optional<MessageDigest> computation;

  /// What it holds, without the bytes that are released of the first block. Blocks go round.
  private final List<byte[]> blocks = new ArrayList<>();

  private final Deque<byte[]> spare = new ArrayDeque<>();
  private int released;
  private long start;
  private int length;
  private boolean ended;

  /// Where the digest of the content comes from.
  enum Name {
    /// From elsewhere; the registry judges whether it is right, and so does whoever reads a source.
    KNOWN,
    /// From the content, on its way.
    COMPUTED
  }

  UploadWindow(InputStream content, Name name) {
    this.content = content;
    this.computation =
        name == Name.COMPUTED ? Optional.of(Digest.Algorithm.SHA256.start()) : Optional.empty();
  }

  /// Where in the content the window begins.
  long start() {
    return start;
  }

  /// How many bytes it holds.
  int length() {
    return length;
  }

  /// Where in the content it ends.
  long end() {
    return start + length;
  }

  /// Whether the content ends where the window ends.
  boolean ended() {
    return ended;
  }

  /// Reads on until the window holds so many bytes and one more is known to follow, or the content
  /// ends.
  ///
  /// @throws PayloadException if the content cannot be read
  void fill(int wanted) throws PayloadException {
    try {
      while (length <= wanted && !ended) {
        int from = (released + length) % BLOCK;
        if (blocks.size() * BLOCK == released + length) {
          blocks.add(spare.isEmpty() ? new byte[BLOCK] : spare.remove());
        }
        byte[] block = blocks.getLast();
        int got = content.read(block, from, Math.min(BLOCK - from, wanted + 1 - length));
        if (got < 0) {
          ended = true;
        } else {
          if (computation.isPresent()) {
            computation.get().update(block, from, got);
          }
          length += got;
        }
      }
    } catch (IOException e) {
      throw new PayloadException(e);
    }
  }

  /// The next bytes of the content from the beginning of the window on. Those that the window does
  /// not hold yet are read while they are sent, so that both happen at once; a payload that turns
  /// out to be shorter fails.
  Request.Payload first(int count) {
    return new Request.Payload() {
      @Override
      public long length() {
        return count;
      }

      @Override
      public void writeTo(OutputStream out) throws IOException {
        int done = 0;
        while (done < count) {
          if (done == length) {
            fill(Math.min(count - 1, done + BLOCK - 1));
          }
          if (done == length) {
            throw new PayloadException(
                new EOFException("the content ends at byte " + end() + ", too early"));
          }
          done += write(out, done, Math.min(count, length));
        }
      }

      @Override
      public boolean repeatable() {
        return true;
      }
    };
  }

  private int write(OutputStream out, int from, int to) throws IOException {
    int at = released + from;
    int piece = Math.min(BLOCK - at % BLOCK, to - from);
    out.write(blocks.get(at / BLOCK), at % BLOCK, piece);
    return piece;
  }

  /// Forgets what lies before a place inside the window, because the registry has it.
  void release(long until) {
    int gone = (int) (until - start);
    start = until;
    length -= gone;
    for (released += gone; released >= BLOCK; released -= BLOCK) {
      spare.add(blocks.removeFirst());
    }
  }

  /// The digest of the whole content, where it is computed and once that has ended. Asked once.
  Digest digest() {
    return Digest.finish(Digest.Algorithm.SHA256, computation.orElseThrow());
  }
}
