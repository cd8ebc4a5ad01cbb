package dev.stowage.registry;

import dev.stowage.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/// The bytes of an upload that are read and not yet safe at the registry: what may have to be sent
/// again. It slides over the content, which is read once.
final class UploadWindow {
  private static final int FIRST_CAPACITY = 64 * 1024;

  private final InputStream content;
  private final Optional<MessageDigest> computation;
  private byte[] bytes = new byte[FIRST_CAPACITY];
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
        if (length == bytes.length) {
          bytes =
              Arrays.copyOf(bytes, Math.min(bytes.length * 4, Math.max(wanted + 1, length + 1)));
        }
        int got = content.read(bytes, length, Math.min(bytes.length, wanted + 1) - length);
        if (got < 0) {
          ended = true;
        } else {
          if (computation.isPresent()) {
            computation.get().update(bytes, length, got);
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
        out.write(bytes, 0, count);
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
    System.arraycopy(bytes, gone, bytes, 0, length - gone);
    start = until;
    length -= gone;
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
