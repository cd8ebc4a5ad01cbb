package dev.stowage.archive;

import dev.stowage.model.UnsupportedException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalInt;

/// The compressed form of a stream, made while it is read; gzip's on all processors.
///
/// The same bytes give the same form on the same machine. Another machine may make another form of
/// them, since it may have another library or processor; [#recipe] names the maker, so that a form
/// can be made once more where it is the same.
public abstract sealed class CompressingInputStream extends InputStream
    permits GzippingInputStream, ZstdInputStream {

  /// How a form was made.
  public abstract String recipe();

  /// The form of a stream.
  ///
  /// @param plain closed with this stream
  /// @param level the format's own number; where it is empty, what makes about as much of a layer
  ///   as Podman does, as fast as this machine can
  /// @throws UnsupportedException for xz and bzip2, which are only read
  public static CompressingInputStream of(
      InputStream plain, Compression compression, OptionalInt level) throws IOException {
    return switch (compression) {
      case GZIP -> new GzippingInputStream(plain, Deflation.of(level));
      case ZSTD -> new ZstdInputStream(plain, ZstdInputStream.level(level));
      case NONE, XZ, BZIP2 ->
          throw new UnsupportedException("compressing with " + compression.extension());
    };
  }

  /// Makes a form once more.
  ///
  /// @return empty, and the stream untouched, where this machine cannot follow the recipe
  public static Optional<CompressingInputStream> again(InputStream plain, String recipe)
      throws IOException {
    Optional<Deflation> deflation = Deflation.following(recipe);
    if (deflation.isPresent()) {
      return Optional.of(new GzippingInputStream(plain, deflation.get()));
    }
    OptionalInt level = ZstdInputStream.following(recipe);
    return level.isPresent()
        ? Optional.of(new ZstdInputStream(plain, level.getAsInt()))
        : Optional.empty();
  }

  /// Whether this machine can follow a recipe.
  public static boolean knows(String recipe) {
    return Deflation.following(recipe).isPresent() || ZstdInputStream.following(recipe).isPresent();
  }

  @Override
  public abstract int read(byte[] bytes, int offset, int count) throws IOException;

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }
}
