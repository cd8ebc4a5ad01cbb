package dev.stowage.transfer.place;

import dev.stowage.archive.Compression;
import dev.stowage.archive.VerifyingInputStream;
import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.ImageConfig;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MismatchException;
import dev.stowage.transfer.ImageSource;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.List;

/// The proof that an image is whole where it lies: nothing of it is kept.
public final class ImageCheck {
  private final ImageSource source;
  private final ImageManifest manifest;
  private final List<Digest> diffIds;

  private ImageCheck(ImageSource source, ImageManifest manifest, List<Digest> diffIds) {
    this.source = source;
    this.manifest = manifest;
    this.diffIds = diffIds;
  }

  /// Checks the configuration against the manifest; an artifact without one has nothing to check.
  public static ImageCheck of(ImageSource source, ImageManifest manifest) throws IOException {
    if (!manifest.isImage()) {
      Bytes _ = config(source, manifest);
      return new ImageCheck(source, manifest, List.of());
    }
    return new ImageCheck(source, manifest, diffIds(source, manifest));
  }

  /// The digests of an image's plain layers, lowest first, as its configuration promises them.
  public static List<Digest> diffIds(ImageSource source, ImageManifest manifest)
      throws IOException {
    List<Digest> diffIds = ImageConfig.parse(config(source, manifest)).diffIds();
    if (diffIds.size() != manifest.layers().size()) {
      throw new MalformedException(
          "the manifest has "
              + manifest.layers().size()
              + " layers, the configuration "
              + diffIds.size()
              + " diff IDs");
    }
    return diffIds;
  }

  /// The configuration of an image, checked against its digest.
  public static Bytes config(ImageSource source, ImageManifest manifest) throws IOException {
    Descriptor config = manifest.config();
    if (config.size() > ImageConfig.LARGEST) {
      throw new MalformedException(
          "the configuration has "
              + config.size()
              + " bytes; at most "
              + ImageConfig.LARGEST
              + " are read");
    }
    try (InputStream stored = source.blob(config);
        InputStream verified =
            new VerifyingInputStream(
                stored, "config " + config.digest(), config.digest(), config.size())) {
      return Bytes.owning(verified.readAllBytes());
    }
  }

  /// Content that fails before its end where it is not what was asked for.
  public static InputStream verified(InputStream content, Digest digest, long size) {
    return new VerifyingInputStream(content, "blob " + digest, digest, size);
  }

  /// Reads every layer and checks it against the manifest and the configuration.
  public void layers() throws IOException {
    for (int i = 0; i < manifest.layers().size(); i++) {
      Descriptor layer = manifest.layers().get(i);
      if (!layer.urls().isEmpty() && layer.type().isForeignLayer()) {
        continue;
      }
      try (InputStream stored = source.blob(layer);
          InputStream verified =
              new VerifyingInputStream(
                  stored, "blob " + layer.digest(), layer.digest(), layer.size())) {
        if (diffIds.isEmpty()) {
          verified.skip(Long.MAX_VALUE);
        } else {
          check(layer, diffIds.get(i), verified);
        }
      }
    }
  }

  private static void check(Descriptor layer, Digest diffId, InputStream content)
      throws IOException {
    MessageDigest computation = diffId.algorithm().start();
    byte[] piece = new byte[64 * 1024];
    InputStream plain = Compression.open(content).content();
    for (int got = plain.read(piece); got >= 0; got = plain.read(piece)) {
      computation.update(piece, 0, got);
    }
    content.skip(Long.MAX_VALUE); // to its end, where the blob's own digest is judged
    Digest found = Digest.finish(diffId.algorithm(), computation);
    if (!found.equals(diffId)) {
      throw new MismatchException(
          "the contents of layer " + layer.digest(), diffId.toString(), found.toString());
    }
  }
}
