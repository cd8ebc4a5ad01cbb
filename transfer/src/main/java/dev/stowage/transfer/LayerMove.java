package dev.stowage.transfer;

import dev.stowage.archive.CompressingInputStream;
import dev.stowage.archive.Compression;
import dev.stowage.archive.VerifyingInputStream;
import dev.stowage.model.Descriptor;
import dev.stowage.model.LayerCompression;
import dev.stowage.model.MismatchException;
import dev.stowage.model.Repository;
import dev.stowage.transfer.ImageSource.Offer;
import dev.stowage.transfer.Listener.Progress;
import dev.stowage.transfer.Outcome.Means;
import dev.stowage.transfer.Plan.LayerPlan;
import dev.stowage.transfer.Plan.LayerPlan.Crypto;
import dev.stowage.transfer.Plan.LayerPlan.Fate;
import dev.stowage.transfer.form.LayerType;
import dev.stowage.transfer.form.LayerType.Sealing;
import dev.stowage.transfer.seal.Opener;
import dev.stowage.transfer.seal.Sealer;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/// The move of layers from a source to a sink, each in the form that was planned, in one pass.
final class LayerMove {
  /// What begins the annotations that only hold for one compressed form of a layer.
  private static final List<String> OF_ONE_FORM =
      List.of("io.github.containers.zstd-chunked.", "containerd.io/snapshot/stargz/");

  private final ImageSource source;
  private final ImageSink sink;
  private final Listener listener;
  private final Sealer sealer;
  private final Opener opener;
  private final OptionalInt level;
  private final Variants variants;

  /// As many layers are compressed at once as there are processors: more would only take memory.
  private final Semaphore compressing =
      new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()));

  private final Map<Integer, Offer> offers = new ConcurrentHashMap<>();

  /// Whether a layer may be taken in another compression than the source describes.
  enum Variants {
    WELCOME,
    /// Not where the image is signed: what is signed is to be what the source has.
    UNWELCOME
  }

  LayerMove(
      ImageSource source,
      ImageSink sink,
      Listener listener,
      Sealer sealer,
      Opener opener,
      OptionalInt level,
      Variants variants) {
    this.source = source;
    this.sink = sink;
    this.listener = listener;
    this.sealer = sealer;
    this.opener = opener;
    this.level = level;
    this.variants = variants;
  }

  /// What needs no moving.
  Optional<Outcome> reuse(Part part, LayerPlan plan) throws IOException {
    if (plan.fate() == Fate.LEFT) {
      return Optional.of(outcome(part, part.descriptor(), Means.LEFT));
    }
    if (plan.mayReuse(part.descriptor())) {
      Optional<Reused> reused = sink.reuse(part);
      if (reused.isPresent()) {
        return Optional.of(outcome(part, part.descriptor(), means(reused.get())));
      }
    }
    Offer offer = offer(part, plan);
    boolean changes = plan.type().isPresent() && plan.becomes(offer).isPresent();
    if (variants == Variants.UNWELCOME || !changes) {
      return Optional.empty(); // what need not change is not changed
    }
    for (Descriptor variant : source.variants(part)) {
      if (!variant.digest().equals(part.descriptor().digest()) && plan.mayReuse(variant)) {
        List<Repository> origins = source.origins(variant);
        Optional<Reused> reused = sink.reuse(part.withDescriptor(variant).withOrigins(origins));
        if (reused.isPresent()) {
          return Optional.of(outcome(part, variant, Means.PRESENT_OTHERWISE));
        }
      }
    }
    return Optional.empty();
  }

  private Offer offer(Part part, LayerPlan plan) throws IOException {
    Offer known = offers.get(part.position());
    if (known != null) {
      return known;
    }
    Offer offer = plan.crypto() == Crypto.DECRYPT ? Offer.EXACT : source.offer(part);
    offers.put(part.position(), offer);
    return offer;
  }

  private static Means means(Reused reused) {
    return reused == Reused.MOUNTED ? Means.MOUNTED : Means.PRESENT;
  }

  private static Outcome outcome(Part part, Descriptor result, Means means) {
    return new Outcome(part, result, means, Optional.empty());
  }

  Outcome move(Part part, LayerPlan plan) throws IOException {
    listener.on(new Progress.Started(part));
    boolean arrived = false;
    try {
      Outcome outcome = moved(part, plan);
      arrived = true;
      return outcome;
    } finally {
      listener.on(arrived ? new Progress.Finished(part) : new Progress.Failed(part));
    }
  }

  private Outcome moved(Part part, LayerPlan plan) throws IOException {
    Offer offer = offer(part, plan);
    Optional<LayerCompression> wanted = plan.becomes(offer);
    if (wanted.isEmpty() && plan.crypto() == Crypto.NOTHING) {
      if (offer == Offer.EXACT) {
        exactly(part);
        return outcome(part, part.descriptor(), Means.MOVED);
      }
      try {
        exactly(part);
        return outcome(
            part,
            part.descriptor(),
            offer == Offer.RECREATED ? Means.RECREATED : Means.FETCHED_AGAIN);
      } catch (MismatchException e) {
        // The recipe no longer gives what it once gave, or the place has lost what it once had.
        wanted = plan.becomes(Offer.PLAIN);
        offer = Offer.PLAIN;
        listener.on(new Progress.Warned(e.getMessage() + "; the layer is compressed anew"));
      }
    }
    try {
      compressing.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("cancelled");
    }
    try {
      return changed(part, plan, offer, wanted);
    } finally {
      compressing.release();
    }
  }

  private void exactly(Part part) throws IOException {
    Descriptor expected = part.descriptor();
    try (InputStream stored = source.blob(expected);
        InputStream told = new ToldInputStream(stored, part, listener);
        InputStream verified =
            new VerifyingInputStream(told, part.toString(), expected.digest(), expected.size())) {
      Told.putting(part, () -> sink.put(part, verified));
    }
  }

  private Outcome changed(Part part, LayerPlan plan, Offer offer, Optional<LayerCompression> wanted)
      throws IOException {
    LayerType before =
        plan.type()
            .orElseThrow(
                () -> new IllegalStateException("changed without a type: " + part.descriptor()));
    LayerType after =
        before
            .compressed(wanted.orElse(before.compression()))
            .sealed(plan.crypto() == Crypto.ENCRYPT ? Sealing.ENCRYPTED : Sealing.OPEN);
    boolean fromPlain = offer != Offer.EXACT && wanted.isPresent();
    try (StreamStack stack = new StreamStack()) {
      InputStream content;
      if (fromPlain) {
        content = stack.add(new ToldInputStream(source.plain(part), part, listener));
        content = stack.add(plainVerified(part, content));
      } else {
        content = opened(part, stack, plan);
        if (wanted.isPresent()) {
          content = stack.add(new Drained(Compression.open(content).content(), content));
          content = stack.add(plainVerified(part, content));
        }
      }
      Optional<CompressingInputStream> compressing = Optional.empty();
      if (wanted.isPresent() && wanted.get() != LayerCompression.NONE) {
        compressing = Optional.of(CompressingInputStream.of(content, coding(wanted.get()), level));
        content = stack.add(compressing.get());
      }
      Map<String, String> annotations = new HashMap<>(part.descriptor().annotations());
      if (wanted.isPresent()) {
        annotations.keySet().removeIf(LayerMove::isOfOneForm);
      }
      annotations.keySet().removeIf(key -> key.startsWith(Sealer.ANNOTATIONS));
      Optional<Sealer.Sealed> sealed = Optional.empty();
      if (plan.crypto() == Crypto.ENCRYPT) {
        sealed = Optional.of(sealer.seal(content, part.descriptor()));
        content = stack.add(sealed.get());
      }
      Descriptor planned =
          new Descriptor(after.mediaType(), part.descriptor().digest(), part.descriptor().size());
      InputStream ready = content;
      Descriptor[] result = new Descriptor[1];
      Told.putting(part, () -> result[0] = sink.putNew(part.withDescriptor(planned), ready));
      if (sealed.isPresent()) {
        annotations.putAll(sealed.get().annotations());
      }
      Descriptor described =
          new Descriptor(
              result[0].type(),
              result[0].digest(),
              result[0].size(),
              Optional.empty(),
              annotations,
              List.of());
      return new Outcome(
          part,
          described,
          means(plan.crypto(), before, after, fromPlain),
          plan.crypto() == Crypto.ENCRYPT
              ? Optional.empty()
              : compressing.map(CompressingInputStream::recipe));
    }
  }

  /// The layer as it is stored, verified, and decrypted where it is to be.
  private InputStream opened(Part part, StreamStack stack, LayerPlan plan) throws IOException {
    Descriptor stored = part.descriptor();
    InputStream told =
        stack.add(new ToldInputStream(stack.add(source.blob(stored)), part, listener));
    InputStream verified =
        stack.add(new VerifyingInputStream(told, part.toString(), stored.digest(), stored.size()));
    return plan.crypto() == Crypto.DECRYPT
        ? stack.add(new Drained(opener.open(verified, stored), verified))
        : verified;
  }

  private static InputStream plainVerified(Part part, InputStream plain) {
    return part.diffId().isPresent()
        ? new DiffIdInputStream(plain, part, part.diffId().get())
        : plain;
  }

  private static Means means(Crypto crypto, LayerType before, LayerType after, boolean fromPlain) {
    if (crypto != Crypto.NOTHING) {
      return crypto == Crypto.ENCRYPT ? Means.ENCRYPTED : Means.DECRYPTED;
    }
    if (after.compression() == LayerCompression.NONE) {
      return Means.DECOMPRESSED;
    }
    return fromPlain || before.compression() == LayerCompression.NONE
        ? Means.COMPRESSED
        : Means.RECOMPRESSED;
  }

  private static boolean isOfOneForm(String annotation) {
    for (String prefix : OF_ONE_FORM) {
      if (annotation.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  private static Compression coding(LayerCompression compression) {
    return switch (compression) {
      case NONE -> Compression.NONE;
      case GZIP -> Compression.GZIP;
      case ZSTD -> Compression.ZSTD;
      case XZ -> Compression.XZ;
      case BZIP2 -> Compression.BZIP2;
    };
  }
}
