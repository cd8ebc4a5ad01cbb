package dev.stowage.transfer;

import dev.stowage.archive.VerifyingInputStream;
import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.Family;
import dev.stowage.model.ImageConfig;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.MalformedException;
import dev.stowage.model.UnsupportedException;
import dev.stowage.transfer.CopyOptions.Digests;
import dev.stowage.transfer.CopyOptions.Signing;
import dev.stowage.transfer.Listener.Progress;
import dev.stowage.transfer.form.ManifestText;
import dev.stowage.transfer.seal.Opener;
import dev.stowage.transfer.seal.Sealer;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The copy of one image: its configuration, its layers, its manifest.
final class ImageCopy {
  private final ImageSource source;
  private final ImageSink sink;
  private final CopyOptions options;
  private final Listener listener;

  /// What was written.
  record Written(Document manifest, List<Outcome> layers) {}

  ImageCopy(ImageSource source, ImageSink sink, CopyOptions options, Listener listener) {
    this.source = source;
    this.sink = sink;
    this.options = options;
    this.listener = listener;
  }

  /// Copies it, and commits it where it is all that is copied.
  Written copy(ImageManifest manifest, Standing standing) throws IOException {
    List<ImageSignature> signatures =
        new ArrayList<>(signatures(source, sink.accepts(), options, manifest.document().digest()));
    Plan plan = plan(manifest, frozen(options, signatures));
    List<Digest> diffIds = copyConfig(manifest);
    sink.expect(manifest);
    List<Outcome> layers = copyLayers(layersOf(manifest, diffIds), plan);
    List<Descriptor> results = new ArrayList<>(layers.size());
    for (Outcome layer : layers) {
      results.add(layer.result());
    }
    Document written = putManifest(manifest, results, plan, standing, signatures);
    return new Written(written, layers);
  }

  private Plan plan(ImageManifest manifest, Optional<String> frozen) throws IOException {
    Set<Integer> encrypt = new HashSet<>();
    if (!options.sealing().encryptTo().isEmpty()) {
      encrypt.addAll(options.sealing().layersOf(manifest.layers().size()));
    }
    return Plan.of(
        new Plan.Facts(
            manifest,
            sink.accepts(),
            options.form(),
            encrypt,
            options.sealing().decryptWith().isEmpty() ? Plan.Decrypting.NO : Plan.Decrypting.YES,
            frozen));
  }

  /// The signatures that go along.
  static List<ImageSignature> signatures(
      ImageSource source, Accepts accepts, CopyOptions options, Digest manifest)
      throws IOException {
    if (options.signing().present() == Signing.Present.REMOVED) {
      return List.of();
    }
    List<ImageSignature> signatures = source.signatures(manifest);
    if (!signatures.isEmpty()
        && accepts.signatures() instanceof Accepts.Signatures.Refused(String reason)) {
      throw new UnsupportedException(
          "Can not copy signatures to " + accepts.place() + ": " + reason);
    }
    return signatures;
  }

  /// Why nothing may change, where that is so.
  static Optional<String> frozen(CopyOptions options, List<ImageSignature> signatures) {
    if (options.digests() == Digests.PRESERVED) {
      return Optional.of("Instructed to preserve digests");
    }
    return signatures.isEmpty() ? Optional.empty() : Optional.of("Would invalidate signatures");
  }

  /// The signatures that are made now.
  static List<ImageSignature> made(CopyOptions options, Document document) throws IOException {
    List<ImageSignature> made = new ArrayList<>();
    for (CopyOptions.Signer signer : options.signing().signers()) {
      made.add(signer.sign(document));
    }
    return made;
  }

  /// The layers in their places, checked for what would make them contradict one another.
  private List<Part> layersOf(ImageManifest manifest, List<Digest> diffIds) throws IOException {
    List<Part> layers = new ArrayList<>();
    Map<Digest, Long> sizes = new HashMap<>();
    for (Descriptor layer : manifest.layers()) {
      Long before = sizes.put(layer.digest(), layer.size());
      if (before != null && before != layer.size()) {
        throw new MalformedException(
            "the manifest gives the layer "
                + layer.digest()
                + " two sizes, "
                + before
                + " and "
                + layer.size());
      }
      int position = layers.size();
      Part part = Part.layer(layer, position).withOrigins(source.origins(layer));
      layers.add(position < diffIds.size() ? part.withDiffId(diffIds.get(position)) : part);
    }
    return layers;
  }

  /// Copies the configuration.
  ///
  /// @return the diff IDs that it promises; none where it is not an image's
  private List<Digest> copyConfig(ImageManifest manifest) throws IOException {
    Descriptor descriptor = manifest.config();
    if (descriptor.size() > ImageConfig.LARGEST) {
      throw new MalformedException(
          "the configuration has "
              + descriptor.size()
              + " bytes; at most "
              + ImageConfig.LARGEST
              + " are read");
    }
    Part part = Part.config(descriptor).withOrigins(source.origins(descriptor));
    Bytes config;
    listener.on(new Progress.Started(part));
    boolean arrived = false;
    try (InputStream stored = source.blob(descriptor);
        InputStream verified =
            new VerifyingInputStream(
                stored, part.toString(), descriptor.digest(), descriptor.size())) {
      config = Bytes.owning(verified.readAllBytes());
      Told.putting(part, () -> sink.put(part, config.stream()));
      arrived = true;
    } finally {
      listener.on(arrived ? new Progress.Finished(part) : new Progress.Failed(part));
    }
    return manifest.isImage() ? ImageConfig.parse(config).diffIds() : List.of();
  }

  private List<Outcome> copyLayers(List<Part> layers, Plan plan) throws IOException {
    LayerMove move =
        new LayerMove(
            source,
            sink,
            listener,
            Sealer.of(options.sealing().encryptTo()),
            Opener.of(options.sealing().decryptWith()),
            options.form().packing().level(),
            options.signing().signers().isEmpty()
                ? LayerMove.Variants.WELCOME
                : LayerMove.Variants.UNWELCOME);
    Map<Integer, Outcome> outcomes = new ConcurrentHashMap<>();
    List<Together.Work> looking = new ArrayList<>(layers.size());
    for (Part layer : layers) {
      looking.add(
          () -> {
            Optional<Outcome> reused = move.reuse(layer, plan.layers().get(layer.position()));
            if (reused.isPresent()) {
              outcomes.put(layer.position(), reused.get());
              listener.on(new Progress.Reused(layer));
            }
          });
    }
    Together.run(options.atOnce(), looking);
    List<Part> absent = new ArrayList<>();
    for (Part layer : layers) {
      if (!outcomes.containsKey(layer.position())) {
        absent.add(layer);
      }
    }
    // The largest first, so that no long one is left for the end.
    absent.sort((a, b) -> Long.compare(b.descriptor().size(), a.descriptor().size()));
    List<Together.Work> work = new ArrayList<>(absent.size());
    for (Part layer : absent) {
      work.add(
          () ->
              outcomes.put(
                  layer.position(), move.move(layer, plan.layers().get(layer.position()))));
    }
    Together.run(options.atOnce(), work);
    List<Outcome> ordered = new ArrayList<>(layers.size());
    for (Part layer : layers) {
      Outcome outcome = outcomes.get(layer.position());
      if (outcome != null) {
        ordered.add(outcome);
      }
    }
    return ordered;
  }

  /// Writes the manifest, in the words of another family where the place refuses the first. Some
  /// places know only at the commit that they do.
  private Document putManifest(
      ImageManifest manifest,
      List<Descriptor> layers,
      Plan plan,
      Standing standing,
      List<ImageSignature> signatures)
      throws IOException {
    List<String> tried = new ArrayList<>();
    List<UnsupportedException> refusals = new ArrayList<>();
    for (Family family : plan.families()) {
      try {
        Document written = ManifestText.rewrite(manifest, family, layers);
        List<ImageSignature> all = new ArrayList<>(signatures);
        all.addAll(made(options, written));
        sink.putManifest(written, standing, all);
        if (!(standing instanceof Standing.Listed)) {
          listener.on(new Progress.Committing());
          sink.commit();
        }
        return written;
      } catch (UnsupportedException e) {
        tried.add(family.manifest() + "(" + e.getMessage() + ")");
        refusals.add(e);
      }
    }
    if (refusals.size() == 1) {
      throw refusals.getFirst();
    }
    throw new UnsupportedException(
        "Uploading manifest failed, attempted the following formats: " + String.join(", ", tried),
        refusals.getFirst());
  }
}
