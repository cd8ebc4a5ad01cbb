package dev.stowage.registry;

import dev.stowage.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// The bytes of an upload that are read and not yet safe at the registry: what may have to be sent
/// again. It slides over the content, which is read once.
final class UploadWindow {
  private static final int BLOCK = 256 * 1024;

  private final InputStream content;
  private final Optional<MessageDigest> computation;

  /// What it holds, without the bytes that are released of the first block. Blocks go round.
  private final Deque<byte[]> blocks = new ArrayDeque<>();

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
  /// @throws ContentException if the content cannot be read
  void fill(int wanted) throws ContentException {
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
      throw new ContentException(e);
    }
  }

  /// The first bytes of the window.
  Request.Payload first(int count) {
    return new Request.Payload() {
      @Override
      public long length() {
        return count;
      }

      @Override
      public void writeTo(OutputStream out) throws IOException {
        int from = released;
        int left = count;
        for (byte[] block : blocks) {
          int piece = Math.min(BLOCK - from, left);
          out.write(block, from, piece);
          left -= piece;
          from = 0;
          if (left == 0) {
            return;
          }
        }
      }

      @Override
      public boolean repeatable() {
        return true;
      }
    };
  }

  /// Forgets what lies before a place inside the window, because the registry has it.
  void release(long until) {
    int gone = (int) (until - start);
    start = until;
    length -= gone;
    for (released += gone; released >= BLOCK; released -= BLOCK) {
      spare.add(blocks.remove());
    }
  }

  /// The digest of the whole content, where it is computed and once that has ended. Asked once.
  Digest digest() {
    return Digest.finish(Digest.Algorithm.SHA256, computation.orElseThrow());
  }

  /// What is to be uploaded cannot be read: no fault of the registry.
  static final class ContentException extends IOException {
    private final IOException fault;

    ContentException(IOException fault) {
      super(fault);
      this.fault = fault;
    }

    IOException fault() {
      return fault;
    }
  }
}
