package dev.stowage.transfer;

import dev.stowage.model.LayerCompression;
import dev.stowage.model.MediaType;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// What a place can hold. The [Copier] brings everything into such a form.
///
/// @param place the place's name, for messages, for example `docker://registry.example/app:v1`
/// @param manifests the types of manifests and of indexes it holds, the most welcome first; one
///   without a type of index holds no index
/// @param layers the compressions in which it holds layers just as they come
/// @param otherwise what a layer is compressed with that comes in none of these, or that comes from
///   a place that keeps layers unpacked
/// @param foreign what becomes of layers that may be had elsewhere
/// @param signatures whether it holds signatures
public record Accepts(
    String place,
    List<MediaType> manifests,
    Set<LayerCompression> layers,
    LayerCompression otherwise,
    Foreign foreign,
    Signatures signatures) {

  /// Every type of document that this program writes, the OCI ones first.
  public static final List<MediaType> ALL_MANIFESTS =
      List.of(
          MediaType.OCI_MANIFEST,
          MediaType.DOCKER_MANIFEST,
          MediaType.OCI_INDEX,
          MediaType.DOCKER_LIST);

  /// Every compression, and none.
  public static final Set<LayerCompression> ALL_COMPRESSIONS =
      Set.copyOf(EnumSet.allOf(LayerCompression.class));

  /// What becomes of layers whose descriptors name addresses where they may be had.
  public enum Foreign {
    /// The place holds the addresses; nothing is moved.
    LEFT_WHERE_THEY_ARE,
    /// They are moved like all others.
    MOVED
  }

  /// Whether a place holds signatures.
  public sealed interface Signatures {
    /// It does.
    Signatures HELD = new Held();

    record Held() implements Signatures {}

    /// It does not.
    ///
    /// @param reason why, as the field's tools word it, for example `Pushing signatures for OCI
    ///   images is not supported`
    record Refused(String reason) implements Signatures {}
  }

  public Accepts {
    manifests = List.copyOf(manifests);
    layers = Set.copyOf(layers);
  }

  /// Whether the place holds an index beside the images it lists.
  public boolean holdsIndexes() {
    for (MediaType type : manifests) {
      if (type.isIndex()) {
        return true;
      }
    }
    return false;
  }
}
