package dev.stowage.transfer;

import dev.stowage.archive.Compression;
import dev.stowage.archive.DigestingInputStream;
import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.MediaType;
import dev.stowage.model.MismatchException;
import dev.stowage.model.Repository;
import dev.stowage.transfer.form.Schema1;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// An image of Docker's schema 1 that reads like one of schema 2. The old form tells neither the
/// sizes of layers nor what is in them, so that each layer is read once more than is usual, to find
/// that out. Signatures do not fit the new form and are left out.
final class Schema1Source implements ImageSource {
  private final ImageSource source;
  private final Document manifest;
  private final Bytes config;

  private Schema1Source(ImageSource source, Document manifest, Bytes config) {
    this.source = source;
    this.manifest = manifest;
    this.config = config;
  }

  private record Layer(Descriptor descriptor, Digest diffId) {}

  static Schema1Source of(ImageSource source, Document document) throws IOException {
    Schema1 old = Schema1.parse(document);
    Map<Digest, Layer> read = new HashMap<>();
    List<Descriptor> layers = new ArrayList<>();
    List<Digest> diffIds = new ArrayList<>();
    for (int place : old.kept()) {
      Digest digest = old.layers().get(place);
      Layer layer = read.get(digest);
      if (layer == null) {
        layer = read(source, digest);
        read.put(digest, layer);
      }
      layers.add(layer.descriptor);
      diffIds.add(layer.diffId);
    }
    Bytes config = old.config(diffIds);
    return new Schema1Source(source, Schema1.manifest(config, layers), config);
  }

  private static Layer read(ImageSource source, Digest digest) throws IOException {
    Descriptor sized =
        new Descriptor(MediaType.DOCKER_LAYER_GZIP, digest, source.sizeOf(digest).orElse(0));
    try (InputStream stored = source.blob(sized);
        DigestingInputStream digested = new DigestingInputStream(stored, digest.algorithm())) {
      Compression.Decompressed opened = Compression.open(digested);
      DigestingInputStream plain =
          new DigestingInputStream(opened.content(), Digest.Algorithm.SHA256);
      plain.skip(Long.MAX_VALUE); // which reads the stored form to its end too
      Digest found = digested.digest();
      if (!found.equals(digest)) {
        throw new MismatchException("blob " + digest, digest.toString(), found.toString());
      }
      MediaType type =
          opened.compression() == Compression.NONE
              ? MediaType.DOCKER_LAYER
              : MediaType.DOCKER_LAYER_GZIP;
      return new Layer(new Descriptor(type, digest, digested.count()), plain.digest());
    }
  }

  @Override
  public Document manifest() {
    return manifest;
  }

  @Override
  public Document manifest(Digest instance) throws IOException {
    return source.manifest(instance);
  }

  @Override
  public InputStream blob(Descriptor blob) throws IOException {
    return blob.digest().equals(Digest.of(config)) ? config.stream() : source.blob(blob);
  }

  @Override
  public List<ImageSignature> signatures(Digest ignored) {
    return List.of();
  }

  @Override
  public List<Repository> origins(Descriptor blob) throws IOException {
    return source.origins(blob);
  }

  /// Closes nothing: whoever opened the old image closes it.
  @Override
  public void close() {}
}
