package dev.stowage.archive;

import dev.stowage.linux.Isal;
import dev.stowage.linux.IsalInflater;
import dev.stowage.model.MalformedException;
import java.io.Closeable;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// A decoder for raw deflate streams (RFC 1951), one after the other: the JDK's, or a faster one on
/// machines that have it.
///
/// It is begun, fed whenever it gives nothing more, and asked what it left over when it has
/// finished.
sealed interface Inflation extends Closeable {
  /// How many bytes fed before the last time [#remaining] may count.
  int READ_AHEAD = 8;

  /// The most that is fed at once, in bytes.
  int LARGEST_FEED = 64 * 1024;

  static Inflation fastest() {
    Optional<Isal> isal = Isal.here();
    return isal.isPresent() ? new OfIsal(isal.get().inflater()) : ofJdk();
  }

  static Inflation ofJdk() {
    return new OfJdk(new Inflater(true));
  }

  /// Prepares for a new stream.
  void begin();

  /// Gives the next bytes of the stream, all before having been used; they must stay as they are
  /// until they are.
  void feed(byte[] bytes, int offset, int length);

  /// Decodes; 0 where the stream is finished or all that was fed is used.
  ///
  /// @throws MalformedException if the stream is broken
  int inflate(byte[] bytes, int offset, int length) throws MalformedException;

  /// Whether the stream has ended and all of it was handed out.
  boolean finished();

  /// How many of the bytes that were fed come after the end of the finished stream.
  int remaining();

  @Override
  void close();

  /// The JDK's zlib.
  record OfJdk(Inflater inflater) implements Inflation {
    @Override
    public void begin() {
      inflater.reset();
    }

    @Override
    public void feed(byte[] bytes, int offset, int length) {
      inflater.setInput(bytes, offset, length);
    }

    @Override
    public int inflate(byte[] bytes, int offset, int length) throws MalformedException {
      try {
        int inflated = inflater.inflate(bytes, offset, length);
        if (inflater.needsDictionary()) {
          throw new MalformedException("it wants a dictionary");
        }
        return inflated;
      } catch (DataFormatException e) {
        throw new MalformedException(
            String.valueOf(e.getMessage()), MalformedException.UNKNOWN_POSITION, e);
      }
    }

    @Override
    public boolean finished() {
      return inflater.finished();
    }

    @Override
    public int remaining() {
      return inflater.getRemaining();
    }

    @Override
    public void close() {
      inflater.end();
    }
  }

  /// Intel's library.
  record OfIsal(IsalInflater inflater) implements Inflation {
    @Override
    public void begin() {
      inflater.begin();
    }

    @Override
    public void feed(byte[] bytes, int offset, int length) {
      inflater.feed(bytes, offset, length);
    }

    @Override
    public int inflate(byte[] bytes, int offset, int length) throws MalformedException {
      return inflater.inflate(bytes, offset, length);
    }

    @Override
    public boolean finished() {
      return inflater.finished();
    }

    @Override
    public int remaining() {
      return inflater.remaining();
    }

    @Override
    public void close() {
      inflater.close();
    }
  }
}
