package dev.stowage.store;

import dev.stowage.archive.Compression;
import dev.stowage.archive.PlainTar;
import dev.stowage.archive.Stages;
import dev.stowage.archive.TreeAudit;
import dev.stowage.linux.Durability;
import dev.stowage.linux.Mode;
import dev.stowage.linux.PendingFile;
import dev.stowage.model.CheckLevel;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Finding;
import dev.stowage.model.Finding.Fault;
import dev.stowage.model.Json;
import dev.stowage.model.LayerId;
import dev.stowage.model.MediaType;
import dev.stowage.model.Repair;
import dev.stowage.model.Repair.Result;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Mends layers: their records, what stands around their files, and the files themselves, which are
/// fetched again, unpacked without a lock and exchanged in one step.
final class LayerMending {
  private static final String BUSY =
      "it is mounted now; unmount it or stop the containers on it (podman stop, podman image"
          + " unmount), and repair again";

  private final Store store;
  private final Workshop workshop;
  private final Supply supply;
  private final Repair.Mode mode;

  LayerMending(Store store, Workshop workshop, Supply supply, Repair.Mode mode) {
    this.store = store;
    this.workshop = workshop;
    this.supply = supply;
    this.mode = mode;
  }

  /// What an image says of a layer.
  private record Said(Lineage.Step step, ImageRecord image) {}

  private List<Said> said(LayerId layer, Snapshot now) throws IOException {
    List<Said> all = new ArrayList<>();
    Optional<LayerFrame> frame = workshop.inspector().frame();
    for (ImageRecord image : now.images()) {
      Lineage.Papers papers = Lineage.papers(image, workshop.files(), workshop.disk());
      Optional<Lineage> lineage = Lineage.of(image, papers, now, frame);
      if (lineage.isPresent()) {
        for (Lineage.Step step : lineage.get().steps()) {
          if (step.id().equals(layer)) {
            all.add(new Said(step, image));
          }
        }
      }
    }
    return all;
  }

  Repair record(Finding finding, Snapshot now) throws IOException {
    LayerId id = new LayerId(finding.id());
    List<Said> said = said(id, now);
    if (said.isEmpty()) {
      for (Container container : now.containers()) {
        if (container.layer().equals(Optional.of(id))) {
          return writable(finding, id, container, now);
        }
      }
      Optional<Path> away = workshop.inspector().storeAway();
      return away.isPresent()
          ? Mending.away(finding, away.get())
          : Repair.lost(finding, "no image that can be read says what it is");
    }
    Said best = said.getFirst();
    for (Said each : said) {
      if (each.step().blob().isPresent()) {
        best = each;
      }
    }
    Home home =
        new Home(
            workshop.layout().imageRoot(),
            workshop.layout().imageRoot().equals(workshop.layout().graphRoot())
                ? Home.Shelf.STABLE
                : Home.Shelf.IMAGE_STORE);
    Layer bare = new Layer(id, Fields.NOTHING, home);
    boolean there = workshop.disk().facts(workshop.driver().files(bare)).isPresent();
    if (!there) {
      Optional<Path> away = workshop.inspector().storeAway();
      if (away.isPresent()) {
        return Mending.away(finding, away.get());
      }
      Digest diffId = best.step().diffId();
      switch (supply.layer(diffId, forms(said), trail(id, said, now))) {
        case Supply.Found<Supply.Offer> _ -> {
          // Its files are fetched when it is on record.
        }
        case Supply.Nowhere<Supply.Offer>(String asked) -> {
          return Repair.lost(finding, "its files are gone too, and it is not at " + asked);
        }
        case Supply.Unanswered<Supply.Offer>(List<Supply.Silence> silent) -> {
          return Mending.unanswered(finding, diffId, silent);
        }
      }
    }
    String text =
        "the configuration of image " + best.image().id().shortened() + " says what it is";
    if (mode == Repair.Mode.PLANNED) {
      return new Repair(finding, Result.MENDABLE, text);
    }
    Optional<TreeAudit.Result> audit = there ? audit(bare) : Optional.empty();
    try (Bench bench = Bench.take(workshop)) {
      Optional<Layer> old = bench.now().layer(id);
      if (old.isPresent()) {
        bench
            .working()
            .replace(new Layer(id, fields(old.get().json(), best, audit), old.get().home()));
      } else {
        for (Layer leftover : bench.working().incomplete()) {
          if (leftover.id().equals(id)) {
            bench.working().remove(leftover);
          }
        }
        Json.Obj fresh =
            Json.object().put("id", id.value()).put("created", created(best.image())).build();
        bench.working().append(new Layer(id, fields(fresh, best, audit), home));
      }
      bench.write();
    }
    return new Repair(finding, Result.MENDED, text);
  }

  /// Puts the layer that a container writes to on record again.
  private Repair writable(Finding finding, LayerId id, Container container, Snapshot now)
      throws IOException {
    Optional<LayerFrame> frame = workshop.inspector().frame();
    Optional<LayerId> parent =
        frame.isPresent()
            ? frame.get().parentByLinks(workshop.layout().graphRoot(), id)
            : Optional.empty();
    if (parent.isEmpty()) {
      parent = container.image().flatMap(now::image).flatMap(ImageRecord::topLayer);
    }
    if (parent.isEmpty() && container.image().isPresent()) {
      return Repair.lost(finding, "nothing says what it stands on");
    }
    String text = "recorded again as what container " + container.id() + " writes to";
    if (mode == Repair.Mode.PLANNED) {
      return new Repair(finding, Result.MENDABLE, "can be " + text);
    }
    Json.Builder json = Json.object().put("id", id.value());
    parent.ifPresent(below -> json.put("parent", below.value()));
    json.put("created", StoredTime.format(container.created().orElse(Instant.now())));
    for (String map : List.of("uidmap", "gidmap")) {
      container.json().get(map).ifPresent(value -> json.put(map, value));
    }
    try (Bench bench = Bench.take(workshop)) {
      if (bench.now().layer(id).isEmpty()) {
        bench
            .working()
            .append(
                new Layer(
                    id, json.build(), new Home(workshop.layout().graphRoot(), Home.Shelf.STABLE)));
        bench.write();
      }
    }
    return new Repair(finding, Result.MENDED, text);
  }

  private static String created(ImageRecord image) {
    return StoredTime.format(image.created().orElse(Instant.now()));
  }

  private Optional<TreeAudit.Result> audit(Layer layer) {
    Path split = workshop.layout().tarSplit(layer.id(), layer.home());
    try {
      return Optional.of(
          workshop
              .inspector()
              .layers(CheckLevel.FULL)
              .audit(layer, split, workshop.driver().files(layer), CheckLevel.TAR_SPLIT));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Json.Obj fields(Json.Obj old, Said said, Optional<TreeAudit.Result> audit) {
    Json.Builder json = old.toBuilder();
    Lineage.Step step = said.step();
    if (step.parent().isPresent()) {
      json.put("parent", step.parent().get().value());
    } else {
      json.remove("parent");
    }
    json.put("diff-digest", step.diffId().toString());
    if (step.blob().isPresent() && !old.fields().containsKey("compressed-diff-digest")) {
      Descriptor blob = step.blob().get();
      json.put("compressed-diff-digest", blob.digest().toString());
      json.put("compressed-size", blob.size());
      json.put("compression", CompressionNumber.of(compression(blob.type())));
    }
    if (audit.isPresent() && audit.get().broken().isEmpty()) {
      json.put("diff-size", audit.get().size());
      json.put("uidset", numbers(audit.get().uids()));
      json.put("gidset", numbers(audit.get().gids()));
    }
    return json.build();
  }

  private static Compression compression(MediaType type) {
    String text = type.value();
    return text.endsWith("gzip")
        ? Compression.GZIP
        : text.endsWith("zstd") ? Compression.ZSTD : Compression.NONE;
  }

  private static Json numbers(List<Long> numbers) {
    List<Json> items = new ArrayList<>();
    numbers.forEach(number -> items.add(Json.of(number)));
    return new Json.Arr(items);
  }

  Repair links(Finding finding, Snapshot now) throws IOException {
    LayerId id = new LayerId(finding.id());
    String text = "written again from the records";
    if (mode == Repair.Mode.PLANNED) {
      return new Repair(finding, Result.MENDABLE, "can be " + text);
    }
    try (Bench bench = Bench.take(workshop)) {
      Optional<Layer> layer = bench.now().layer(id);
      if (layer.isPresent()) {
        // Those beneath are named in the list, so they have to have their names first.
        for (Layer beneath : bench.now().chain(id).reversed()) {
          if (!beneath.readOnly()) {
            new LayerFrame(workshop.disk(), workshop.layout()).mend(beneath, bench.now());
          }
        }
      }
    }
    return new Repair(finding, Result.MENDED, text);
  }

  private List<Descriptor> forms(List<Said> said) {
    List<Descriptor> forms = new ArrayList<>();
    for (Said each : said) {
      each.step().blob().ifPresent(forms::add);
    }
    return forms;
  }

  /// What leads to a layer: all images that stand on it, by their papers and by the records.
  private static Supply.Trail trail(LayerId layer, List<Said> said, Snapshot now) {
    List<String> names = new ArrayList<>();
    List<Digest> manifests = new ArrayList<>();
    List<ImageRecord> images = new ArrayList<>();
    said.forEach(each -> images.add(each.image()));
    images.addAll(Mending.users(layer, now));
    for (ImageRecord image : images) {
      Supply.Trail one = Mending.trail(image);
      names.addAll(one.names());
      manifests.addAll(one.manifests());
    }
    return new Supply.Trail(
        names.stream().distinct().toList(), manifests.stream().distinct().toList());
  }

  /// Fetches a layer and puts what is damaged of it in its place.
  ///
  /// @param faults all that is wrong with the layer
  Repair contents(Finding finding, Set<Fault> faults, Snapshot now) throws IOException {
    LayerId id = new LayerId(finding.id());
    Optional<Layer> layer = now.layer(id);
    if (layer.isEmpty() || layer.get().uncompressedDigest().isEmpty()) {
      return Repair.lost(finding, "nobody knows the digest it had");
    }
    if (faults.contains(Fault.LAYER_FILES) && mounted(layer.get(), now)) {
      return new Repair(finding, Result.LEFT, BUSY);
    }
    Digest diffId = layer.get().uncompressedDigest().get();
    List<Said> said = said(id, now);
    List<Descriptor> forms = forms(said);
    if (layer.get().compressedDigest().isPresent()) {
      MediaType type =
          switch (layer.get().compression()) {
            case GZIP -> MediaType.OCI_LAYER_GZIP;
            case ZSTD -> MediaType.OCI_LAYER_ZSTD;
            default -> MediaType.OCI_LAYER;
          };
      forms.add(
          new Descriptor(
              type, layer.get().compressedDigest().get(), layer.get().compressedSize().orElse(0)));
    }
    return switch (supply.layer(diffId, forms, trail(id, said, now))) {
      case Supply.Nowhere<Supply.Offer>(String asked) ->
          Repair.lost(finding, diffId + " is not at " + asked);
      case Supply.Unanswered<Supply.Offer>(List<Supply.Silence> silent) ->
          Mending.unanswered(finding, diffId, silent);
      case Supply.Found<Supply.Offer>(Supply.Offer offer) ->
          fetched(finding, faults, layer.get(), diffId, offer);
    };
  }

  private Repair fetched(
      Finding finding, Set<Fault> faults, Layer layer, Digest diffId, Supply.Offer offer)
      throws IOException {
    boolean files = faults.contains(Fault.LAYER_FILES);
    if (mode == Repair.Mode.PLANNED) {
      return new Repair(finding, Result.MENDABLE, "can be fetched again from " + offer.place());
    }
    try (InputStream tar = offer.open();
        StagedLayer staged = store.stage(PlainTar.of(tar), () -> Stages.ONE)) {
      if (!staged.digest().equals(diffId)) {
        staged.discard();
        return new Repair(
            finding,
            Result.LEFT,
            offer.place()
                + " has something else: "
                + staged.digest()
                + "; name another registry with --from, or remove the image with rmi");
      }
      boolean split = faults.contains(Fault.LAYER_TAR_SPLIT) || !fits(layer, staged);
      files |= split && !fitsTree(layer, staged);
      workshop.staging().sync();
      Optional<String> refused = put(layer, staged, files, split);
      if (refused.isPresent()) {
        return new Repair(finding, Result.LEFT, refused.get());
      }
    }
    return new Repair(finding, Result.MENDED, "fetched again from " + offer.place());
  }

  /// Whether the tar-split that is there makes the layer's archive of the fetched files, so that it
  /// may stay.
  private boolean fits(Layer layer, StagedLayer staged) {
    if (workshop.driver().name() == Driver.VFS) {
      return true;
    }
    Path split = workshop.layout().tarSplit(layer.id(), layer.home());
    return whole(layer, split, staged.place().resolve(Staging.LAYER).resolve("diff"));
  }

  /// Whether the files that are there are those of the fetched tar-split.
  private boolean fitsTree(Layer layer, StagedLayer staged) {
    return whole(layer, staged.place().resolve(Staging.TAR_SPLIT), workshop.driver().files(layer));
  }

  private boolean whole(Layer layer, Path split, Path tree) {
    try {
      TreeAudit.Result result =
          workshop.inspector().layers(CheckLevel.FULL).audit(layer, split, tree, CheckLevel.FULL);
      return result.whole() && result.digest().equals(layer.uncompressedDigest());
    } catch (IOException e) {
      return false;
    }
  }

  private boolean mounted(Layer layer, Snapshot now) throws IOException {
    Optional<LayerFrame> frame = workshop.inspector().frame();
    return Usage.of(now).holds(layer.id(), frame.isPresent() ? frame.get().names(layer) : Set.of());
  }

  /// The exchange itself.
  ///
  /// @return why it was not done
  private Optional<String> put(Layer layer, StagedLayer staged, boolean files, boolean split)
      throws IOException {
    try (Trash trash = new Trash(workshop.disk(), workshop.layout());
        Bench bench = Bench.take(workshop)) {
      Optional<Layer> now = bench.now().layer(layer.id());
      if (now.isEmpty() || !now.get().json().equals(layer.json())) {
        return Optional.of("it was changed or removed meanwhile");
      }
      if (files) {
        if (mounted(layer, bench.now())) {
          return Optional.of(BUSY);
        }
        workshop.driver().restore(staged, layer, bench.now(), trash);
      }
      if (split) {
        copySplit(staged, layer);
      }
      workshop.disk().syncFileSystem(workshop.layout().imageRoot());
      Map<String, Json> fields = layer.json().fields();
      if (!fields.containsKey("diff-size") || !fields.containsKey("uidset")) {
        bench
            .working()
            .replace(
                new Layer(
                    layer.id(),
                    layer.json().toBuilder()
                        .put("diff-size", staged.size())
                        .put("uidset", numbers(staged.userIds()))
                        .put("gidset", numbers(staged.groupIds()))
                        .build(),
                    layer.home()));
        bench.write();
      }
    }
    staged.discard(); // what is left of it: the files that were damaged
    return Optional.empty();
  }

  private void copySplit(StagedLayer staged, Layer layer) throws IOException {
    Path target = workshop.layout().tarSplit(layer.id(), layer.home());
    if (workshop.disk().facts(target).filter(facts -> !facts.isRegular()).isPresent()) {
      workshop.disk().removeTree(target);
    }
    try (InputStream from = workshop.disk().open(staged.place().resolve(Staging.TAR_SPLIT));
        PendingFile to =
            workshop.disk().replacing(target, Mode.PRIVATE_FILE, Durability.VOLATILE)) {
      long _ = from.transferTo(to.stream());
      to.commit();
    }
  }
}
