package dev.stowage.transfer.place;

import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.Repository;
import dev.stowage.registry.RemoteImage;
import dev.stowage.transfer.ImageSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.OptionalLong;

/// An image in a registry. Closing it closes nothing: the connections belong to [RegistryDesk].
final class RegistrySource implements ImageSource {
  private final RemoteImage image;
  private final RegistrySignatures signatures;

  RegistrySource(RemoteImage image, RegistrySignatures signatures) {
    this.image = image;
    this.signatures = signatures;
  }

  @Override
  public Document manifest() {
    return image.manifest();
  }

  @Override
  public Document manifest(Digest instance) throws IOException {
    return image.manifest(instance);
  }

  @Override
  public InputStream blob(Descriptor blob) throws IOException {
    return image.blob(blob);
  }

  @Override
  public List<ImageSignature> signatures(Digest manifest) throws IOException {
    return signatures.of(manifest);
  }

  @Override
  public OptionalLong sizeOf(Digest blob) throws IOException {
    return image.place().sizeOf(blob);
  }

  /// Where it was found, which may be a mirror.
  @Override
  public List<Repository> origins(Descriptor blob) {
    return List.of(image.place().repository());
  }

  @Override
  public void close() {}
}
