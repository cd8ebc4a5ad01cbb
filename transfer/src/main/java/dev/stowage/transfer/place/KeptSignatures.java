package dev.stowage.transfer.place;

import dev.stowage.model.Digest;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.Reference;
import dev.stowage.model.UnsupportedException;
import dev.stowage.registry.RemoteRepository;
import dev.stowage.transfer.Accepts;
import dev.stowage.trust.Lookaside;
import dev.stowage.trust.SignaturePlaces;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The signatures of a repository's images where `registries.d` says they are: simple ones beside
/// the registry, sigstore's in it.
final class KeptSignatures implements RegistrySignatures {
  private final RemoteRepository repository;
  private final Places places;
  private Optional<SignaturePlaces> read = Optional.empty();

  /// Reads the configuration.
  interface Places {
    SignaturePlaces read() throws IOException;
  }

  KeptSignatures(RemoteRepository repository, Places places) {
    this.repository = repository;
    this.places = places;
  }

  @Override
  public Accepts.Signatures accepts() {
    return Accepts.Signatures.HELD;
  }

  @Override
  public List<ImageSignature> of(Digest manifest) throws IOException {
    List<ImageSignature> signatures =
        new ArrayList<>(lookaside(SignaturePlaces.Use.READ).read(manifest));
    if (attached()) {
      signatures.addAll(new SigstoreAttachments(repository).read(manifest));
    }
    return signatures;
  }

  @Override
  public void put(Digest manifest, List<ImageSignature> signatures) throws IOException {
    List<ImageSignature.Sigstore> attachments = new ArrayList<>();
    List<ImageSignature.Simple> others = new ArrayList<>();
    for (ImageSignature each : signatures) {
      if (each instanceof ImageSignature.Sigstore attachment) {
        attachments.add(attachment);
      } else if (each instanceof ImageSignature.Simple simple) {
        others.add(simple);
      }
    }
    if (!attachments.isEmpty()) {
      if (!attached()) {
        throw new UnsupportedException(
            "writing sigstore attachments is disabled by configuration: say"
                + " \"use-sigstore-attachments: true\" for "
                + repository.repository()
                + " in registries.d, or leave sigstore signatures out");
      }
      new SigstoreAttachments(repository).add(manifest, attachments);
    }
    if (!others.isEmpty()) {
      lookaside(SignaturePlaces.Use.WRITE).write(manifest, others);
    }
  }

  private boolean attached() throws IOException {
    return places().attachments(name()) == SignaturePlaces.Attachments.USED;
  }

  private Lookaside lookaside(SignaturePlaces.Use use) throws IOException {
    return new Lookaside(places().lookaside(name(), use), repository::fetch);
  }

  private Reference name() {
    return repository.endpoint().reference();
  }

  private synchronized SignaturePlaces places() throws IOException {
    if (read.isEmpty()) {
      read = Optional.of(places.read());
    }
    return read.get();
  }
}
