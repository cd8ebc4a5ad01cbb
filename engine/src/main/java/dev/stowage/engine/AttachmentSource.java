package dev.stowage.engine;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.NotFoundException;
import dev.stowage.transfer.ImageSource;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// One artifact of a list of manifests that is in no other place. Its files are read where they lie
/// when they are asked for; whether they still hold what they did is for the reader to verify.
final class AttachmentSource implements ImageSource {
  private final Attachments attachments;
  private final Digest artifact;

  AttachmentSource(Attachments attachments, Digest artifact) {
    this.attachments = attachments;
    this.artifact = artifact;
  }

  @Override
  public Document manifest() throws IOException {
    return manifest(artifact);
  }

  @Override
  public Document manifest(Digest instance) throws IOException {
    return attachments
        .manifest(instance)
        .orElseThrow(
            () -> new NotFoundException(NotFoundException.Kind.MANIFEST, instance.toString()));
  }

  @Override
  public InputStream blob(Descriptor blob) throws IOException {
    Path file = attachments.detached().get(blob.digest());
    if (file != null) {
      return new BufferedInputStream(Files.newInputStream(file));
    }
    Bytes content = attachments.blobs().get(blob.digest());
    if (content == null) {
      throw new NotFoundException(
          NotFoundException.Kind.BLOB,
          blob.digest().toString(),
          "the list knows neither a file nor contents for " + blob.digest() + " of " + artifact);
    }
    return content.stream();
  }

  @Override
  public List<ImageSignature> signatures(Digest manifest) {
    return List.of();
  }

  @Override
  public void close() {}
}
