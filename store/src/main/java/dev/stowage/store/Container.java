package dev.stowage.store;

import dev.stowage.model.ContainerId;
import dev.stowage.model.ImageId;
import dev.stowage.model.Json;
import dev.stowage.model.LayerId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// One container as `containers.json` records it, Podman's and Buildah's alike. What is damaged
/// reads as absent.
public final class Container {
  private final ContainerId id;
  private final Json.Obj json;
  private final Home home;

  Container(ContainerId id, Json.Obj json, Home home) {
    this.id = id;
    this.json = json;
    this.home = home;
  }

  /// A container of a snapshot that is put together by hand.
  public static Container of(ContainerId id, Json.Obj json, Home home) {
    return new Container(id, json, home);
  }

  public ContainerId id() {
    return id;
  }

  public List<String> names() {
    return Fields.texts(json, "names");
  }

  /// The image the container was made from.
  public Optional<ImageId> image() {
    return Ids.image(Fields.text(json, "image"));
  }

  /// The layer the container writes to.
  public Optional<LayerId> layer() {
    return Ids.layer(Fields.text(json, "layer"));
  }

  /// What the maker of the container noted down.
  public String metadata() {
    return Fields.text(json, "metadata").orElse("");
  }

  public List<String> dataNames() {
    return Fields.texts(json, "big-data-names");
  }

  public Optional<Instant> created() {
    return Fields.time(json, "created");
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

  public Home home() {
    return home;
  }

  /// The record as it stands in the file.
  public Json.Obj json() {
    return json;
  }

  @Override
  public String toString() {
    return "container " + id;
  }
}
