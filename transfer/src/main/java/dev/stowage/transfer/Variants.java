package dev.stowage.transfer;

import dev.stowage.model.Descriptor;
import dev.stowage.model.ImageIndex;
import dev.stowage.model.LayerCompression;
import dev.stowage.model.Platform;
import dev.stowage.transfer.CopyOptions.Packing;
import dev.stowage.transfer.form.IndexText;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/// Which compressions an index lacks an image in, platform by platform. An entry that does not say
/// otherwise is one of gzip.
final class Variants {
  private final List<LayerCompression> wanted;
  private final Map<Platform, Set<LayerCompression>> listed = new HashMap<>();

  private Variants(List<LayerCompression> wanted) {
    this.wanted = wanted;
  }

  static Variants of(ImageIndex index, List<LayerCompression> wanted) {
    Variants variants = new Variants(wanted);
    for (Descriptor entry : index.manifests()) {
      boolean zstd = "true".equals(entry.annotations().get(IndexText.ZSTD_ANNOTATION));
      boolean _ = variants.of(entry).add(zstd ? LayerCompression.ZSTD : LayerCompression.GZIP);
    }
    return variants;
  }

  private Set<LayerCompression> of(Descriptor entry) {
    return listed.computeIfAbsent(
        entry.platform().orElse(new Platform("", "", "")),
        _ -> EnumSet.noneOf(LayerCompression.class));
  }

  boolean none() {
    return wanted.isEmpty();
  }

  /// The compressions that are wanted for the platform of an entry and listed for none. They count
  /// as listed from then on.
  List<LayerCompression> lackingFor(Descriptor entry) {
    List<LayerCompression> lacking = new ArrayList<>();
    for (LayerCompression each : wanted) {
      if (of(entry).add(each)) {
        lacking.add(each);
      }
    }
    return lacking;
  }

  /// How an image is copied to be had in a compression.
  static CopyOptions packed(CopyOptions options, LayerCompression compression) {
    OptionalInt level = options.form().packing().level();
    return options.withForm(
        options.form().withPacking(new Packing.As(compression, level, Packing.Others.REPLACED)));
  }
}
