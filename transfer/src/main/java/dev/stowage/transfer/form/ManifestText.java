package dev.stowage.transfer.form;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Document;
import dev.stowage.model.Family;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MediaType;
import dev.stowage.model.UnsupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Manifests of one image, written anew where something of them has changed.
public final class ManifestText {
  private ManifestText() {}

  /// The manifest with other layers, or in the words of the other family. What nothing has changed
  /// of is returned as it was received, byte for byte; fields that this program does not know stay
  /// as long as the family does.
  ///
  /// @param layers as they are at the destination, lowest first; their types are put into the
  ///   family's words here
  /// @throws UnsupportedException where the family cannot say it
  public static Document rewrite(ImageManifest manifest, Family family, List<Descriptor> layers)
      throws MalformedException, UnsupportedException {
    Family before = Family.of(manifest.document().type());
    if (before == family) {
      return layers.equals(manifest.layers())
          ? manifest.document()
          : edited(manifest, family, layers);
    }
    if (!manifest.isImage()) {
      throw new UnsupportedException(
          "unsupported image-specific operation on artifact with type \""
              + manifest.artifactType().orElse(manifest.config().type())
              + "\"");
    }
    Descriptor config =
        new Descriptor(
            family == Family.OCI ? MediaType.OCI_CONFIG : MediaType.DOCKER_CONFIG,
            manifest.config().digest(),
            manifest.config().size());
    return of(family, config, layers);
  }

  /// A manifest of these parts alone.
  public static Document of(Family family, Descriptor config, List<Descriptor> layers)
      throws UnsupportedException {
    List<Json.Obj> texts = new ArrayList<>(layers.size());
    for (Descriptor layer : layers) {
      texts.add(Text.descriptor(typed(layer, family), family));
    }
    Json.Obj text =
        Json.object()
            .put("schemaVersion", 2)
            .put("mediaType", family.manifest().value())
            .put("config", Text.descriptor(config, family))
            .put("layers", Text.array(texts))
            .build();
    return new Document(family.manifest(), Bytes.utf8(text.compact()));
  }

  /// The manifest of an image that was made of another: with any other configuration, layers and
  /// annotations. What the manifest says beside them stays.
  ///
  /// @param layers lowest first; those that the manifest has already are described as it does
  public static Document remade(
      ImageManifest manifest,
      Descriptor config,
      List<Descriptor> layers,
      Map<String, String> annotations)
      throws MalformedException, UnsupportedException {
    Family family = Family.of(manifest.document().type());
    Json.Obj text = Json.parseObject(manifest.document().bytes());
    List<Json.Obj> before = text.objects("layers");
    List<Json.Obj> after = new ArrayList<>(layers.size());
    for (Descriptor layer : layers) {
      int known = manifest.layers().indexOf(layer);
      after.add(known >= 0 ? before.get(known) : Text.descriptor(typed(layer, family), family));
    }
    Json.Builder edited =
        text.toBuilder()
            .put("config", Text.descriptor(config, family))
            .put("layers", Text.array(after));
    if (annotations.isEmpty()) {
      edited.remove("annotations");
    } else {
      edited.put("annotations", Text.sorted(annotations));
    }
    return new Document(manifest.document().type(), Bytes.utf8(edited.build().compact()));
  }

  private static Document edited(ImageManifest manifest, Family family, List<Descriptor> layers)
      throws MalformedException, UnsupportedException {
    Json.Obj text = Json.parseObject(manifest.document().bytes());
    List<Json.Obj> before = text.objects("layers");
    if (before.size() != layers.size()) {
      throw new MalformedException(
          "Error preparing updated manifest: layer count changed from "
              + before.size()
              + " to "
              + layers.size());
    }
    List<Json.Obj> after = new ArrayList<>(layers.size());
    for (int i = 0; i < layers.size(); i++) {
      Descriptor now = layers.get(i);
      after.add(
          now.equals(manifest.layers().get(i))
              ? before.get(i)
              : Text.descriptor(typed(now, family), family));
    }
    Json.Obj edited = text.toBuilder().put("layers", Text.array(after)).build();
    return new Document(manifest.document().type(), Bytes.utf8(edited.compact()));
  }

  private static Descriptor typed(Descriptor layer, Family family) throws UnsupportedException {
    Optional<LayerType> type = LayerType.of(layer.type());
    if (type.isEmpty()) {
      if (Family.of(layer.type()) == family) {
        return layer;
      }
      throw new UnsupportedException(
          "Unknown media type during manifest conversion: \"" + layer.type() + "\"");
    }
    return new Descriptor(
        type.get().in(family).mediaType(),
        layer.digest(),
        layer.size(),
        layer.platform(),
        layer.annotations(),
        layer.urls());
  }
}
