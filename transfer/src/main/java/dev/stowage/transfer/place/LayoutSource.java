package dev.stowage.transfer.place;

import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.MediaType;
import dev.stowage.transfer.ImageSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/// One image of an OCI image layout. Closing it closes nothing: the layout belongs to [OciImages].
final class LayoutSource implements ImageSource {
  private static final MediaType UNKNOWN = new MediaType("");

  private final OciImages images;
  private final Descriptor entry;

  LayoutSource(OciImages images, Descriptor entry) {
    this.images = images;
    this.entry = entry;
  }

  @Override
  public Document manifest() throws IOException {
    return images.manifest(entry.digest(), entry.type());
  }

  @Override
  public Document manifest(Digest instance) throws IOException {
    return images.manifest(instance, UNKNOWN);
  }

  @Override
  public InputStream blob(Descriptor blob) throws IOException {
    return images.blob(blob.digest());
  }

  @Override
  public List<ImageSignature> signatures(Digest manifest) {
    return List.of();
  }

  @Override
  public void close() {}
}
