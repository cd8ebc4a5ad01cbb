package dev.stowage.engine;

import dev.stowage.archive.Compression;
import dev.stowage.archive.FlatTree;
import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageIndex;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Manifest;
import dev.stowage.model.Platform;
import dev.stowage.model.PlatformChoice;
import dev.stowage.model.UnsupportedException;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Part;
import dev.stowage.transfer.place.ImageCheck;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/// What an image consists of, read from where it lies without bringing it here.
public final class RemoteContents {
  private RemoteContents() {}

  /// The manifest itself, or the one of an index that fits a platform.
  public static ImageManifest imageOf(ImageSource source, Document toplevel, Platform platform)
      throws IOException {
    Manifest parsed = Manifest.parse(toplevel);
    if (parsed instanceof ImageIndex index) {
      Descriptor chosen = PlatformChoice.of(platform).require(index);
      parsed = Manifest.parse(source.manifest(chosen.digest()));
    }
    if (parsed instanceof ImageManifest image) {
      return image;
    }
    throw new MalformedException("an index inside an index is not supported");
  }

  /// The configuration, exactly as it lies there and checked against its digest.
  public static Document config(ImageSource source, ImageManifest manifest) throws IOException {
    Bytes bytes = ImageCheck.config(source, manifest);
    return new Document(manifest.config().type(), bytes);
  }

  /// Checks that an image, or each image of an index, is whole: that every part is what its
  /// descriptor says, and every layer what the configuration says.
  ///
  /// @param depth how much is read
  /// @throws dev.stowage.model.StowageException naming the first fault
  public static void check(ImageSource source, Document toplevel, Depth depth) throws IOException {
    Manifest parsed = Manifest.parse(toplevel);
    if (parsed instanceof ImageManifest image) {
      check(source, image, depth);
    } else if (parsed instanceof ImageIndex index) {
      for (Descriptor instance : index.manifests()) {
        Document document = source.manifest(instance.digest());
        if (document.type().isImageManifest()
            && Manifest.parse(document) instanceof ImageManifest image) {
          check(source, image, depth);
        }
      }
    }
  }

  private static void check(ImageSource source, ImageManifest image, Depth depth)
      throws IOException {
    ImageCheck check = ImageCheck.of(source, image);
    if (depth == Depth.WITH_LAYERS) {
      check.layers();
    }
  }

  /// Writes what can be seen through all layers of an image as one tar.
  ///
  /// @throws dev.stowage.model.StowageException if a layer is not what its descriptor says
  public static void export(ImageSource source, ImageManifest manifest, OutputStream out)
      throws IOException {
    List<FlatTree.Layer> layers = new ArrayList<>();
    for (Part part : layers(source, manifest)) {
      layers.add(() -> plain(source, part));
    }
    FlatTree.write(layers, out);
  }

  /// The layers of an image, lowest first, with the digests that its configuration promises.
  static List<Part> layers(ImageSource source, ImageManifest manifest) throws IOException {
    if (!manifest.isImage()) {
      throw new UnsupportedException("an artifact that is no image has no file system");
    }
    List<Digest> diffIds = ImageCheck.diffIds(source, manifest);
    List<Part> layers = new ArrayList<>();
    for (Descriptor layer : manifest.layers()) {
      layers.add(Part.layer(layer, layers.size()).withDiffId(diffIds.get(layers.size())));
    }
    return layers;
  }

  /// The plain tar of a layer, checked while it is read. The caller closes it.
  static InputStream plain(ImageSource source, Part part) throws IOException {
    if (source.offer(part) != ImageSource.Offer.EXACT) {
      return source.plain(part);
    }
    Descriptor layer = part.descriptor();
    InputStream whole = verified(source.blob(layer), layer.digest(), layer.size());
    InputStream plain;
    try {
      plain = Compression.open(whole).content();
    } catch (IOException | RuntimeException e) {
      whole.close();
      throw e;
    }
    return new FilterInputStream(plain) {
      @Override
      public int read(byte[] into, int from, int most) throws IOException {
        int got = super.read(into, from, most);
        if (got < 0) {
          whole.skip(Long.MAX_VALUE); // to the blob's own end, where its digest is judged
        }
        return got;
      }

      @Override
      public void close() throws IOException {
        whole.close();
      }
    };
  }

  /// Content that fails before its end where it is not what was asked for.
  public static InputStream verified(InputStream content, Digest digest, long size) {
    return ImageCheck.verified(content, digest, size);
  }

  /// How much of an image is read to check it.
  public enum Depth {
    /// Its documents.
    DOCUMENTS,
    /// Its layers too.
    WITH_LAYERS
  }
}
