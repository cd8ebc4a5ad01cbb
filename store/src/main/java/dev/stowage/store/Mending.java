package dev.stowage.store;

import dev.stowage.model.CheckLevel;
import dev.stowage.model.Digest;
import dev.stowage.model.Finding;
import dev.stowage.model.Finding.Fault;
import dev.stowage.model.ImageId;
import dev.stowage.model.LayerId;
import dev.stowage.model.Repair;
import dev.stowage.model.Repair.Result;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// One repair of a store: looks, mends what it sees, and looks again, because what was mended lets
/// more be seen. Layers that were found whole are not read twice.
final class Mending {
  /// Records, papers, layers, their files: nothing needs more looks than that.
  private static final int MOST_ROUNDS = 6;

  private static final Duration EVER = Duration.ofDays(36_500);

  private final Store store;
  private final Workshop workshop;
  private final CheckLevel level;
  private final Repair.Mode mode;
  private final Consumer<Repair> told;
  private final Set<LayerId> sound = new HashSet<>();
  private final Set<String> given = new HashSet<>();
  private final Map<String, Repair> repairs = new LinkedHashMap<>();
  private final RecordMending records;
  private final LayerMending layers;

  Mending(
      Store store,
      Workshop workshop,
      Supply supply,
      CheckLevel level,
      Repair.Mode mode,
      Consumer<Repair> told) {
    this.store = store;
    this.workshop = workshop;
    this.level = level;
    this.mode = mode;
    this.told = told;
    this.records = new RecordMending(workshop, supply, mode);
    this.layers = new LayerMending(store, workshop, supply, mode);
  }

  List<Repair> run(Repair.Lost lost) throws IOException {
    boolean progress = true;
    for (int round = 0; progress && round < MOST_ROUNDS; round++) {
      progress = round(look());
      if (mode == Repair.Mode.PLANNED) {
        break;
      }
    }
    reconcile();
    if (lost != Repair.Lost.KEPT) {
      LossRemoval removal = new LossRemoval(store, mode, lost);
      for (Repair removed : removal.run(look(), repairs)) {
        note(removed);
      }
    }
    return List.copyOf(repairs.values());
  }

  /// Tells of what could not be mended; what is no longer seen was mended with something else.
  private void reconcile() throws IOException {
    Set<String> seen = new HashSet<>();
    if (mode == Repair.Mode.DONE) {
      look().findings().forEach(finding -> seen.add(Inspector.key(finding)));
    }
    for (Map.Entry<String, Repair> each : List.copyOf(repairs.entrySet())) {
      Repair repair = each.getValue();
      if (repair.result() == Result.LEFT) {
        note(
            mode == Repair.Mode.DONE && !seen.contains(each.getKey())
                ? new Repair(repair.finding(), Result.MENDED, "with what it needed")
                : repair);
      }
    }
  }

  private Inspector.Seen look() throws IOException {
    return workshop.inspector().look(level, EVER, sound);
  }

  /// Mends what is seen.
  ///
  /// @return whether anything was mended
  private boolean round(Inspector.Seen seen) throws IOException {
    List<Finding> findings = new ArrayList<>();
    for (Finding finding : seen.findings()) {
      if (finding.harmful()) {
        findings.add(finding);
      }
    }
    findings.sort(
        Comparator.comparingInt((Finding finding) -> order(finding.fault()))
            .thenComparingInt(finding -> depth(finding, seen.now())));
    boolean progress = false;
    Set<String> done = new HashSet<>();
    for (Finding finding : findings) {
      String key = Inspector.key(finding);
      Repair before = repairs.get(key);
      if (done.contains(finding.fault().subject() + finding.id())
          && (finding.fault() == Fault.LAYER_FILES || finding.fault() == Fault.LAYER_TAR_SPLIT)) {
        continue; // mended together with the other
      }
      if (before != null && before.result() == Result.MENDED) {
        note(new Repair(finding, Result.LEFT, "was mended, and is damaged again"));
        given.add(key);
      }
      if (given.contains(key)) {
        continue;
      }
      Repair repair = mended(finding, findings, seen.now());
      if (repair.result() == Result.LEFT) {
        repairs.put(key, repair); // told at the end, as what is mended next may help
        continue;
      }
      note(repair);
      if (repair.result() == Result.MENDED) {
        progress = true;
        done.add(finding.fault().subject() + finding.id());
      }
    }
    return progress;
  }

  private void note(Repair repair) {
    repairs.put(Inspector.key(repair.finding()), repair);
    told.accept(repair);
  }

  private static int order(Fault fault) {
    return switch (fault) {
      case TABLE -> 0;
      case IMAGE_DATA -> 1;
      case IMAGE_RECORD -> 2;
      case LAYER_RECORD -> 3;
      case LAYER_LINKS -> 4;
      case LAYER_TAR_SPLIT -> 5;
      case LAYER_FILES -> 5;
      default -> 6;
    };
  }

  private static int depth(Finding finding, Snapshot now) {
    if (finding.subject() != Finding.Subject.LAYER) {
      return 0;
    }
    int depth = 0;
    Set<LayerId> seen = new HashSet<>();
    Optional<LayerId> next = Optional.of(new LayerId(finding.id()));
    while (next.isPresent() && seen.add(next.get())) {
      depth++;
      next = now.layer(next.get()).flatMap(Layer::parent);
    }
    return depth;
  }

  private Repair mended(Finding finding, List<Finding> all, Snapshot now) throws IOException {
    if (finding.standing() == Finding.Standing.READ_ONLY) {
      return new Repair(
          finding,
          Result.LEFT,
          "it is in the read-only store, which has to be repaired where it is written to");
    }
    try {
      return switch (finding.fault()) {
        case TABLE -> records.table(finding);
        case IMAGE_DATA -> records.imageData(finding, now);
        case IMAGE_RECORD -> records.imageRecord(finding, now);
        case LAYER_RECORD -> layers.record(finding, now);
        case LAYER_LINKS -> layers.links(finding, now);
        case LAYER_TAR_SPLIT, LAYER_FILES -> layers.contents(finding, faults(finding, all), now);
        case LAYER_DATA -> Repair.lost(finding, "nobody has a copy");
        case CONTAINER_PARTS -> parts(finding);
        case STRAY_LAYER, STRAY_LINK, STRAY_DATA, STRAY_WORK, UNUSED_LAYER ->
            throw new AssertionError("leftovers are no harm");
      };
    } catch (IOException e) {
      if (e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException)) {
        throw e;
      }
      return new Repair(finding, Result.LEFT, String.valueOf(e.getMessage()));
    }
  }

  /// A container that lacks something has lost it, unless that may be in a store that is away.
  private Repair parts(Finding finding) throws IOException {
    Optional<Path> away = workshop.inspector().storeAway();
    return away.isPresent() ? away(finding, away.get()) : Repair.lost(finding, "nobody has a copy");
  }

  /// What is left as it is because somebody who may have the content could not be asked.
  static Repair unanswered(Finding finding, Digest wanted, List<Supply.Silence> silent) {
    StringBuilder text = new StringBuilder(wanted + " could not be asked for at ");
    String separator = "";
    for (Supply.Silence each : silent) {
      text.append(separator).append(each.place()).append(" (").append(each.cause()).append(')');
      separator = ", ";
    }
    text.append("; try again when it answers, or remove the image with rmi");
    return new Repair(finding, Result.LEFT, text.toString());
  }

  /// What is left as it is because it may be in an additional store that is not mounted now.
  static Repair away(Finding finding, Path store) {
    return new Repair(
        finding,
        Result.LEFT,
        "it may be in the additional store "
            + store
            + ", which is not there now; try again when it is, or take it out of storage.conf");
  }

  private static Set<Fault> faults(Finding finding, List<Finding> all) {
    Set<Fault> faults = new HashSet<>();
    for (Finding each : all) {
      if (each.id().equals(finding.id())) {
        faults.add(each.fault());
      }
    }
    return faults;
  }

  static Supply.Trail trail(ImageRecord image) {
    List<String> names = new ArrayList<>(image.names());
    for (String name : image.namesHistory()) {
      if (!names.contains(name)) {
        names.add(name);
      }
    }
    return new Supply.Trail(List.copyOf(names), List.copyOf(image.digests()));
  }

  /// The images that stand on a layer, by the records as far as they go.
  static List<ImageRecord> users(LayerId layer, Snapshot now) {
    List<ImageRecord> users = new ArrayList<>();
    for (ImageRecord image : now.images()) {
      Set<LayerId> seen = new HashSet<>();
      Optional<LayerId> next = image.topLayer();
      while (next.isPresent() && seen.add(next.get())) {
        next = now.layer(next.get()).flatMap(Layer::parent);
      }
      if (seen.contains(layer)) {
        users.add(image);
      }
    }
    return users;
  }

  static ImageRecord image(Finding finding, Snapshot now) throws IOException {
    ImageId id = new ImageId(finding.id());
    return now.image(id)
        .orElseThrow(
            () ->
                new dev.stowage.model.NotFoundException(
                    dev.stowage.model.NotFoundException.Kind.IMAGE, id.value()));
  }
}
