package dev.stowage.engine;

import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.Reference;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Location;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A list of manifests of the local store together with the images it lists, wherever they are:
/// each is read from where it was when it was added, artifacts from what the list itself keeps, and
/// all else from the store.
final class ListSource implements ImageSource {
  private final ListRecord list;
  private final ImageSource store;
  private final Opener opener;
  private final Map<String, ImageSource> opened = new HashMap<>();

  /// Opens a place, which is closed by whoever closes all of them.
  @FunctionalInterface
  interface Opener {
    ImageSource open(Location location) throws IOException;
  }

  /// @param store the image that the list is
  ListSource(ListRecord list, ImageSource store, Opener opener) {
    this.list = list;
    this.store = store;
    this.opener = opener;
  }

  @Override
  public Document manifest() {
    return list.document();
  }

  @Override
  public Document manifest(Digest instance) throws IOException {
    return instance(instance).manifest(instance);
  }

  @Override
  public synchronized ImageSource instance(Digest instance) throws IOException {
    if (list.attachments().manifests().containsKey(instance)) {
      return new AttachmentSource(list.attachments(), instance);
    }
    String location = list.instances().get(instance.toString());
    if (location == null) {
      return store;
    }
    Location place = Location.parse(location);
    // What a tag stands for may have changed, what a digest stands for has not.
    Location exact =
        place instanceof Location.AtRegistry(Reference name)
            ? new Location.AtRegistry(Reference.of(name.repository(), instance))
            : place;
    ImageSource known = opened.get(exact.toString());
    if (known == null) {
      known = opener.open(exact);
      opened.put(exact.toString(), known);
    }
    return known;
  }

  @Override
  public InputStream blob(Descriptor blob) throws IOException {
    return store.blob(blob);
  }

  @Override
  public List<ImageSignature> signatures(Digest manifest) throws IOException {
    return manifest.equals(list.document().digest())
        ? store.signatures(manifest)
        : instance(manifest).signatures(manifest);
  }

  @Override
  public void close() {}
}
