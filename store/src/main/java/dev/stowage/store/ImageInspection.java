package dev.stowage.store;

import dev.stowage.linux.Disk;
import dev.stowage.linux.FileFacts;
import dev.stowage.model.Bytes;
import dev.stowage.model.CheckLevel;
import dev.stowage.model.Digest;
import dev.stowage.model.Finding;
import dev.stowage.model.Finding.Fault;
import dev.stowage.model.Finding.Grade;
import dev.stowage.model.LayerId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// The look at what is kept of images: records, manifests, configurations, signatures.
final class ImageInspection {
  private final Disk disk;
  private final DataFiles files;
  private final Layout layout;
  private final Optional<LayerFrame> frame;
  private final CheckLevel level;

  ImageInspection(
      Disk disk, DataFiles files, Layout layout, Optional<LayerFrame> frame, CheckLevel level) {
    this.disk = disk;
    this.files = files;
    this.layout = layout;
    this.frame = frame;
    this.level = level;
  }

  /// What is wrong with an image.
  ///
  /// @param faultyLayers where to put layers that it stands on and that have no record, or a wrong
  ///   one
  List<Finding> of(ImageRecord image, Snapshot now, Set<Finding> faultyLayers) throws IOException {
    List<Finding> findings = new ArrayList<>();
    Lineage.Papers papers = Lineage.papers(image, files, disk);
    for (String item : items(image, papers)) {
      itemFlaw(image, item).ifPresent(text -> findings.add(data(image, item, text)));
    }
    if (!image.readOnly()) {
      lineage(image, papers, now, findings, faultyLayers);
    }
    return findings;
  }

  /// The items on record, and those that the image cannot be without.
  private Set<String> items(ImageRecord image, Lineage.Papers papers) throws IOException {
    Set<String> items = new LinkedHashSet<>(image.dataNames());
    if (!image.digests().isEmpty() || image.dataNames().isEmpty()) {
      items.add(ImageRecord.MANIFEST_PREFIX);
    }
    if (papers.image() && papers.manifest().isPresent()) {
      items.add(papers.manifest().get().config().digest().toString());
    }
    Path directory = layout.imageData(image.id(), image.home());
    if (disk.facts(directory).isPresent()) {
      for (String name : disk.list(directory)) {
        String item = Layout.itemOf(name);
        if (item.startsWith(ImageRecord.MANIFEST_PREFIX)
            || item.startsWith("signature")
            || Digest.isDigest(item)) {
          items.add(item);
        }
      }
    }
    return items;
  }

  private Optional<String> itemFlaw(ImageRecord image, String item) throws IOException {
    Path file = files.file(image, item);
    Optional<FileFacts> facts = disk.facts(file);
    if (facts.isEmpty() || !facts.get().isRegular()) {
      return Optional.of("is missing");
    }
    OptionalLong size = image.dataSize(item);
    if (facts.get().size() == 0 && size.orElse(1) != 0) {
      return Optional.of("is empty");
    }
    if (level.atLeast(CheckLevel.SIZES)) {
      if (size.isPresent() && size.getAsLong() != facts.get().size()) {
        return Optional.of("has " + facts.get().size() + " bytes instead of " + size.getAsLong());
      }
      Optional<Digest> digest = DataFiles.digestOf(image, item);
      Optional<Bytes> content = disk.read(file, DataFiles.LARGEST_ITEM);
      if (digest.isPresent()
          && content.isPresent()
          && !Digest.of(content.get(), digest.get().algorithm()).equals(digest.get())) {
        return Optional.of("has another content than " + digest.get());
      }
    }
    if (!image.dataNames().contains(item)) {
      return Optional.of("is not on record");
    }
    Optional<Digest> recorded = image.dataDigest(item);
    if (recorded.isPresent() && !recorded.equals(DataFiles.digestOf(image, item))) {
      return Optional.of("is on record as " + recorded.get());
    }
    return Optional.empty();
  }

  private Finding data(ImageRecord image, String item, String text) {
    boolean known = DataFiles.digestOf(image, item).isPresent() && !item.startsWith("signature");
    return new Finding(
        Fault.IMAGE_DATA,
        known ? Grade.DAMAGED : Grade.LOST,
        standing(image.home()),
        image.id().value(),
        item,
        files.file(image, item).toString(),
        "its data item " + item + " " + text,
        0);
  }

  private void lineage(
      ImageRecord image,
      Lineage.Papers papers,
      Snapshot now,
      List<Finding> findings,
      Set<Finding> faultyLayers)
      throws IOException {
    Optional<Lineage> lineage = Lineage.of(image, papers, now, frame);
    if (lineage.isEmpty()) {
      recordedChain(image, now, findings);
      return;
    }
    List<Lineage.Step> steps = lineage.get().steps();
    Optional<LayerId> top = steps.isEmpty() ? Optional.empty() : Optional.of(steps.getLast().id());
    if (!image.topLayer().equals(top)) {
      findings.add(
          new Finding(
              Fault.IMAGE_RECORD,
              Grade.DAMAGED,
              Finding.Standing.OWN,
              image.id().value(),
              "",
              layout.images(image.home().root()).resolve("images.json").toString(),
              "its record names "
                  + image.topLayer().map(id -> "layer " + id).orElse("no layer")
                  + " as its topmost instead of "
                  + top.map(LayerId::value).orElse("none"),
              0));
    }
    for (Lineage.Step step : steps) {
      Optional<Layer> layer = now.layer(step.id());
      if (layer.isEmpty()) {
        faultyLayers.add(layerRecord(step.id(), image, "has no record", Grade.DAMAGED));
      } else if (lineage.get().chained() && !layer.get().readOnly()) {
        boolean digestFits =
            layer.get().uncompressedDigest().isPresent()
                ? layer.get().uncompressedDigest().get().equals(step.diffId())
                : layer.get().tocDigest().isPresent();
        if (!digestFits || !layer.get().parent().equals(step.parent())) {
          faultyLayers.add(
              layerRecord(
                  step.id(), image, "has a record with a wrong parent or digest", Grade.DAMAGED));
        }
      }
    }
  }

  /// The chain of an image whose papers cannot be read.
  private void recordedChain(ImageRecord image, Snapshot now, List<Finding> findings) {
    Optional<LayerId> next = image.topLayer();
    Set<LayerId> seen = new LinkedHashSet<>();
    while (next.isPresent()) {
      Optional<Layer> layer = now.layer(next.get());
      if (layer.isEmpty() || !seen.add(next.get())) {
        findings.add(layerRecord(next.get(), image, "has no record", Grade.LOST));
        return;
      }
      next = layer.get().parent();
    }
  }

  private Finding layerRecord(LayerId layer, ImageRecord image, String text, Grade grade) {
    return new Finding(
        Fault.LAYER_RECORD,
        grade,
        Finding.Standing.OWN,
        layer.value(),
        "",
        layout.layers(image.home().root()).resolve("layers.json").toString(),
        text,
        0);
  }

  static Finding.Standing standing(Home home) {
    return home.readOnly() ? Finding.Standing.READ_ONLY : Finding.Standing.OWN;
  }
}
