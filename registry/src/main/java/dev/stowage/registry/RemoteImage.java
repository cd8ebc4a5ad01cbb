package dev.stowage.registry;

import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/// An image that was found at a registry. Its manifest is fetched once, so a tag that moves
/// meanwhile does not mix two images. What belongs to it comes from the place where it was found;
/// should that fail, from the places after it.
///
/// Safe for use by several threads; there is nothing to close.
public final class RemoteImage {
  private final Reference reference;
  private final Document manifest;
  private final List<RemoteRepository> places;
  private final Retries retries;

  RemoteImage(
      Reference reference, Document manifest, List<RemoteRepository> places, Retries retries) {
    this.reference = reference;
    this.manifest = manifest;
    this.places = List.copyOf(places);
    this.retries = retries;
  }

  /// The name that was asked for, whatever place it was found at.
  public Reference reference() {
    return reference;
  }

  /// Where it was found.
  public RemoteRepository place() {
    return places.getFirst();
  }

  /// The manifest or index that the reference names.
  public Document manifest() {
    return manifest;
  }

  /// One of the manifests that the index lists.
  public Document manifest(Digest instance) throws IOException {
    return new Attempts(reference).first(places, place -> place.manifest(instance)).value();
  }

  /// The content of a blob; see [RemoteRepository#blob(Descriptor)].
  public InputStream blob(Descriptor blob) throws IOException {
    return BlobStream.open(places, blob, 0, retries);
  }

  /// The content of a blob from an offset on.
  public InputStream blob(Descriptor blob, long offset) throws IOException {
    return BlobStream.open(places, blob, offset, retries);
  }
}
