package dev.stowage.transfer.place;

import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.LayerCompression;
import dev.stowage.model.Reference;
import dev.stowage.model.RegistryException;
import dev.stowage.model.Repository;
import dev.stowage.model.UnsupportedException;
import dev.stowage.registry.Mount;
import dev.stowage.registry.PushedManifest;
import dev.stowage.registry.RemoteRepository;
import dev.stowage.transfer.Accepts;
import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.Part;
import dev.stowage.transfer.Reused;
import dev.stowage.transfer.Standing;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// An image on its way into a registry. Blobs and the manifests that an index lists go there at
/// once, where nobody sees them who does not know their digests; the commit puts the manifest or
/// the index under the name.
///
/// Closing it closes nothing: the connections belong to [RegistryDesk].
final class RegistrySink implements ImageSink {
  /// How many repositories are asked for one blob: each that has it no more costs three requests.
  private static final int MOST_MOUNTS = 5;

  private static final int UNSUPPORTED_MEDIA_TYPE = 415;

  private final RemoteRepository repository;
  private final Reference name;
  private final RegistrySignatures signatures;
  private final Set<Digest> there = ConcurrentHashMap.newKeySet();
  private Optional<Named> named = Optional.empty();

  /// What the name will stand for.
  private record Named(Document document, List<ImageSignature> signatures) {}

  /// @param name with a tag or a digest; with neither, the image is put there under its digest
  RegistrySink(RemoteRepository repository, Reference name, RegistrySignatures signatures) {
    this.repository = repository;
    this.name = name;
    this.signatures = signatures;
  }

  @Override
  public Accepts accepts() {
    return new Accepts(
        new Location.AtRegistry(name).toString(),
        Accepts.ALL_MANIFESTS,
        Accepts.ALL_COMPRESSIONS,
        LayerCompression.GZIP,
        Accepts.Foreign.LEFT_WHERE_THEY_ARE,
        signatures.accepts());
  }

  @Override
  public Optional<Reused> reuse(Part part) throws IOException {
    Digest digest = part.descriptor().digest();
    if (there.contains(digest) || repository.sizeOf(digest).isPresent()) {
      there.add(digest);
      return Optional.of(Reused.PRESENT);
    }
    int tries = 0;
    for (Repository origin : part.origins()) {
      if (origin.host().equals(repository.repository().host())
          && !origin.equals(repository.repository())
          && tries++ < MOST_MOUNTS
          && repository.mount(digest, origin) == Mount.DONE) {
        there.add(digest);
        return Optional.of(Reused.MOUNTED);
      }
    }
    return Optional.empty();
  }

  @Override
  public void expect(ImageManifest manifest) {}

  @Override
  public void put(Part part, InputStream content) throws IOException {
    repository.push(part.descriptor(), content);
    there.add(part.descriptor().digest());
  }

  @Override
  public Descriptor putNew(Part part, InputStream content) throws IOException {
    Descriptor made = part.descriptor();
    Descriptor pushed = repository.push(made.type(), content);
    there.add(pushed.digest());
    return new Descriptor(
        made.type(),
        pushed.digest(),
        pushed.size(),
        made.platform(),
        made.annotations(),
        List.of());
  }

  @Override
  public void putManifest(Document manifest, Standing standing, List<ImageSignature> own)
      throws IOException {
    if (standing instanceof Standing.Listed) {
      PushedManifest pushed = pushed(manifest, () -> repository.push(manifest));
      sign(pushed.digest(), own);
    } else {
      named = Optional.of(new Named(manifest, new ArrayList<>(own)));
    }
  }

  @Override
  public void putIndex(Document index, List<ImageSignature> own) {
    named = Optional.of(new Named(index, new ArrayList<>(own)));
  }

  @Override
  public void commit() throws IOException {
    Named last = named.orElseThrow(() -> new IllegalStateException("committed without a manifest"));
    Document document = last.document();
    PushedManifest pushed =
        pushed(
            document,
            () -> {
              if (name.digest().isPresent()) {
                return repository.push(document, name.digest().get());
              }
              return name.tag().isPresent()
                  ? repository.push(document, name.tag().get())
                  : repository.push(document);
            });
    sign(pushed.digest(), last.signatures());
  }

  private interface Pushing {
    PushedManifest run() throws IOException;
  }

  private static PushedManifest pushed(Document manifest, Pushing work) throws IOException {
    try {
      return work.run();
    } catch (RegistryException e) {
      if (manifest.type().isImageManifest() && refusesForm(e)) {
        throw new UnsupportedException(String.valueOf(e.getMessage()), e);
      }
      throw e;
    }
  }

  /// Whether the registry does not know this type of a manifest, as far as registries say so: some
  /// find the manifest invalid, some miss the tag that older ones name, and one tries to read it as
  /// another type.
  private static boolean refusesForm(RegistryException e) {
    return e.status() == UNSUPPORTED_MEDIA_TYPE
        || e.codes().contains("MANIFEST_INVALID")
        || e.codes().contains("TAG_INVALID")
        || e.codes().contains("UNSUPPORTED")
            && String.valueOf(e.getMessage()).contains("Invalid JSON syntax");
  }

  private void sign(Digest manifest, List<ImageSignature> own) throws IOException {
    if (!own.isEmpty()) {
      signatures.put(manifest, own);
    }
  }

  @Override
  public void close() {}
}
