package dev.stowage.engine;

import dev.stowage.archive.StackUsage;
import dev.stowage.model.Digest;
import dev.stowage.model.ImageConfig;
import dev.stowage.model.ImageManifest;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Part;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/// How well an image uses the room it takes, in dive's terms.
///
/// @param image the digest of its manifest
/// @param layers lowest first
/// @param efficiency from 0 to 1: the least sizes of all paths over all their sizes
/// @param hidden the bytes of files that no container sees
/// @param repeated the paths that several layers have or remove, those with the most bytes first
/// @see <a href="https://github.com/wagoodman/dive">dive</a>
public record Analysis(
    Digest image, List<Layer> layers, double efficiency, long hidden, List<Repeated> repeated) {
  public Analysis {
    layers = List.copyOf(layers);
    repeated = List.copyOf(repeated);
  }

  /// A layer.
  ///
  /// @param blob as the manifest lists it
  /// @param stored how many bytes it has there
  /// @param size how many bytes its files have
  public record Layer(
      Digest blob,
      Digest diffId,
      String createdBy,
      long stored,
      long size,
      Amount added,
      Amount modified,
      Amount removed) {}

  /// Files and their bytes.
  public record Amount(long files, long bytes) {}

  /// A path that several layers have to do with.
  ///
  /// @param times how many layers have or remove it
  /// @param bytes of it in all of them
  public record Repeated(String path, long times, long bytes) {}

  /// Reads all layers once; nothing of them is kept.
  ///
  /// @throws dev.stowage.model.StowageException if a layer is not what its descriptor says
  public static Analysis of(ImageSource source, ImageManifest manifest) throws IOException {
    StackUsage stack = new StackUsage();
    List<Part> parts = RemoteContents.layers(source, manifest);
    for (Part part : parts) {
      try (InputStream plain = RemoteContents.plain(source, part)) {
        stack.add(plain);
      }
    }
    List<String> steps = new ArrayList<>();
    for (ImageConfig.Step step :
        ImageConfig.parse(RemoteContents.config(source, manifest).bytes()).history()) {
      if (!step.emptyLayer()) {
        steps.add(step.createdBy());
      }
    }
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      StackUsage.LayerUsage usage = stack.layers().get(i);
      layers.add(
          new Layer(
              parts.get(i).descriptor().digest(),
              parts.get(i).diffId().orElse(parts.get(i).descriptor().digest()),
              i < steps.size() ? steps.get(i) : "",
              parts.get(i).descriptor().size(),
              usage.size(),
              amount(usage.added()),
              amount(usage.modified()),
              amount(usage.removed())));
    }
    List<Repeated> repeated = new ArrayList<>();
    for (StackUsage.Repeated path : stack.repeated()) {
      repeated.add(new Repeated(path.path(), path.times(), path.bytes()));
    }
    return new Analysis(
        manifest.document().digest(), layers, stack.efficiency(), stack.hidden(), repeated);
  }

  private static Amount amount(StackUsage.Amount amount) {
    return new Amount(amount.files(), amount.bytes());
  }

  /// The bytes of the files of all layers.
  public long size() {
    long size = 0;
    for (Layer layer : layers) {
      size += layer.size();
    }
    return size;
  }

  /// The bytes of all but the lowest layer.
  public long userSize() {
    return layers.isEmpty() ? 0 : size() - layers.getFirst().size();
  }

  /// The bytes of paths that several layers have, all of them counted, as dive does.
  public long wasted() {
    long wasted = 0;
    for (Repeated path : repeated) {
      wasted += path.bytes();
    }
    return wasted;
  }

  /// The wasted bytes over those of all but the lowest layer; 0 where there are none of these.
  public double userWasted() {
    return userSize() == 0 ? 0 : (double) wasted() / userSize();
  }
}
