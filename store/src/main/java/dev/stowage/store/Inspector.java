package dev.stowage.store;

import dev.stowage.linux.Disk;
import dev.stowage.model.CheckLevel;
import dev.stowage.model.CorruptException;
import dev.stowage.model.Finding;
import dev.stowage.model.Finding.Fault;
import dev.stowage.model.Finding.Grade;
import dev.stowage.model.ImageId;
import dev.stowage.model.LayerId;
import dev.stowage.model.NotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The look at a whole store while others use it. No lock is held but for two short readings of the
/// records, one before and one after: what changed in between is no finding.
final class Inspector {
  private final Disk disk;
  private final Layout layout;
  private final StoreOptions options;
  private final Groups groups;
  private final LayerDriver driver;
  private final DataFiles files;
  private final Mounting mounting;

  Inspector(
      Disk disk,
      Layout layout,
      StoreOptions options,
      Groups groups,
      LayerDriver driver,
      DataFiles files,
      Mounting mounting) {
    this.disk = disk;
    this.layout = layout;
    this.options = options;
    this.groups = groups;
    this.driver = driver;
    this.files = files;
    this.mounting = mounting;
  }

  /// What was seen.
  ///
  /// @param now the records before the look
  record Seen(Snapshot now, List<Finding> findings) {}

  Working load() throws IOException {
    try (Locks locks = Locks.toRead(disk, groups)) {
      return groups.load(disk, locks, mounting.records());
    }
  }

  Optional<LayerFrame> frame() {
    return driver.name() == Driver.OVERLAY
        ? Optional.of(new LayerFrame(disk, layout))
        : Optional.empty();
  }

  /// An additional store that is configured and not there, as one that is not mounted now.
  Optional<Path> storeAway() throws IOException {
    for (Path root : options.driverOptions().additionalStores()) {
      if (disk.facts(layout.layers(root)).isEmpty()) {
        return Optional.of(root);
      }
    }
    return Optional.empty();
  }

  LayerInspection layers(CheckLevel level) {
    return new LayerInspection(disk, layout, options, driver, frame(), level);
  }

  /// Looks at everything.
  ///
  /// @param unused for how long nothing may have used a layer
  /// @param sound layers whose files need not be read; those found whole are added
  Seen look(CheckLevel level, Duration unused, Set<LayerId> sound) throws IOException {
    Strays strays = new Strays(disk, layout, options, Instant.now());
    List<Strays.Stray> candidates = strays.candidates();
    Working before;
    try {
      before = load();
    } catch (CorruptException e) {
      return new Seen(
          Snapshot.EMPTY,
          List.of(
              new Finding(
                  Fault.TABLE,
                  Grade.DAMAGED,
                  Finding.Standing.OWN,
                  String.valueOf(e.path().getFileName()),
                  "",
                  e.path().toString(),
                  reason(e),
                  0)));
    }
    Snapshot now = before.snapshot();
    Map<String, Finding> found = new LinkedHashMap<>();
    List<Table<?>> tables = new ArrayList<>(before.layerTables());
    tables.addAll(before.imageTables());
    for (Table<?> table : tables) {
      if (table.strange() > 0 && !table.home().readOnly()) {
        add(found, List.of(strange(table)));
      }
    }
    LayerInspection layers = layers(level);
    List<Layer> read = new ArrayList<>();
    for (Layer layer : now.layers()) {
      if (!sound.contains(layer.id()) && layers.auditable(layer)) {
        read.add(layer);
      }
    }
    add(found, harm(now, now.layers(), read, layers));
    Working after = load();
    List<Finding> findings = confirmed(found.values(), now, after.snapshot());
    if (!findings.isEmpty()) {
      findings = lasting(findings, layers);
    }
    for (Layer layer : read) {
      if (findings.stream()
          .noneMatch(
              finding ->
                  finding.subject() == Finding.Subject.LAYER
                      && finding.id().equals(layer.id().value()))) {
        sound.add(layer.id());
      }
    }
    findings.addAll(
        strays(strays, candidates, Strays.Known.of(before), Strays.Known.of(after), findings));
    findings.addAll(unused(after.snapshot(), unused));
    return new Seen(now, findings);
  }

  /// What is wrong with images, with some of the layers, and with containers.
  ///
  /// @param read layers whose files are read
  private Collection<Finding> harm(
      Snapshot now, List<Layer> some, List<Layer> read, LayerInspection layers) throws IOException {
    Map<String, Finding> found = new LinkedHashMap<>();
    Set<Finding> faultyLayers = new LinkedHashSet<>();
    ImageInspection images = new ImageInspection(disk, files, layout, frame(), layers.level());
    for (ImageRecord image : now.images()) {
      add(found, images.of(image, now, faultyLayers));
    }
    add(found, faultyLayers);
    for (Layer layer : some) {
      add(found, layers.outside(layer, now));
    }
    for (List<Finding> each : audits(layers, read)) {
      add(found, each);
    }
    for (Container container : now.containers()) {
      add(found, parts(container, now));
      add(found, writable(container, now));
    }
    return found.values();
  }

  /// Those of the findings that a second look has too: what was removed during the first, and came
  /// again before its end, is on record as if it had never been away.
  private List<Finding> lasting(List<Finding> findings, LayerInspection layers) throws IOException {
    Set<String> ids = new HashSet<>();
    for (Finding finding : findings) {
      ids.add(finding.id());
    }
    Snapshot now = load().snapshot();
    List<Layer> some = new ArrayList<>();
    List<Layer> read = new ArrayList<>();
    for (Layer layer : now.layers()) {
      if (ids.contains(layer.id().value())) {
        some.add(layer);
        if (layers.auditable(layer)) {
          read.add(layer);
        }
      }
    }
    Set<String> again = new HashSet<>();
    for (Finding finding : confirmed(harm(now, some, read, layers), now, load().snapshot())) {
      again.add(key(finding));
    }
    List<Finding> lasting = new ArrayList<>();
    for (Finding finding : findings) {
      if (finding.subject() == Finding.Subject.STORE || again.contains(key(finding))) {
        lasting.add(finding);
      }
    }
    return lasting;
  }

  private static Finding strange(Table<?> table) {
    return new Finding(
        Fault.TABLE,
        Grade.DAMAGED,
        Finding.Standing.OWN,
        String.valueOf(table.file().getFileName()),
        "",
        table.file().toString(),
        table.file() + ": rows in it that are no records: " + table.strange(),
        0);
  }

  /// What is wrong with a file, without the advice to do what the reader is about to.
  private static String reason(CorruptException e) {
    String text = String.valueOf(e.getMessage());
    int advice = text.indexOf(';');
    return advice < 0 ? text : text.substring(0, advice);
  }

  private static void add(Map<String, Finding> found, Collection<Finding> more) {
    for (Finding each : more) {
      found.merge(key(each), each, (one, other) -> one.grade() == Grade.DAMAGED ? one : other);
    }
  }

  /// What tells findings apart.
  static String key(Finding finding) {
    return finding.fault()
        + " "
        + finding.id()
        + " "
        + finding.item()
        + (finding.fault() == Fault.LAYER_LINKS || finding.fault() == Fault.LAYER_DATA
            ? finding.text()
            : "");
  }

  private static List<List<Finding>> audits(LayerInspection layers, List<Layer> read)
      throws IOException {
    List<List<Finding>> results = new ArrayList<>();
    try (ExecutorService workers =
        Executors.newFixedThreadPool(
            Math.max(1, Math.min(read.size(), Runtime.getRuntime().availableProcessors())))) {
      List<Future<List<Finding>>> futures = new ArrayList<>();
      for (Layer layer : read) {
        Callable<List<Finding>> audit = () -> layers.files(layer);
        futures.add(workers.submit(audit));
      }
      for (Future<List<Finding>> future : futures) {
        try {
          results.add(future.get());
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof NoSuchFileException)
              && !(e.getCause() instanceof NotFoundException)) {
            workers.shutdownNow();
            throw e.getCause() instanceof IOException failure
                ? failure
                : new IOException(e.getCause());
          }
          // It was removed meanwhile; if not, the next look says so.
        } catch (InterruptedException e) {
          workers.shutdownNow();
          Thread.currentThread().interrupt();
          throw new java.io.InterruptedIOException("interrupted");
        }
      }
    }
    return results;
  }

  private List<Finding> parts(Container container, Snapshot now) throws IOException {
    List<String> texts = new ArrayList<>();
    Optional<ImageId> image = container.image();
    if (image.isPresent() && now.image(image.get()).isEmpty()) {
      texts.add("its image " + image.get() + " has no record");
    }
    if (container.layer().isPresent()
        && now.layer(container.layer().get()).isEmpty()
        && writable(container, now).isEmpty()) {
      texts.add("its layer " + container.layer().get() + " has no record");
    }
    for (String item : container.dataNames()) {
      Path file = Path.of(container.id().value()).resolve(Layout.dataFile(item));
      if (disk.facts(layout.containers().resolve(file)).isEmpty()
          && disk.facts(layout.runContainers().resolve(file)).isEmpty()) {
        texts.add("its data item " + item + " is missing");
      }
    }
    return texts.isEmpty()
        ? List.of()
        : List.of(
            new Finding(
                Fault.CONTAINER_PARTS,
                Grade.LOST,
                Finding.Standing.OWN,
                container.id().value(),
                "",
                layout.containers().toString(),
                String.join("; ", texts),
                0));
  }

  /// The layer that a container writes to, if its files are there and its record is not.
  private List<Finding> writable(Container container, Snapshot now) throws IOException {
    Optional<LayerId> layer = container.layer();
    if (layer.isEmpty()
        || now.layer(layer.get()).isPresent()
        || disk.facts(
                driver.files(
                    new Layer(
                        layer.get(),
                        Fields.NOTHING,
                        new Home(layout.graphRoot(), Home.Shelf.STABLE))))
            .isEmpty()) {
      return List.of();
    }
    return List.of(
        new Finding(
            Fault.LAYER_RECORD,
            Grade.DAMAGED,
            Finding.Standing.OWN,
            layer.get().value(),
            "",
            layout.layers(layout.graphRoot()).resolve("layers.json").toString(),
            "has no record, while container " + container.id() + " writes to it",
            0));
  }

  /// The findings about what is still as it was.
  private static List<Finding> confirmed(
      Collection<Finding> findings, Snapshot before, Snapshot after) {
    List<Finding> confirmed = new ArrayList<>();
    boolean same =
        before.layers().size() == after.layers().size()
            && before.images().size() == after.images().size();
    for (Finding finding : findings) {
      boolean unchanged =
          switch (finding.subject()) {
            case LAYER -> {
              LayerId id = new LayerId(finding.id());
              Optional<Layer> one = before.layer(id);
              Optional<Layer> other = after.layer(id);
              yield one.isPresent() && other.isPresent()
                  ? one.get().json().equals(other.get().json())
                  : one.isEmpty() && other.isEmpty();
            }
            case IMAGE -> {
              Optional<ImageRecord> one = before.image(new ImageId(finding.id()));
              Optional<ImageRecord> other = after.image(new ImageId(finding.id()));
              yield one.isPresent() && other.isPresent()
                  ? one.get().json().equals(other.get().json())
                  : one.isEmpty() && other.isEmpty();
            }
            case CONTAINER ->
                after.containers().stream()
                    .anyMatch(container -> container.id().value().equals(finding.id()));
            case STORE, LEFTOVER -> true;
          };
      // A layer without a record may be that of an image that was removed meanwhile.
      if (unchanged && (same || finding.fault() != Fault.LAYER_RECORD)) {
        confirmed.add(finding);
      }
    }
    return confirmed;
  }

  private List<Finding> strays(
      Strays strays,
      List<Strays.Stray> candidates,
      Strays.Known before,
      Strays.Known after,
      List<Finding> wanted)
      throws IOException {
    List<Finding> findings = new ArrayList<>();
    // What lacks nothing but its record is no leftover.
    Set<String> needed = new HashSet<>();
    for (Finding finding : wanted) {
      if (finding.fault() == Fault.LAYER_RECORD) {
        needed.add(finding.id());
      }
    }
    for (Strays.Stray stray : candidates) {
      if (!before.has(stray)
          && !after.has(stray)
          && strays.there(stray)
          && !needed.contains(stray.id())) {
        Optional<Finding> image = lostRecord(stray, after);
        findings.add(image.isPresent() ? image.get() : Strays.finding(stray));
      }
    }
    return findings;
  }

  /// An image whose data and layers are there and whose record is not: what else would be thought
  /// left over can be put on record again.
  private Optional<Finding> lostRecord(Strays.Stray stray, Strays.Known known) throws IOException {
    boolean image =
        stray.fault() == Fault.STRAY_DATA
            && stray.path().startsWith(layout.images(stray.root()))
            && !known.images().contains(stray.id());
    if (!image) {
      return Optional.empty();
    }
    Optional<ImageRecord> derived =
        new ImageDerivation(disk, layout, files).of(new ImageId(stray.id()), stray.root());
    if (derived.isEmpty()
        || (derived.get().topLayer().isPresent()
            && disk.facts(
                    driver.files(
                        new Layer(
                            derived.get().topLayer().get(),
                            Fields.NOTHING,
                            new Home(stray.root(), Home.Shelf.STABLE))))
                .isEmpty())) {
      return Optional.empty();
    }
    return Optional.of(
        new Finding(
            Fault.IMAGE_RECORD,
            Grade.DAMAGED,
            Finding.Standing.OWN,
            stray.id(),
            "",
            layout.images(stray.root()).resolve("images.json").toString(),
            "it has no record, while its data ("
                + stray.path()
                + (derived.get().topLayer().isPresent() ? ") and its layers are" : ") is")
                + " there",
            0));
  }

  private static List<Finding> unused(Snapshot now, Duration age) throws IOException {
    Instant limit = Instant.now().minus(age);
    Usage usage = Usage.of(now);
    Set<LayerId> needed = new HashSet<>();
    List<LayerId> tops = new ArrayList<>();
    for (ImageRecord image : now.images()) {
      image.topLayer().ifPresent(tops::add);
      tops.addAll(image.mappedTopLayers());
    }
    for (Container container : now.containers()) {
      container.layer().ifPresent(tops::add);
    }
    for (Layer layer : now.layers()) {
      if (!layer.names().isEmpty()
          || layer.created().filter(made -> made.isBefore(limit)).isEmpty()
          || usage.holds(layer.id(), Set.of())) {
        tops.add(layer.id());
      }
    }
    for (LayerId top : tops) {
      Optional<LayerId> next = Optional.of(top);
      while (next.isPresent() && needed.add(next.get())) {
        next = now.layer(next.get()).flatMap(Layer::parent);
      }
    }
    List<Finding> findings = new ArrayList<>();
    for (Layer layer : now.layers()) {
      if (!layer.readOnly() && !needed.contains(layer.id())) {
        findings.add(
            new Finding(
                Fault.UNUSED_LAYER,
                Grade.LEFTOVER,
                Finding.Standing.OWN,
                layer.id().value(),
                "",
                layer.home().root().toString(),
                "no image, container or layer has used it since "
                    + layer.created().map(StoredTime::format).orElse("long ago"),
                layer.uncompressedSize().orElse(0)));
      }
    }
    return findings;
  }
}
