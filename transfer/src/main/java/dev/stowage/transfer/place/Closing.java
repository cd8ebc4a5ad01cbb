package dev.stowage.transfer.place;

import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.Repository;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Part;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.OptionalLong;

/// A source that owns the place it reads from: closing it closes the place too.
record Closing(ImageSource source, Closeable place) implements ImageSource {

  @Override
  public Document manifest() throws IOException {
    return source.manifest();
  }

  @Override
  public Document manifest(Digest instance) throws IOException {
    return source.manifest(instance);
  }

  @Override
  public ImageSource instance(Digest instance) throws IOException {
    return source.instance(instance);
  }

  @Override
  public InputStream blob(Descriptor blob) throws IOException {
    return source.blob(blob);
  }

  @Override
  public List<ImageSignature> signatures(Digest manifest) throws IOException {
    return source.signatures(manifest);
  }

  @Override
  public OptionalLong sizeOf(Digest blob) throws IOException {
    return source.sizeOf(blob);
  }

  @Override
  public Offer offer(Part layer) throws IOException {
    return source.offer(layer);
  }

  @Override
  public InputStream plain(Part layer) throws IOException {
    return source.plain(layer);
  }

  @Override
  public List<Descriptor> variants(Part layer) throws IOException {
    return source.variants(layer);
  }

  @Override
  public List<Repository> origins(Descriptor blob) throws IOException {
    return source.origins(blob);
  }

  @Override
  public void close() throws IOException {
    try {
      source.close();
    } finally {
      place.close();
    }
  }
}
