package dev.stowage.store;

import dev.stowage.archive.Compression;
import dev.stowage.model.Digest;
import dev.stowage.model.Json;
import dev.stowage.model.LayerId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// One layer as `layers.json` records it: a view of the record, which is kept as it was read, so
/// that keys this program does not know survive a rewrite. What is damaged reads as absent.
public final class Layer {
  static final String INCOMPLETE = "incomplete";

  private final LayerId id;
  private final Json.Obj json;
  private final Home home;

  Layer(LayerId id, Json.Obj json, Home home) {
    this.id = id;
    this.json = json;
    this.home = home;
  }

  /// A layer of a snapshot that is put together by hand.
  public static Layer of(LayerId id, Json.Obj json, Home home) {
    return new Layer(id, json, home);
  }

  public LayerId id() {
    return id;
  }

  /// The layer beneath this one.
  public Optional<LayerId> parent() {
    return Ids.layer(Fields.text(json, "parent"));
  }

  public List<String> names() {
    return Fields.texts(json, "names");
  }

  /// What the maker of the layer noted down.
  public String metadata() {
    return Fields.text(json, "metadata").orElse("");
  }

  /// The SELinux label the layer is mounted with; empty where there is none.
  public String mountLabel() {
    return Fields.text(json, "mountlabel").orElse("");
  }

  public Optional<Instant> created() {
    return Fields.time(json, "created");
  }

  /// The digest of the blob the layer came from, as it came.
  public Optional<Digest> compressedDigest() {
    return Fields.digest(json, "compressed-diff-digest");
  }

  /// The size in bytes of the blob the layer came from, as it came.
  public OptionalLong compressedSize() {
    return compressedDigest().isPresent()
        ? OptionalLong.of(Fields.number(json, "compressed-size").orElse(0L))
        : OptionalLong.empty();
  }

  /// The digest of the layer's plain tar: what an image's config calls a diff ID.
  public Optional<Digest> uncompressedDigest() {
    return Fields.digest(json, "diff-digest");
  }

  /// The size in bytes of the layer's plain tar, where it is known.
  public OptionalLong uncompressedSize() {
    if (uncompressedDigest().isEmpty() && tocDigest().isEmpty()) {
      return OptionalLong.empty();
    }
    long size = Fields.number(json, "diff-size").orElse(0L);
    return size < 0 ? OptionalLong.empty() : OptionalLong.of(size);
  }

  /// The digest of the blob's table of contents, for layers pulled in parts.
  public Optional<Digest> tocDigest() {
    return Fields.digest(json, "toc-digest");
  }

  /// How the blob was compressed that the layer came from.
  public Compression compression() {
    return CompressionNumber.compression(Fields.number(json, "compression").orElse(0L));
  }

  /// The user IDs that own something in the layer.
  public List<Long> userIds() {
    return Fields.numbers(json, "uidset");
  }

  /// The group IDs that own something in the layer.
  public List<Long> groupIds() {
    return Fields.numbers(json, "gidset");
  }

  public List<IdMap> userMap() {
    return Fields.idMaps(json, "uidmap");
  }

  public List<IdMap> groupMap() {
    return Fields.idMaps(json, "gidmap");
  }

  public Json.Obj flags() {
    return Fields.object(json, "flags");
  }

  public List<String> dataNames() {
    return Fields.texts(json, "big-data-names");
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

  boolean incomplete() {
    return Fields.flag(json, INCOMPLETE);
  }

  @Override
  public String toString() {
    return "layer " + id;
  }
}
