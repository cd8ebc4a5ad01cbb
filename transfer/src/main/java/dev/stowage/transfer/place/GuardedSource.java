package dev.stowage.transfer.place;

import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.MismatchException;
import dev.stowage.model.Repository;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Part;
import dev.stowage.trust.ImageIdentity;
import dev.stowage.trust.Judge;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/// A source whose every manifest is judged before it is handed out.
///
/// An index is handed out as it is, since it is only a list to choose from; each image that it
/// lists is judged when it is asked for. That is what the field's tools do, and signatures of
/// images are made for it.
final class GuardedSource implements ImageSource {
  private final ImageSource source;
  private final ImageIdentity identity;
  private final Judge judge;
  private final Set<Digest> accepted = new HashSet<>();
  private final Map<Digest, List<ImageSignature>> signatures = new HashMap<>();

  GuardedSource(ImageSource source, ImageIdentity identity, Judge judge) {
    this.source = source;
    this.identity = identity;
    this.judge = judge;
  }

  @Override
  public Document manifest() throws IOException {
    Document manifest = source.manifest();
    if (!manifest.type().isIndex()) {
      judge(manifest);
    }
    return manifest;
  }

  @Override
  public Document manifest(Digest instance) throws IOException {
    Document manifest = source.manifest(instance);
    Digest got = Digest.of(manifest.bytes(), instance.algorithm());
    if (!got.equals(instance)) {
      throw new MismatchException(
          "a manifest of " + identity.shown(), instance.toString(), got.toString());
    }
    judge(manifest);
    return manifest;
  }

  @Override
  public ImageSource instance(Digest instance) throws IOException {
    ImageSource own = source.instance(instance);
    return own.equals(source) ? this : new GuardedSource(own, identity, judge);
  }

  private synchronized void judge(Document manifest) throws IOException {
    Digest digest = manifest.digest();
    if (!accepted.contains(digest)) {
      judge.judge(new Judge.Candidate(identity, manifest, () -> signatures(digest)));
      accepted.add(digest);
    }
  }

  @Override
  public synchronized List<ImageSignature> signatures(Digest manifest) throws IOException {
    List<ImageSignature> known = signatures.get(manifest);
    if (known == null) {
      known = source.signatures(manifest);
      signatures.put(manifest, known);
    }
    return known;
  }

  /// The source, once a manifest of it was accepted.
  private synchronized ImageSource trusted() {
    if (accepted.isEmpty()) {
      throw new IllegalStateException("content was asked for before a manifest was");
    }
    return source;
  }

  @Override
  public InputStream blob(Descriptor blob) throws IOException {
    return trusted().blob(blob);
  }

  @Override
  public OptionalLong sizeOf(Digest blob) throws IOException {
    return trusted().sizeOf(blob);
  }

  @Override
  public Offer offer(Part layer) throws IOException {
    return trusted().offer(layer);
  }

  @Override
  public InputStream plain(Part layer) throws IOException {
    return trusted().plain(layer);
  }

  @Override
  public List<Descriptor> variants(Part layer) throws IOException {
    return trusted().variants(layer);
  }

  @Override
  public List<Repository> origins(Descriptor blob) throws IOException {
    return trusted().origins(blob);
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
