package dev.stowage.store;

import dev.stowage.archive.AuditOptions;
import dev.stowage.archive.LayerForm;
import dev.stowage.archive.Privilege;
import dev.stowage.archive.TreeAudit;
import dev.stowage.linux.Directory;
import dev.stowage.linux.Disk;
import dev.stowage.linux.FileFacts;
import dev.stowage.model.CheckLevel;
import dev.stowage.model.Finding;
import dev.stowage.model.Finding.Fault;
import dev.stowage.model.Finding.Grade;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The look at one layer: its directory, its links, its tar-split, its files.
final class LayerInspection {
  /// As many files as a message can name.
  private static final int NAMED = 3;

  private final Disk disk;
  private final Layout layout;
  private final StoreOptions options;
  private final LayerDriver driver;
  private final Optional<LayerFrame> frame;
  private final CheckLevel level;

  LayerInspection(
      Disk disk,
      Layout layout,
      StoreOptions options,
      LayerDriver driver,
      Optional<LayerFrame> frame,
      CheckLevel level) {
    this.disk = disk;
    this.layout = layout;
    this.options = options;
    this.driver = driver;
    this.frame = frame;
    this.level = level;
  }

  /// What stands around the layer: quick at every level.
  List<Finding> outside(Layer layer, Snapshot now) throws IOException {
    List<Finding> findings = new ArrayList<>();
    Path tree = driver.files(layer);
    boolean there = disk.facts(tree).filter(FileFacts::isDirectory).isPresent();
    if (!there) {
      findings.add(
          finding(
              layer,
              Fault.LAYER_FILES,
              layer.uncompressedDigest().isPresent() ? Grade.DAMAGED : Grade.LOST,
              tree,
              "its files (" + tree + ") are missing"));
    }
    if (frame.isPresent() && (there || layer.uncompressedDigest().isPresent())) {
      for (String flaw : frame.get().flaws(layer, now)) {
        findings.add(
            finding(layer, Fault.LAYER_LINKS, Grade.DAMAGED, frame.get().directory(layer), flaw));
      }
    }
    if (layer.uncompressedDigest().isPresent()) {
      Path split = layout.tarSplit(layer.id(), layer.home());
      Optional<FileFacts> facts = disk.facts(split);
      if (facts.isEmpty() ? layer.tocDigest().isEmpty() : facts.get().size() == 0) {
        findings.add(
            finding(
                layer,
                Fault.LAYER_TAR_SPLIT,
                Grade.DAMAGED,
                split,
                "its tar-split (" + split + ") is " + (facts.isEmpty() ? "missing" : "empty")));
      }
    }
    for (String item : layer.dataNames()) {
      Path file = layout.layerData(layer.id(), layer.home()).resolve(Layout.dataFile(item));
      if (disk.facts(file).isEmpty()) {
        findings.add(
            finding(
                layer,
                Fault.LAYER_DATA,
                Grade.LOST,
                file,
                "its data item " + item + " is missing"));
      }
    }
    return findings;
  }

  CheckLevel level() {
    return level;
  }

  /// Whether the files of the layer can be held against something at this level.
  boolean auditable(Layer layer) throws IOException {
    return level.atLeast(CheckLevel.TAR_SPLIT)
        && layer.uncompressedDigest().isPresent()
        && disk.facts(driver.files(layer)).isPresent()
        && disk.facts(layout.tarSplit(layer.id(), layer.home()))
            .filter(facts -> facts.size() > 0)
            .isPresent();
  }

  /// The files of the layer, held against its tar-split. What is removed meanwhile is no finding.
  List<Finding> files(Layer layer) throws IOException {
    Path split = layout.tarSplit(layer.id(), layer.home());
    List<Finding> findings = new ArrayList<>();
    TreeAudit.Result result = audit(layer, split, driver.files(layer), level);
    if (result.broken().isPresent()) {
      findings.add(splitFinding(layer, split, result.broken().get()));
    } else if (result.digest().isPresent() && !result.digest().equals(layer.uncompressedDigest())) {
      findings.add(
          splitFinding(
              layer, split, "it rebuilds an archive with digest " + result.digest().get()));
    } else if (layer.uncompressedSize().orElse(0) > 0
        && result.size() != layer.uncompressedSize().getAsLong()) {
      findings.add(
          splitFinding(layer, split, "it rebuilds an archive of " + result.size() + " bytes"));
    }
    if (result.count() > 0) {
      findings.add(
          finding(layer, Fault.LAYER_FILES, Grade.DAMAGED, driver.files(layer), flaws(result)));
    }
    return findings;
  }

  private static String flaws(TreeAudit.Result result) {
    StringBuilder text = new StringBuilder("its file ");
    int named = 0;
    for (Map.Entry<String, String> flaw : result.flaws().entrySet()) {
      if (named == NAMED) {
        break;
      }
      text.append(named == 0 ? "" : ", ").append(flaw.getKey()).append(' ').append(flaw.getValue());
      named++;
    }
    if (result.count() > named) {
      text.append(", and ").append(result.count() - named).append(" more");
    }
    return text.toString();
  }

  private static Finding splitFinding(Layer layer, Path split, String text) {
    return finding(
        layer,
        Fault.LAYER_TAR_SPLIT,
        Grade.DAMAGED,
        split,
        "its tar-split (" + split + ") is damaged: " + text);
  }

  /// Holds a tree against a tar-split as those of this layer.
  TreeAudit.Result audit(Layer layer, Path split, Path tree, CheckLevel closely)
      throws IOException {
    LayerForm form =
        driver.name() == Driver.VFS
            ? LayerForm.MERGED
            : options.driverOptions().mountProgram().isPresent()
                ? LayerForm.MARKED
                : LayerForm.OVERLAY;
    boolean mapped = !layer.userMap().isEmpty() || !layer.groupMap().isEmpty();
    AuditOptions how =
        new AuditOptions(
            closely == CheckLevel.FULL ? AuditOptions.Depth.CONTENTS : AuditOptions.Depth.FACTS,
            form,
            options.privileges() == StoreOptions.Privileges.HOST
                ? Privilege.FULL
                : Privilege.USER_NAMESPACE,
            mapped || options.driverOptions().ownership() == DriverOptions.Ownership.BEST_EFFORT
                ? AuditOptions.Owners.PASSED_OVER
                : AuditOptions.Owners.COMPARED,
            form == LayerForm.MERGED ? AuditOptions.Extras.PASSED_OVER : AuditOptions.Extras.FLAWS);
    try (InputStream in = disk.open(split);
        Directory root = Directory.open(tree)) {
      return TreeAudit.of(in, root, how);
    }
  }

  private static Finding finding(Layer layer, Fault fault, Grade grade, Path place, String text) {
    return new Finding(
        fault,
        grade,
        ImageInspection.standing(layer.home()),
        layer.id().value(),
        "",
        place.toString(),
        text,
        0);
  }
}
