package dev.stowage.transfer.place;

import dev.stowage.model.Descriptor;
import dev.stowage.model.Document;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.ImageSignature;
import dev.stowage.transfer.Accepts;
import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.Part;
import dev.stowage.transfer.Reused;
import dev.stowage.transfer.Standing;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/// The only image of an archive: its commit is the archive's.
record WholeArchive(ImageSink image, End archive) implements ImageSink {

  /// What remains to be done of an archive when its images are in it.
  interface End extends Closeable {
    void commit() throws IOException;
  }

  @Override
  public Accepts accepts() {
    return image.accepts();
  }

  @Override
  public Optional<Reused> reuse(Part part) throws IOException {
    return image.reuse(part);
  }

  @Override
  public void expect(ImageManifest manifest) throws IOException {
    image.expect(manifest);
  }

  @Override
  public void put(Part part, InputStream content) throws IOException {
    image.put(part, content);
  }

  @Override
  public Descriptor putNew(Part part, InputStream content) throws IOException {
    return image.putNew(part, content);
  }

  @Override
  public void putManifest(Document manifest, Standing standing, List<ImageSignature> signatures)
      throws IOException {
    image.putManifest(manifest, standing, signatures);
  }

  @Override
  public void putIndex(Document index, List<ImageSignature> signatures) throws IOException {
    image.putIndex(index, signatures);
  }

  @Override
  public void commit() throws IOException {
    image.commit();
    archive.commit();
  }

  @Override
  public void close() throws IOException {
    try (archive) {
      image.close();
    }
  }
}
