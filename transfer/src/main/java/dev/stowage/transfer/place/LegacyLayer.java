package dev.stowage.transfer.place;

import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A layer as programs from before 2016 know it: an image of its own with a parent.
///
/// @param id made from the configuration below and the layers beneath, so that equal layers on
///   equal ones have equal IDs
/// @param layer the digest of its plain tar
/// @param json its configuration
record LegacyLayer(String id, Digest layer, Bytes json) {
  /// What is taken over from the image's configuration into the topmost layer's, and where the keys
  /// that are not stand among them: keys are sorted.
  private static final List<String> KEYS =
      List.of(
          "architecture",
          "config",
          "container",
          "container_config",
          "created",
          "docker_version",
          "id",
          "layer_id",
          "os",
          "parent");

  /// The layers of an image, lowest first.
  static List<LegacyLayer> of(Bytes config, List<Digest> layers) throws MalformedException {
    List<LegacyLayer> legacy = new ArrayList<>(layers.size());
    Json.Obj image = Json.parseObject(config);
    Optional<String> parent = Optional.empty();
    String chain = "";
    for (Digest layer : layers) {
      chain =
          chain.isEmpty()
              ? layer.toString()
              : Digest.of(Bytes.utf8(chain + " " + layer)).toString();
      boolean top = legacy.size() == layers.size() - 1;
      Bytes nameless = json(image, top, parent, "layer_id", chain);
      String id = Digest.of(nameless).hex();
      legacy.add(new LegacyLayer(id, layer, json(image, top, parent, "id", id)));
      parent = Optional.of(id);
    }
    return legacy;
  }

  private static Bytes json(
      Json.Obj image, boolean top, Optional<String> parent, String key, String value) {
    Json.Builder json = Json.object();
    for (String each : KEYS) {
      if (each.equals(key)) {
        json.put(key, value);
      } else if (each.equals("parent")) {
        if (parent.isPresent()) {
          json.put("parent", parent.get());
        }
      } else if (top && !each.endsWith("id")) {
        Optional<Json> field = image.get(each);
        json.put(each, field.isPresent() ? field.get() : new Json.Null());
      }
    }
    return Bytes.utf8(json.build().compact());
  }
}
