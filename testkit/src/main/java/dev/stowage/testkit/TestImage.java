package dev.stowage.testkit;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import java.util.ArrayList;
import java.util.List;

/// A whole image in memory.
///
/// @param layers the layers as a registry has them, compressed or not
/// @param layerDescriptors what the manifest says of each
/// @param diffIds the digests of the layers' plain tars
public record TestImage(
    Document manifest,
    Bytes config,
    List<Bytes> layers,
    List<Descriptor> layerDescriptors,
    List<Digest> diffIds) {

  public TestImage {
    layers = List.copyOf(layers);
    layerDescriptors = List.copyOf(layerDescriptors);
    diffIds = List.copyOf(diffIds);
  }

  /// The configuration and the layers.
  public List<Bytes> blobs() {
    List<Bytes> blobs = new ArrayList<>(layers);
    blobs.add(config);
    return blobs;
  }
}
