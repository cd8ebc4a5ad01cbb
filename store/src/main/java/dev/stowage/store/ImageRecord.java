package dev.stowage.store;

import dev.stowage.model.Digest;
import dev.stowage.model.ImageId;
import dev.stowage.model.Json;
import dev.stowage.model.LayerId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// One image as `images.json` records it: a view of the record, which is kept as it was read, so
/// that keys this program does not know survive a rewrite. What is damaged reads as absent.
public final class ImageRecord {

  /// What the name of a data item begins with that is one of the image's manifests.
  public static final String MANIFEST_PREFIX = "manifest";

  private final ImageId id;
  private final Json.Obj json;
  private final Home home;

  ImageRecord(ImageId id, Json.Obj json, Home home) {
    this.id = id;
    this.json = json;
    this.home = home;
  }

  /// An image of a snapshot that is put together by hand.
  public static ImageRecord of(ImageId id, Json.Obj json, Home home) {
    return new ImageRecord(id, json, home);
  }

  public ImageId id() {
    return id;
  }

  /// The first manifest digest on record. Of several, [#digests] says all.
  public Optional<Digest> digest() {
    Optional<Digest> explicit = Fields.digest(json, "digest");
    if (explicit.isPresent()) {
      return explicit;
    }
    List<Digest> all = digests();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.getFirst());
  }

  /// The digests of all manifests kept for the image, each once.
  public List<Digest> digests() {
    List<Digest> digests = new ArrayList<>();
    Fields.digest(json, "digest").ifPresent(digests::add);
    Json.Obj recorded = Fields.object(json, "big-data-digests");
    for (String key : recorded.fields().keySet()) {
      if (key.startsWith(MANIFEST_PREFIX)) {
        Optional<Digest> digest = Fields.digest(recorded, key);
        if (digest.isPresent() && !digests.contains(digest.get())) {
          digests.add(digest.get());
        }
      }
    }
    return List.copyOf(digests);
  }

  /// Tags and digest references, mixed, as the file has them.
  public List<String> names() {
    return Fields.texts(json, "names");
  }

  /// Names the image has or had, newest first.
  public List<String> namesHistory() {
    return Fields.texts(json, "names-history");
  }

  /// The topmost layer; none for an image without layers and for a list of manifests.
  public Optional<LayerId> topLayer() {
    return Ids.layer(Fields.text(json, "layer"));
  }

  /// Copies of the top layer that differ in the owners of files alone.
  public List<LayerId> mappedTopLayers() {
    List<String> texts = Fields.texts(json, "mapped-layers");
    if (texts.isEmpty()) {
      return List.of();
    }
    List<LayerId> layers = new ArrayList<>();
    for (String text : texts) {
      Ids.layer(Optional.of(text)).ifPresent(layers::add);
    }
    return List.copyOf(layers);
  }

  /// What the maker of the image noted down.
  public String metadata() {
    return Fields.text(json, "metadata").orElse("");
  }

  /// The names of the image's data items: manifests, config, signatures.
  public List<String> dataNames() {
    return Fields.texts(json, "big-data-names");
  }

  /// The recorded size in bytes of a data item.
  public OptionalLong dataSize(String name) {
    Optional<Long> size = Fields.number(Fields.object(json, "big-data-sizes"), name);
    return size.isPresent() ? OptionalLong.of(size.get()) : OptionalLong.empty();
  }

  /// The recorded digest of a data item.
  public Optional<Digest> dataDigest(String name) {
    return Fields.digest(Fields.object(json, "big-data-digests"), name);
  }

  public Optional<Instant> created() {
    return Fields.time(json, "created");
  }

  public Json.Obj flags() {
    return Fields.object(json, "flags");
  }

  public boolean readOnly() {
    return home.readOnly();
  }

  public Home home() {
    return home;
  }

  /// The record as it stands in the file.
  public Json.Obj json() {
    return json;
  }

  /// This record with other names in memory, for listings that narrow them. Nothing is written.
  public ImageRecord withNames(List<String> names) {
    return with("names", Json.ofStrings(names));
  }

  ImageRecord with(String key, Json value) {
    return new ImageRecord(id, json.toBuilder().put(key, value).build(), home);
  }

  ImageRecord without(String key) {
    return json.fields().containsKey(key)
        ? new ImageRecord(id, json.toBuilder().remove(key).build(), home)
        : this;
  }

  ImageRecord with(Map<String, Json> fields) {
    Json.Builder builder = json.toBuilder();
    fields.forEach(builder::put);
    return new ImageRecord(id, builder.build(), home);
  }

  @Override
  public String toString() {
    return "image " + id;
  }
}
