package dev.stowage.transfer;

import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.Family;
import dev.stowage.model.ImageIndex;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.LayerCompression;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Manifest;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Platform;
import dev.stowage.model.PlatformChoice;
import dev.stowage.model.UnsupportedException;
import dev.stowage.transfer.CopyOptions.Instances;
import dev.stowage.transfer.CopyOptions.Instances.Rest;
import dev.stowage.transfer.Listener.Progress;
import dev.stowage.transfer.form.IndexText;
import dev.stowage.transfer.form.LayerType;
import dev.stowage.transfer.form.Schema1;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Copies an image, or several of an index, from a source to a sink: manifests, configurations, and
/// those layers the sink lacks, side by side and each in one pass. It decides what is moved and in
/// which form; the places only move bytes. What need not change is not changed, so that digests
/// stay what they are.
public final class Copier {
  private final ImageSource source;
  private final ImageSink sink;
  private final CopyOptions options;
  private final Listener listener;

  private Copier(ImageSource source, ImageSink sink, CopyOptions options, Listener listener) {
    this.source = source;
    this.sink = sink;
    this.options = options;
    this.listener = listener;
  }

  /// Copies and commits. Where it fails, the sink is as it was. An interrupt of the calling thread
  /// ends it at once.
  ///
  /// @throws UnsupportedException where the sink cannot hold the image, or where it would have to
  ///   change and may not
  public static Copied copy(
      ImageSource source, ImageSink sink, CopyOptions options, Listener listener)
      throws IOException {
    Copier copier = new Copier(source, sink, options, listener);
    List<Copied> copied = new ArrayList<>(1);
    Together.run(1, List.of(() -> copied.add(copier.copy())));
    return copied.getFirst();
  }

  private Copied copy() throws IOException {
    Document toplevel = source.manifest();
    if (!toplevel.type().isIndex()) {
      return alone(source, toplevel, Standing.ALONE, toplevel);
    }
    if (!(Manifest.parse(toplevel) instanceof ImageIndex index)) {
      throw new MalformedException("not an index: " + toplevel.digest());
    }
    Instances instances = options.instances();
    if (instances instanceof Instances.One(PlatformChoice platforms)) {
      Digest picked = platforms.require(index).digest();
      ImageSource from = source.instance(picked);
      return alone(from, from.manifest(picked), new Standing.PickedFrom(toplevel), toplevel);
    }
    if (instances instanceof Instances.Chosen(var digests, var platforms, Rest rest)) {
      return several(index, chosen(index, digests, platforms), rest);
    }
    Set<Integer> copied = instances instanceof Instances.All ? places(index) : Set.of();
    return several(index, copied, Rest.STAYS_LISTED);
  }

  private Copied alone(ImageSource from, Document picked, Standing standing, Document toplevel)
      throws IOException {
    ImageCopy.Written written = one(from, picked, standing, options);
    return new Copied(written.manifest(), toplevel, written.layers());
  }

  private ImageCopy.Written one(
      ImageSource from, Document document, Standing standing, CopyOptions how) throws IOException {
    if (Schema1.is(document.type())) {
      checkConvertible(from, document);
      Schema1Source converted = Schema1Source.of(from, document);
      return new ImageCopy(converted, sink, how, listener)
          .copy(parsed(converted.manifest()), standing);
    }
    return new ImageCopy(from, sink, how, listener).copy(parsed(document), standing);
  }

  /// Nothing writes the old form any more, so that an image of it changes.
  private void checkConvertible(ImageSource from, Document old) throws IOException {
    if (options.digests() == CopyOptions.Digests.PRESERVED) {
      throw new UnsupportedException(
          "Manifest must be converted to type \""
              + Family.DOCKER.manifest()
              + "\" to be written to destination, but we cannot modify it: \""
              + ImageCopy.frozen(options, List.of()).orElse("")
              + "\"");
    }
    if (options.signing().present() != CopyOptions.Signing.Present.REMOVED
        && !from.signatures(old.digest()).isEmpty()) {
      listener.on(
          new Progress.Warned(
              "the signatures of "
                  + old.digest()
                  + " are left out: its manifest is of Docker's schema 1 and is converted, and they"
                  + " do not fit the new one"));
    }
  }

  private static ImageManifest parsed(Document document) throws IOException {
    if (Manifest.parse(document) instanceof ImageManifest manifest) {
      return manifest;
    }
    throw new MalformedException("an index inside an index is not supported");
  }

  private static Set<Integer> places(ImageIndex index) {
    Set<Integer> all = new HashSet<>();
    for (int i = 0; i < index.manifests().size(); i++) {
      all.add(i);
    }
    return all;
  }

  private static Set<Integer> chosen(
      ImageIndex index, List<Digest> digests, List<Platform> platforms) throws IOException {
    Set<Integer> chosen = new HashSet<>();
    for (int i = 0; i < index.manifests().size(); i++) {
      if (digests.contains(index.manifests().get(i).digest())) {
        chosen.add(i);
      }
    }
    for (Platform wanted : platforms) {
      boolean found = false;
      for (int i = 0; i < index.manifests().size(); i++) {
        Platform offered = index.manifests().get(i).platform().orElse(new Platform("", "", ""));
        if (offered.os().equals(wanted.os())
            && offered.architecture().equals(wanted.architecture())
            && (wanted.variant().isEmpty() || offered.variant().equals(wanted.variant()))) {
          chosen.add(i);
          found = true;
        }
      }
      if (!found) {
        throw new NotFoundException(
            NotFoundException.Kind.MANIFEST,
            wanted.toString(),
            "no instances found for platform " + wanted);
      }
    }
    return chosen;
  }

  private Copied several(ImageIndex index, Set<Integer> chosen, Rest rest) throws IOException {
    Family family = indexFamily(index);
    List<ImageSignature> signatures = new ArrayList<>(kept(index.document().digest()));
    Optional<String> frozen = ImageCopy.frozen(options, signatures);
    if (Family.of(index.document().type()) != family && frozen.isPresent()) {
      throw new UnsupportedException(
          "Manifest list must be converted to type \""
              + family.index()
              + "\" to be written to destination, but we cannot modify it: \""
              + frozen.get()
              + "\"");
    }
    Set<Integer> gone = new HashSet<>();
    if (rest == Rest.GOES) {
      gone.addAll(places(index));
      gone.removeAll(chosen);
      if (!gone.isEmpty() && frozen.isPresent()) {
        throw new UnsupportedException(
            "we should delete instances from manifest list, but we cannot: " + frozen.get());
      }
      if (chosen.isEmpty()) {
        throw new UnsupportedException(
            "requested operation filtered out all platforms and would create an empty image");
      }
    }
    listener.on(
        new Progress.Noted(
            "Copying "
                + chosen.size()
                + " images generated from "
                + index.manifests().size()
                + " images in list"));
    Map<Digest, IndexText.Instance> now = new HashMap<>();
    List<Outcome> layers = new ArrayList<>();
    List<IndexText.Added> added = new ArrayList<>();
    Variants variants = Variants.of(index, options.form().besides());
    int done = 0;
    for (int i = 0; i < index.manifests().size(); i++) {
      if (!chosen.contains(i)) {
        continue;
      }
      Descriptor listed = index.manifests().get(i);
      Digest digest = listed.digest();
      ImageSource from = source.instance(digest);
      done++;
      listener.on(
          new Progress.Noted("Copying image " + digest + " (" + done + "/" + chosen.size() + ")"));
      if (!now.containsKey(digest)) {
        ImageCopy.Written written = one(from, from.manifest(digest), Standing.LISTED, options);
        now.put(digest, new IndexText.Instance(written.manifest(), marks(written.layers())));
        layers.addAll(written.layers());
      }
      for (LayerCompression lacking : lacking(variants, listed, from)) {
        listener.on(
            new Progress.Noted(
                "Replicating image " + digest + " with compression " + lacking.word()));
        ImageCopy.Written written =
            one(from, from.manifest(digest), Standing.LISTED, Variants.packed(options, lacking));
        added.add(
            new IndexText.Added(
                i, new IndexText.Instance(written.manifest(), marks(written.layers()))));
        layers.addAll(written.layers());
      }
    }
    Document document = IndexText.rewrite(index, family, now, gone, added);
    if (frozen.isPresent() && !document.bytes().equals(index.document().bytes())) {
      throw new UnsupportedException(
          "Manifest list was edited, but we cannot modify it: \"" + frozen.get() + "\"");
    }
    listener.on(new Progress.Noted("Writing manifest list to image destination"));
    signatures.addAll(ImageCopy.made(options, document));
    sink.putIndex(document, signatures);
    listener.on(new Progress.Committing());
    sink.commit();
    return new Copied(document, index.document(), layers);
  }

  /// The compressions that an image is to be had in besides; none for what is no image.
  private static List<LayerCompression> lacking(
      Variants variants, Descriptor listed, ImageSource from) throws IOException {
    if (variants.none()
        || !(Manifest.parse(from.manifest(listed.digest())) instanceof ImageManifest manifest)
        || !manifest.isImage()) {
      return List.of();
    }
    for (Descriptor layer : manifest.layers()) {
      if (LayerType.of(layer.type()).isEmpty()) {
        return List.of();
      }
    }
    return variants.lackingFor(listed);
  }

  private List<ImageSignature> kept(Digest manifest) throws IOException {
    return ImageCopy.signatures(source, sink.accepts(), options, manifest);
  }

  private Family indexFamily(ImageIndex index) throws UnsupportedException {
    if (!sink.accepts().holdsIndexes()) {
      throw new UnsupportedException(
          "copying multiple images: destination "
              + sink.accepts().place()
              + " does not support copying multiple images as a group");
    }
    Optional<Family> asked = options.form().manifest();
    if (asked.isPresent()) {
      return asked.get();
    }
    Family source = Family.of(index.document().type());
    return sink.accepts().manifests().contains(source.index())
        ? source
        : source == Family.OCI ? Family.DOCKER : Family.OCI;
  }

  /// Says of an image whose layers are all compressed with zstd that they are.
  private static Map<String, String> marks(List<Outcome> layers) {
    for (Outcome layer : layers) {
      Optional<LayerType> type = LayerType.of(layer.result().type());
      if (type.isEmpty() || type.get().compression() != LayerCompression.ZSTD) {
        return Map.of();
      }
    }
    return layers.isEmpty() ? Map.of() : Map.of(IndexText.ZSTD_ANNOTATION, "true");
  }
}
