package dev.stowage.transfer.form;

import dev.stowage.model.Family;
import dev.stowage.model.LayerCompression;
import dev.stowage.model.MediaType;
import dev.stowage.model.UnsupportedException;
import java.util.Optional;

/// What the media type of a layer says.
///
/// @see <a href="https://github.com/opencontainers/image-spec/blob/main/layer.md">OCI layers</a>
public record LayerType(
    Family family, Shipping shipping, LayerCompression compression, Sealing sealing) {
  private static final String OCI = "application/vnd.oci.image.layer.v1.tar";
  private static final String OCI_ELSEWHERE =
      "application/vnd.oci.image.layer.nondistributable.v1.tar";
  private static final String DOCKER = "application/vnd.docker.image.rootfs.diff.tar";
  private static final String DOCKER_ELSEWHERE =
      "application/vnd.docker.image.rootfs.foreign.diff.tar";
  private static final String ENCRYPTED = "+encrypted";

  /// Whether a layer may lie elsewhere than beside its manifest.
  public enum Shipping {
    ALONG,
    ELSEWHERE
  }

  /// Whether a layer can be read by everyone.
  public enum Sealing {
    OPEN,
    ENCRYPTED
  }

  /// Reads a media type; empty where it is not one of a layer of an image.
  public static Optional<LayerType> of(MediaType type) {
    String text = type.value();
    Sealing sealing = Sealing.OPEN;
    if (text.endsWith(ENCRYPTED)) {
      sealing = Sealing.ENCRYPTED;
      text = text.substring(0, text.length() - ENCRYPTED.length());
    }
    for (Family family : Family.values()) {
      for (Shipping shipping : Shipping.values()) {
        String base = base(family, shipping);
        if (text.startsWith(base)) {
          Optional<LayerCompression> compression =
              compression(family, text.substring(base.length()));
          if (compression.isPresent()) {
            return Optional.of(new LayerType(family, shipping, compression.get(), sealing));
          }
        }
      }
    }
    return Optional.empty();
  }

  private static String base(Family family, Shipping shipping) {
    return switch (family) {
      case OCI -> shipping == Shipping.ALONG ? OCI : OCI_ELSEWHERE;
      case DOCKER -> shipping == Shipping.ALONG ? DOCKER : DOCKER_ELSEWHERE;
    };
  }

  private static Optional<LayerCompression> compression(Family family, String suffix) {
    if (suffix.isEmpty()) {
      return Optional.of(LayerCompression.NONE);
    }
    char separator = family == Family.OCI ? '+' : '.';
    if (suffix.charAt(0) != separator) {
      return Optional.empty();
    }
    return switch (suffix.substring(1)) {
      case "gzip" -> Optional.of(LayerCompression.GZIP);
      case "zstd" -> Optional.of(LayerCompression.ZSTD);
      default -> Optional.empty();
    };
  }

  public LayerType in(Family other) {
    return new LayerType(other, shipping, compression, sealing);
  }

  public LayerType compressed(LayerCompression other) {
    return new LayerType(family, shipping, other, sealing);
  }

  public LayerType sealed(Sealing other) {
    return new LayerType(family, shipping, compression, other);
  }

  /// Whether the family has a word for it.
  public boolean expressible() {
    return switch (compression) {
      case NONE, GZIP -> family == Family.OCI || sealing == Sealing.OPEN;
      case ZSTD -> family == Family.OCI;
      case XZ, BZIP2 -> false;
    };
  }

  /// The media type.
  ///
  /// @throws UnsupportedException where the family has no word for it
  public MediaType mediaType() throws UnsupportedException {
    String base = base(family, shipping);
    if (!expressible()) {
      if (family == Family.DOCKER && sealing == Sealing.ENCRYPTED) {
        throw new UnsupportedException(
            "during manifest conversion: encrypted layers (\""
                + base(Family.OCI, shipping)
                + ENCRYPTED
                + "\") are not supported in docker images");
      }
      throw new UnsupportedException(
          compression.word() + " compression is not supported for type \"" + base + "\"");
    }
    String suffix =
        compression == LayerCompression.NONE
            ? ""
            : (family == Family.OCI ? "+" : ".") + compression.word();
    return new MediaType(base + suffix + (sealing == Sealing.ENCRYPTED ? ENCRYPTED : ""));
  }
}
