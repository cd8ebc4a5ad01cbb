package dev.stowage.transfer;

import dev.stowage.archive.VerifyingInputStream;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageConfig;
import dev.stowage.model.ImageIndex;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Manifest;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Platform;
import dev.stowage.model.PlatformChoice;
import dev.stowage.model.UnsupportedException;
import dev.stowage.transfer.Listener.Progress;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Copies one image from a source to a sink: the manifest that fits the platform, its
/// configuration, and those layers the sink lacks, side by side and each in one pass.
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
    ImageManifest manifest = choose(toplevel);
    List<Part> layers = layersOf(manifest);
    copyConfig(Part.config(manifest.config()));
    sink.expect(manifest);
    copyLayers(layers);
    Document document = manifest.document();
    Standing standing =
        toplevel.bytes().equals(document.bytes())
            ? Standing.ALONE
            : new Standing.PickedFrom(toplevel);
    sink.putManifest(document, standing, source.signatures(document.digest()));
    listener.on(new Progress.Committing());
    sink.commit();
    return new Copied(manifest.document(), toplevel);
  }

  private ImageManifest choose(Document toplevel) throws IOException {
    Manifest parsed = Manifest.parse(toplevel);
    if (parsed instanceof ImageIndex index) {
      if (!(options.instances() instanceof CopyOptions.Instances.One(PlatformChoice platforms))) {
        throw new UnsupportedException("copying several images of an index");
      }
      Optional<Descriptor> chosen = platforms.choose(index);
      if (chosen.isEmpty()) {
        Platform platform = platforms.wanted().getFirst();
        throw new NotFoundException(
            NotFoundException.Kind.MANIFEST,
            platform.toString(),
            "no image found in image index for architecture \""
                + platform.architecture()
                + "\", variant \""
                + platform.variant()
                + "\", OS \""
                + platform.os()
                + "\"");
      }
      parsed = Manifest.parse(source.manifest(chosen.get().digest()));
    }
    return switch (parsed) {
      case ImageManifest manifest -> manifest;
      case ImageIndex ignored ->
          throw new MalformedException("an index inside an index is not supported");
    };
  }

  /// The layers in their places, checked for what would make them contradict one another.
  private static List<Part> layersOf(ImageManifest manifest) throws MalformedException {
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
      layers.add(Part.layer(layer, layers.size()));
    }
    return layers;
  }

  private void copyConfig(Part config) throws IOException {
    Descriptor descriptor = config.descriptor();
    if (descriptor.size() > ImageConfig.LARGEST) {
      throw new MalformedException(
          "the configuration has "
              + descriptor.size()
              + " bytes; at most "
              + ImageConfig.LARGEST
              + " are read");
    }
    move(config);
  }

  private void copyLayers(List<Part> layers) throws IOException {
    List<Part> absent = new ArrayList<>();
    for (Part layer : layers) {
      if (sink.reuse(layer).isPresent()) {
        listener.on(new Progress.Reused(layer));
      } else {
        absent.add(layer);
      }
    }
    // The largest first, so that no long one is left for the end.
    absent.sort(Comparator.comparingLong((Part layer) -> layer.descriptor().size()).reversed());
    List<Together.Work> work = new ArrayList<>(absent.size());
    for (Part layer : absent) {
      work.add(() -> move(layer));
    }
    Together.run(options.atOnce(), work);
  }

  private void move(Part part) throws IOException {
    Descriptor expected = part.descriptor();
    listener.on(new Progress.Started(part));
    boolean arrived = false;
    try (InputStream stored = source.blob(expected);
        InputStream told = new ToldInputStream(stored, part, listener);
        InputStream verified =
            new VerifyingInputStream(told, part.toString(), expected.digest(), expected.size())) {
      put(part, verified);
      arrived = true;
    } finally {
      listener.on(arrived ? new Progress.Finished(part) : new Progress.Failed(part));
    }
  }

  /// Says of what is wrong inside a part which part that is.
  private void put(Part part, InputStream content) throws IOException {
    try {
      sink.put(part, content);
    } catch (MalformedException e) {
      throw new MalformedException(named(part, e), e.position(), e);
    } catch (UnsupportedException e) {
      throw new UnsupportedException(named(part, e), e);
    } catch (EOFException e) {
      throw new MalformedException(named(part, e), MalformedException.UNKNOWN_POSITION, e);
    }
  }

  private static String named(Part part, IOException e) {
    String text = String.valueOf(e.getMessage());
    return text.contains(part.descriptor().digest().hex()) ? text : part + ": " + text;
  }
}
