package dev.stowage.store;

import dev.stowage.linux.Durability;
import dev.stowage.linux.Mode;
import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.Finding;
import dev.stowage.model.ImageId;
import dev.stowage.model.Json;
import dev.stowage.model.LayerId;
import dev.stowage.model.Repair;
import dev.stowage.model.Repair.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Mends files of records, the records of images, and the data beside them.
final class RecordMending {
  private static final long LARGEST_TABLE = 1L << 30;

  private final Workshop workshop;
  private final Supply supply;
  private final Repair.Mode mode;

  RecordMending(Workshop workshop, Supply supply, Repair.Mode mode) {
    this.workshop = workshop;
    this.supply = supply;
    this.mode = mode;
  }

  /// Writes the records of a torn file that can be read, and keeps what was there beside it.
  Repair table(Finding finding) throws IOException {
    Path file = Path.of(finding.place());
    try (Locks locks = Locks.toWrite(workshop.disk(), workshop.groups(), Scope.ALL)) {
      Bytes content = workshop.disk().read(file, LARGEST_TABLE).orElse(Bytes.empty());
      List<Json> rows = TornTable.rows(content);
      String text = rows.size() + " records in it can be read";
      if (mode == Repair.Mode.PLANNED) {
        return new Repair(finding, Result.MENDABLE, text);
      }
      Path kept =
          file.resolveSibling(file.getFileName() + ".damaged-" + Instant.now().getEpochSecond());
      workshop.disk().replace(kept, content, Mode.PRIVATE_FILE, Durability.DURABLE);
      for (RecordGroup<?> group : workshop.groups().all()) {
        if (group.holds(file)) {
          locks.announce(group);
        }
      }
      workshop
          .disk()
          .replace(
              file,
              Bytes.utf8(new Json.Arr(rows).compact()),
              Mode.PRIVATE_FILE,
              Durability.DURABLE);
      return new Repair(finding, Result.MENDED, text + "; what was there is kept in " + kept);
    }
  }

  Repair imageData(Finding finding, Snapshot now) throws IOException {
    ImageRecord image = Mending.image(finding, now);
    String item = finding.item();
    Optional<Digest> digest = DataFiles.digestOf(image, item);
    Path file = workshop.files().file(image, item);
    if (item.startsWith("signature") && !image.dataNames().contains(item)) {
      Optional<Bytes> own = workshop.disk().read(file, DataFiles.LARGEST_ITEM);
      if (own.isPresent() && mode == Repair.Mode.DONE) {
        put(image.id(), item, own.get(), file);
        return new Repair(finding, Result.MENDED, "put on record");
      }
    }
    boolean empty = digest.equals(Optional.of(Digest.of(Bytes.empty())));
    if (empty) {
      if (mode == Repair.Mode.DONE) {
        put(image.id(), item, Bytes.empty(), file);
        return new Repair(finding, Result.MENDED, "written again, as it was empty");
      }
      return new Repair(finding, Result.MENDABLE, "can be written again, as it was empty");
    }
    if (item.startsWith("signature")) {
      return Repair.lost(finding, "signatures are fetched with the image: pull it again");
    }
    Optional<Bytes> content = Optional.empty();
    String from = "";
    if (digest.isPresent()) {
      Optional<Bytes> own = workshop.disk().read(file, DataFiles.LARGEST_ITEM);
      if (own.isPresent() && is(own.get(), digest.get())) {
        content = own;
        from = "put on record";
      }
      if (content.isEmpty()) {
        content = copy(digest.get(), now);
        from = "copied from another data item";
      }
      if (content.isEmpty()) {
        switch (supply.document(digest.get(), Mending.trail(image))) {
          case Supply.Found<Bytes>(Bytes found) -> content = Optional.of(found);
          case Supply.Nowhere<Bytes>(String asked) -> {
            return Repair.lost(finding, digest.get() + " is not at " + asked);
          }
          case Supply.Unanswered<Bytes>(List<Supply.Silence> silent) -> {
            return Mending.unanswered(finding, digest.get(), silent);
          }
        }
        from = "fetched again";
      }
    }
    if (content.isEmpty()) {
      return Repair.lost(finding, "its digest is not known");
    }
    if (mode == Repair.Mode.PLANNED) {
      return new Repair(finding, Result.MENDABLE, "can be " + from);
    }
    put(image.id(), item, content.get(), file);
    return new Repair(finding, Result.MENDED, from);
  }

  private static boolean is(Bytes content, Digest digest) {
    return Digest.of(content, digest.algorithm()).equals(digest);
  }

  private Optional<Bytes> copy(Digest digest, Snapshot now) throws IOException {
    for (ImageRecord image : now.images()) {
      for (String item : image.dataNames()) {
        if (DataFiles.digestOf(image, item).equals(Optional.of(digest))) {
          Optional<Bytes> content =
              workshop.disk().read(workshop.files().file(image, item), DataFiles.LARGEST_ITEM);
          if (content.isPresent() && is(content.get(), digest)) {
            return content;
          }
        }
      }
    }
    return Optional.empty();
  }

  private void put(ImageId id, String item, Bytes content, Path file) throws IOException {
    try (Bench bench = Bench.take(workshop)) {
      Optional<ImageRecord> image = bench.now().image(id);
      if (image.isEmpty() || image.get().readOnly()) {
        return; // removed meanwhile
      }
      workshop
          .disk()
          .makeDirectories(
              workshop.layout().imageData(id, image.get().home()), Mode.PRIVATE_DIRECTORY);
      if (workshop.disk().facts(file).filter(facts -> !facts.isRegular()).isPresent()) {
        workshop.disk().removeTree(file);
      }
      workshop.disk().replace(file, content, Mode.PRIVATE_FILE, Durability.DURABLE);
      ImageRecord mended = listed(image.get(), item, content);
      if (!mended.json().equals(image.get().json())) {
        bench.working().replace(mended);
        bench.write();
      }
    }
  }

  private static ImageRecord listed(ImageRecord image, String item, Bytes content) {
    Map<String, Json> fields = new LinkedHashMap<>();
    if (!image.dataNames().contains(item)) {
      List<String> names = new ArrayList<>(image.dataNames());
      names.add(item);
      fields.put("big-data-names", Json.ofStrings(names));
    }
    fields.put(
        "big-data-sizes",
        Fields.object(image.json(), "big-data-sizes").toBuilder()
            .put(item, content.length())
            .build());
    fields.put(
        "big-data-digests",
        Fields.object(image.json(), "big-data-digests").toBuilder()
            .put(item, Digest.of(content).toString())
            .build());
    return image.with(fields);
  }

  Repair imageRecord(Finding finding, Snapshot now) throws IOException {
    ImageId id = new ImageId(finding.id());
    Optional<ImageRecord> there = now.image(id);
    if (there.isEmpty()) {
      return derived(finding, id);
    }
    Lineage.Papers papers = Lineage.papers(there.get(), workshop.files(), workshop.disk());
    Optional<Lineage> lineage = Lineage.of(there.get(), papers, now, workshop.inspector().frame());
    if (lineage.isEmpty()) {
      return Repair.lost(finding, "its configuration cannot be read");
    }
    Optional<LayerId> top =
        lineage.get().steps().isEmpty()
            ? Optional.empty()
            : Optional.of(lineage.get().steps().getLast().id());
    Optional<LayerId> recorded = there.get().topLayer();
    Optional<Path> away = workshop.inspector().storeAway();
    if (away.isPresent() && recorded.isPresent() && now.layer(recorded.get()).isEmpty()) {
      return Mending.away(finding, away.get());
    }
    String text =
        "its configuration says what stands on top: " + top.map(LayerId::value).orElse("");
    if (mode == Repair.Mode.PLANNED) {
      return new Repair(finding, Result.MENDABLE, text);
    }
    try (Bench bench = Bench.take(workshop)) {
      Optional<ImageRecord> image = bench.now().image(id);
      if (image.isPresent()) {
        bench
            .working()
            .replace(
                top.isPresent()
                    ? image.get().with("layer", Json.of(top.get().value()))
                    : image.get().without("layer"));
        bench.write();
      }
    }
    return new Repair(finding, Result.MENDED, text);
  }

  private Repair derived(Finding finding, ImageId id) throws IOException {
    Layout layout = workshop.layout();
    Path root =
        Path.of(finding.place()).startsWith(layout.images(layout.imageRoot()))
            ? layout.imageRoot()
            : layout.graphRoot();
    ImageDerivation derivation =
        new ImageDerivation(workshop.disk(), workshop.layout(), workshop.files());
    Optional<ImageRecord> record = derivation.of(id, root);
    if (record.isEmpty()) {
      return Repair.lost(finding, "its configuration cannot be read");
    }
    String text = "recorded again, without a name, as names are kept in the record alone";
    Digest config = Digest.sha256(id.value());
    Path file = workshop.files().file(record.get(), config.toString());
    if (record.get().topLayer().isEmpty()
        && !workshop
            .disk()
            .read(file, DataFiles.LARGEST_ITEM)
            .filter(content -> is(content, config))
            .isPresent()) {
      switch (supply.document(config, Mending.trail(record.get()))) {
        case Supply.Found<Bytes>(Bytes right) -> {
          text = "given its configuration and " + text;
          if (mode == Repair.Mode.DONE) {
            workshop.disk().replace(file, right, Mode.PRIVATE_FILE, Durability.DURABLE);
            record = derivation.of(id, root);
          }
        }
        case Supply.Nowhere<Bytes>(String asked) -> {
          return Repair.lost(
              finding, "its configuration is damaged, and " + config + " is not at " + asked);
        }
        case Supply.Unanswered<Bytes>(List<Supply.Silence> silent) -> {
          return Mending.unanswered(finding, config, silent);
        }
      }
    }
    if (mode == Repair.Mode.PLANNED) {
      return new Repair(finding, Result.MENDABLE, "can be " + text);
    }
    try (Bench bench = Bench.take(workshop)) {
      if (bench.now().image(id).isEmpty()) {
        bench.working().append(record.orElseThrow());
        bench.write();
      }
    }
    return new Repair(finding, Result.MENDED, text);
  }
}
