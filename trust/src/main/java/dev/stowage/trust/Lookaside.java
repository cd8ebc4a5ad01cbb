package dev.stowage.trust;

import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.MalformedException;
import dev.stowage.model.UnsupportedException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Signatures beside a registry, in files or on a web server.
///
/// ```
/// <base>/<repository>@sha256=<hex>/signature-<n>     from 1, without gaps
/// ```
///
/// @see <a
///   href="https://github.com/containers/container-libs/blob/main/image/docs/signature-protocols.md">
///   signature protocols</a>
public final class Lookaside {
  private final URI repository;
  private final Fetch fetch;

  /// Fetches from a web server.
  public interface Fetch {

    /// The content at an address.
    ///
    /// @param most the largest content to take, in bytes
    /// @return nothing where there is none
    Optional<Bytes> get(URI address, int most) throws IOException;
  }

  /// @param repository the base and the path of the repository
  public Lookaside(URI repository, Fetch fetch) {
    this.repository = repository;
    this.fetch = fetch;
  }

  /// The signatures of a manifest, in their order.
  public List<ImageSignature> read(Digest manifest) throws IOException {
    List<ImageSignature> signatures = new ArrayList<>();
    while (true) {
      URI address = address(manifest, signatures.size() + 1);
      Optional<Bytes> stored = read(address);
      if (stored.isEmpty()) {
        return signatures;
      }
      if (signatures.size() == ImageSignature.MOST) {
        throw new MalformedException(
            repository
                + ": server provided "
                + ImageSignature.MOST
                + " signatures, assuming that's unreasonable and a server error");
      }
      try {
        signatures.add(ImageSignature.parse(stored.get()));
      } catch (MalformedException e) {
        throw new MalformedException(
            "parsing signature \"" + address + "\": " + e.getMessage(), e.position(), e);
      }
    }
  }

  private Optional<Bytes> read(URI address) throws IOException {
    return switch (address.getScheme()) {
      case "file" -> file(Path.of(address.getPath()));
      case "http", "https" -> fetch.get(address, ImageSignature.LARGEST);
      default ->
          throw new UnsupportedException(
              "Unsupported scheme when reading signature from " + address);
    };
  }

  private static Optional<Bytes> file(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(ImageSignature.LARGEST + 1);
      if (content.length > ImageSignature.LARGEST) {
        throw new MalformedException(file + ": too large to be a signature");
      }
      return Optional.of(Bytes.owning(content));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /// Puts these signatures in the place of those that are there.
  ///
  /// @throws UnsupportedException where the place is a web server
  public void write(Digest manifest, List<? extends ImageSignature> signatures) throws IOException {
    int number = 1;
    for (ImageSignature signature : signatures) {
      write(writable(manifest, number), signature.stored());
      number++;
    }
    while (Files.deleteIfExists(writable(manifest, number))) {
      number++;
    }
  }

  /// Adds a signature behind those that are there.
  ///
  /// @return the file
  public Path add(Digest manifest, ImageSignature signature) throws IOException {
    for (int number = 1; ; number++) {
      Path file = writable(manifest, number);
      if (!Files.exists(file)) {
        write(file, signature.stored());
        return file;
      }
    }
  }

  /// Whole or not at all: a reader may be on its way.
  private static void write(Path file, Bytes content) throws IOException {
    Path directory = file.getParent();
    if (directory == null) {
      throw new IOException(file + " lies in no directory");
    }
    Files.createDirectories(directory);
    Path fresh = Files.createTempFile(directory, ".signature-", "");
    try {
      Files.write(fresh, content.toArray());
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private Path writable(Digest manifest, int number) throws IOException {
    URI address = address(manifest, number);
    return switch (address.getScheme()) {
      case "file" -> Path.of(address.getPath());
      case "http", "https" ->
          throw new UnsupportedException(
              "Writing directly to a "
                  + address.getScheme()
                  + " lookaside "
                  + address
                  + " is not supported. Configure a lookaside-staging: location");
      default ->
          throw new UnsupportedException("Unsupported scheme when writing signature to " + address);
    };
  }

  private URI address(Digest manifest, int number) {
    return URI.create(
        repository
            + "@"
            + manifest.algorithm().prefix()
            + "="
            + manifest.hex()
            + "/signature-"
            + number);
  }
}
