package dev.stowage.engine;

import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.Repository;
import dev.stowage.transfer.Accepts;
import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.Part;
import dev.stowage.transfer.Reused;
import dev.stowage.transfer.Standing;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The blobs that one run has brought to a registry, and those on their way there. Images that
/// share a layer are copied at the same time; this lets one of them bring it, the others wait, and
/// repositories take it over from one another.
final class Arrivals {
  private final Map<Digest, Set<Repository>> there = new HashMap<>();
  private final Map<Digest, Sharing> bringing = new HashMap<>();
  private final Map<Sharing, Set<Digest>> awaited = new HashMap<>();

  /// The sink of an image, which shares what it brings. Closing it ends the claims of the image and
  /// closes the one inside.
  ImageSink shared(ImageSink sink, Repository repository) {
    return new Sharing(sink, repository);
  }

  /// Returns when nobody brings the blob, or nobody but this image. It does not wait for somebody
  /// who waits for this image: then both bring it.
  private synchronized void claim(Sharing image, Digest blob) throws InterruptedIOException {
    while (true) {
      Sharing other = bringing.putIfAbsent(blob, image);
      if (other == null || other.equals(image) || waits(other, image, new HashSet<>())) {
        return;
      }
      Set<Digest> own = awaited.computeIfAbsent(image, _ -> new HashSet<>());
      boolean added = own.add(blob);
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("cancelled");
      } finally {
        if (added) {
          boolean _ = own.remove(blob);
        }
      }
    }
  }

  private boolean waits(Sharing who, Sharing forWhom, Set<Sharing> seen) {
    if (who.equals(forWhom)) {
      return true;
    }
    if (seen.add(who)) {
      for (Digest blob : awaited.getOrDefault(who, Set.of())) {
        Sharing next = bringing.get(blob);
        if (next != null && waits(next, forWhom, seen)) {
          return true;
        }
      }
    }
    return false;
  }

  private synchronized void arrived(Sharing image, Digest blob, Repository repository) {
    there.computeIfAbsent(blob, _ -> new LinkedHashSet<>()).add(repository);
    if (bringing.remove(blob, image)) {
      notifyAll();
    }
  }

  private synchronized void giveUp(Sharing image) {
    if (bringing.values().removeIf(image::equals)) {
      notifyAll();
    }
    awaited.remove(image);
  }

  private synchronized Set<Repository> holding(Digest blob) {
    return Set.copyOf(there.getOrDefault(blob, Set.of()));
  }

  private synchronized Optional<Repository> first(Digest blob) {
    Set<Repository> holding = there.getOrDefault(blob, Set.of());
    return holding.isEmpty() ? Optional.empty() : Optional.of(holding.iterator().next());
  }

  private final class Sharing implements ImageSink {
    private final ImageSink sink;
    private final Repository repository;

    Sharing(ImageSink sink, Repository repository) {
      this.sink = sink;
      this.repository = repository;
    }

    @Override
    public Optional<Reused> reuse(Part part) throws IOException {
      Digest blob = part.descriptor().digest();
      claim(this, blob);
      if (holding(blob).contains(repository)) {
        arrived(this, blob, repository);
        return Optional.of(Reused.PRESENT);
      }
      List<Repository> origins = new ArrayList<>(part.origins());
      Optional<Repository> known = first(blob);
      if (known.isPresent()) {
        origins.addFirst(known.get());
      }
      Optional<Reused> reused = sink.reuse(part.withOrigins(origins));
      if (reused.isPresent()) {
        arrived(this, blob, repository);
      }
      return reused;
    }

    @Override
    public void put(Part part, InputStream content) throws IOException {
      sink.put(part, content);
      arrived(this, part.descriptor().digest(), repository);
    }

    @Override
    public Descriptor putNew(Part part, InputStream content) throws IOException {
      Descriptor made = sink.putNew(part, content);
      arrived(this, made.digest(), repository);
      return made;
    }

    @Override
    public Accepts accepts() {
      return sink.accepts();
    }

    @Override
    public void expect(ImageManifest manifest) throws IOException {
      sink.expect(manifest);
    }

    @Override
    public void putManifest(Document manifest, Standing standing, List<ImageSignature> signatures)
        throws IOException {
      sink.putManifest(manifest, standing, signatures);
    }

    @Override
    public void putIndex(Document index, List<ImageSignature> signatures) throws IOException {
      sink.putIndex(index, signatures);
    }

    @Override
    public void commit() throws IOException {
      sink.commit();
    }

    @Override
    public void close() throws IOException {
      giveUp(this);
      sink.close();
    }
  }
}
