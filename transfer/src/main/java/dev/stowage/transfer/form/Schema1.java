package dev.stowage.transfer.form;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.Family;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MediaType;
import dev.stowage.model.UnsupportedException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// A manifest of Docker's schema 1, signed or not, which gives layers without sizes and, in place
/// of a configuration, a history whose entries are texts of JSON. Signatures are not verified:
/// whoever signed, the registry named the document by its digest.
///
/// @param layers the digests of all layers, lowest first, those that hold nothing included
/// @param steps the entries of the history in the same order
/// @see <a href="https://distribution.github.io/distribution/spec/deprecated-schema-v1/">Image
///   manifest version 2, schema 1</a>
public record Schema1(List<Digest> layers, List<Json.Obj> steps) {
  /// The most layers that are read: four times what any driver can mount.
  private static final int MOST_LAYERS = 2000;

  /// Which fields of the old configuration say nothing any more.
  private static final List<String> DROPPED =
      List.of("id", "parent", "parent_id", "layer_id", "throwaway", "Size");

  public Schema1 {
    layers = List.copyOf(layers);
    steps = List.copyOf(steps);
  }

  public static boolean is(MediaType type) {
    return type.equals(MediaType.DOCKER_SCHEMA1) || type.equals(MediaType.DOCKER_SCHEMA1_SIGNED);
  }

  public static Schema1 parse(Document document) throws MalformedException {
    Json.Obj json = Json.parseObject(document.bytes());
    if (json.number("schemaVersion").orElse(0L) != 1) {
      throw new MalformedException("schemaVersion is not 1");
    }
    List<Json.Obj> written = json.objects("fsLayers");
    List<Json.Obj> history = json.objects("history");
    if (written.size() != history.size()) {
      throw new MalformedException("length of history not equal to number of layers");
    }
    if (written.isEmpty()) {
      throw new MalformedException("no FSLayers in manifest");
    }
    if (written.size() > MOST_LAYERS) {
      throw new MalformedException(
          "a manifest with " + written.size() + " layers; at most " + MOST_LAYERS + " are read");
    }
    List<Digest> layers = new ArrayList<>();
    List<Json.Obj> steps = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    String below = "";
    for (int i = written.size() - 1; i >= 0; i--) {
      Json.Obj step =
          Json.parseObject(
              Bytes.utf8(
                  history
                      .get(i)
                      .string("v1Compatibility")
                      .orElseThrow(
                          () -> new MalformedException("\"v1Compatibility\" is missing"))));
      String id = step.string("id").orElse("");
      if (!Digest.isDigest("sha256:" + id)) {
        throw new MalformedException("image ID \"" + id + "\" is invalid");
      }
      if (id.equals(below)) {
        continue; // an entry that stands twice
      }
      if (!seen.add(id)) {
        throw new MalformedException("ID " + id + " appears multiple times in manifest");
      }
      String parent = step.string("parent").orElse("");
      if (!parent.equals(below)) {
        throw new MalformedException(
            below.isEmpty()
                ? "Invalid parent ID in the base layer of the image"
                : "Invalid parent ID. Expected " + below + ", got \"" + parent + "\"");
      }
      String blob = written.get(i).string("blobSum").orElse("");
      layers.add(Digest.parse(blob));
      steps.add(step);
      below = id;
    }
    return new Schema1(layers, steps);
  }

  /// Whether the layer in this place holds nothing.
  private boolean thrownAway(int place) throws MalformedException {
    return steps.get(place).bool("throwaway").orElse(false);
  }

  /// The places of the layers that hold something, lowest first.
  public List<Integer> kept() throws MalformedException {
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      if (!thrownAway(i)) {
        kept.add(i);
      }
    }
    return kept;
  }

  /// A configuration of schema 2, made from the topmost entry of the history.
  ///
  /// @param diffIds of the layers that hold something, lowest first
  public Bytes config(List<Digest> diffIds) throws MalformedException {
    Map<String, Json> fields = new TreeMap<>(steps.getLast().fields());
    DROPPED.forEach(fields::remove);
    List<String> texts = new ArrayList<>();
    for (Digest diffId : diffIds) {
      texts.add(diffId.toString());
    }
    fields.put(
        "rootfs",
        Json.object().put("type", "layers").put("diff_ids", Json.ofStrings(texts)).build());
    List<Json> history = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      history.add(historyEntry(i));
    }
    fields.put("history", new Json.Arr(history));
    return Bytes.utf8(new Json.Obj(fields).compact());
  }

  private Json.Obj historyEntry(int place) throws MalformedException {
    Json.Obj step = steps.get(place);
    Json.Builder entry =
        Json.object().put("created", step.string("created").orElse("0001-01-01T00:00:00Z"));
    putText(entry, "author", step.string("author"));
    Optional<Json.Obj> container = step.object("container_config");
    if (container.isPresent()) {
      putText(entry, "created_by", Optional.of(String.join(" ", container.get().texts("Cmd"))));
    }
    putText(entry, "comment", step.string("comment"));
    if (thrownAway(place)) {
      entry.put("empty_layer", true);
    }
    return entry.build();
  }

  private static void putText(Json.Builder entry, String key, Optional<String> text) {
    if (text.isPresent() && !text.get().isEmpty()) {
      entry.put(key, text.get());
    }
  }

  /// A manifest of schema 2 for the same image.
  public static Document manifest(Bytes config, List<Descriptor> layers)
      throws UnsupportedException {
    return ManifestText.of(
        Family.DOCKER,
        new Descriptor(MediaType.DOCKER_CONFIG, Digest.of(config), config.length()),
        layers);
  }
}
