package dev.stowage.store;

import dev.stowage.linux.Disk;
import dev.stowage.linux.Durability;
import dev.stowage.linux.FileFacts;
import dev.stowage.linux.Mode;
import dev.stowage.model.Bytes;
import dev.stowage.model.LayerId;
import java.io.IOException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What stands around the files of an overlay layer: its short name, the link of that name, the
/// list of the layers beneath. All of it can be told from the records and the links.
///
/// The links are read once, so that to look at all layers costs no more than that.
final class LayerFrame {
  private static final int LARGEST = 64 * 1024;
  private static final String DIFF = "diff";

  private final Disk disk;
  private final Layout layout;
  private final Map<Path, Map<String, String>> byRoot = new HashMap<>();

  LayerFrame(Disk disk, Layout layout) {
    this.disk = disk;
    this.layout = layout;
  }

  /// The links of a store: the short name and the layer that each leads to; an empty text where it
  /// leads to none.
  Map<String, String> links(Path root) throws IOException {
    Map<String, String> known = byRoot.get(root);
    if (known != null) {
      return known;
    }
    Map<String, String> links = new HashMap<>();
    Path directory = layout.driverHome(root).resolve(OverlayDriver.LINKS);
    if (disk.facts(directory).filter(FileFacts::isDirectory).isPresent()) {
      for (String name : disk.list(directory)) {
        links.put(name, target(directory.resolve(name)));
      }
    }
    byRoot.put(root, links);
    return links;
  }

  private String target(Path link) throws IOException {
    try {
      String target = disk.readLink(link);
      return target.startsWith("../") && target.endsWith("/" + DIFF)
          ? target.substring(3, target.length() - DIFF.length() - 1)
          : "";
    } catch (NotLinkException e) {
      return "";
    }
  }

  Path directory(Layer layer) {
    return layout.driverHome(layer.home().root()).resolve(layer.id().value());
  }

  /// Whether a layer has a directory, on record or not.
  boolean there(Path root, LayerId layer) throws IOException {
    return disk.facts(layout.driverHome(root).resolve(layer.value())).isPresent();
  }

  /// All short names that lead to the layer.
  Set<String> names(Layer layer) throws IOException {
    Set<String> names = new HashSet<>();
    for (Map.Entry<String, String> link : links(layer.home().root()).entrySet()) {
      if (link.getValue().equals(layer.id().value())) {
        names.add(link.getKey());
      }
    }
    written(layer).ifPresent(names::add);
    return names;
  }

  private Optional<String> written(Layer layer) throws IOException {
    return text(directory(layer).resolve(OverlayDriver.LINK))
        .map(String::strip)
        .filter(OverlayDriver::isShortName);
  }

  private Optional<String> text(Path file) throws IOException {
    if (disk.facts(file).filter(FileFacts::isRegular).isEmpty()) {
      return Optional.empty();
    }
    return disk.read(file, LARGEST).map(Bytes::utf8);
  }

  /// The layer's short name: what it says itself if a link of that name leads to it, else what the
  /// layers on it call it, else any that leads to it, else what it says itself.
  Optional<String> name(Layer layer, Snapshot now) throws IOException {
    Optional<String> own = written(layer);
    Map<String, String> links = links(layer.home().root());
    String id = layer.id().value();
    if (own.isPresent() && id.equals(links.get(own.get()))) {
      return own;
    }
    for (Layer child : now.childrenOf(layer.id())) {
      Optional<String> first = lower(child).filter(list -> !list.isEmpty()).map(List::getFirst);
      String leadsTo = first.isPresent() ? links.getOrDefault(first.get(), "") : "";
      if (first.isPresent() && (leadsTo.isEmpty() || leadsTo.equals(id))) {
        return first;
      }
    }
    List<String> leading = new ArrayList<>();
    for (Map.Entry<String, String> link : links.entrySet()) {
      if (link.getValue().equals(id)) {
        leading.add(link.getKey());
      }
    }
    leading.sort(null);
    return leading.isEmpty() ? own : Optional.of(leading.getFirst());
  }

  /// The short names that a layer says are beneath it, the topmost first.
  Optional<List<String>> lower(Layer layer) throws IOException {
    Optional<String> text = text(directory(layer).resolve(OverlayDriver.LOWER));
    if (text.isEmpty() || text.get().isBlank()) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>();
    for (String part : text.get().strip().split(":", -1)) {
      String name = part.substring(part.lastIndexOf('/') + 1);
      if (!part.startsWith(OverlayDriver.LINKS + "/") || !OverlayDriver.isShortName(name)) {
        return Optional.empty();
      }
      names.add(name);
    }
    return Optional.of(names);
  }

  /// The layer that this one says it stands on, told without its record.
  Optional<LayerId> parentByLinks(Path root, LayerId layer) throws IOException {
    Layer bare = new Layer(layer, Fields.NOTHING, new Home(root, Home.Shelf.STABLE));
    Optional<List<String>> lower = lower(bare);
    return lower.isEmpty()
        ? Optional.empty()
        : Ids.layer(Optional.ofNullable(links(root).get(lower.get().getFirst())));
  }

  /// What is wrong with the frame; nothing where it is as it should be.
  List<String> flaws(Layer layer, Snapshot now) throws IOException {
    List<String> flaws = new ArrayList<>();
    Path directory = directory(layer);
    Optional<String> name = name(layer, now);
    if (name.isEmpty() || !written(layer).equals(name)) {
      flaws.add(
          "its short name (" + directory.resolve(OverlayDriver.LINK) + ") is missing or wrong");
    }
    if (name.isPresent()
        && !layer.id().value().equals(links(layer.home().root()).get(name.get()))) {
      flaws.add("the link l/" + name.get() + " is missing or leads elsewhere");
    }
    Optional<List<Layer>> beneath = beneath(layer, now);
    if (beneath.isPresent() && !beneath.get().isEmpty()) {
      Optional<List<String>> wanted = names(beneath.get(), now);
      if (wanted.isPresent() && !lower(layer).equals(wanted)) {
        flaws.add("the list of the layers beneath it (lower) is missing or wrong");
      }
      Optional<String> ids = text(directory.resolve(OverlayDriver.LOWER_LAYERS));
      if (ids.isPresent() && !ids.get().equals(OverlayDriver.idsOf(beneath.get()))) {
        flaws.add("the list of the layers beneath it (lower-layers) is wrong");
      }
    }
    return flaws;
  }

  private Optional<List<String>> names(List<Layer> layers, Snapshot now) throws IOException {
    List<String> names = new ArrayList<>();
    for (Layer layer : layers) {
      Optional<String> name = name(layer, now);
      if (name.isEmpty()) {
        return Optional.empty();
      }
      names.add(name.get());
    }
    return Optional.of(names);
  }

  /// The layers beneath, the topmost first; nothing where one of them has no record.
  private static Optional<List<Layer>> beneath(Layer layer, Snapshot now) {
    List<Layer> layers = new ArrayList<>();
    Set<LayerId> seen = new HashSet<>();
    Optional<LayerId> next = layer.parent();
    while (next.isPresent()) {
      Optional<Layer> parent = now.layer(next.get());
      if (parent.isEmpty() || !seen.add(next.get())) {
        return Optional.empty();
      }
      layers.add(parent.get());
      next = parent.get().parent();
    }
    return Optional.of(layers);
  }

  /// Makes the frame what it should be; the layers beneath have theirs already. The caller holds
  /// the lock of the layers.
  void mend(Layer layer, Snapshot now) throws IOException {
    byRoot.clear();
    Path directory = directory(layer);
    boolean fresh = disk.facts(directory).isEmpty();
    if (fresh) {
      disk.makeDirectory(directory, Mode.PRIVATE_DIRECTORY);
    }
    for (String each : List.of("work", "merged")) {
      if (disk.facts(directory.resolve(each)).isEmpty()) {
        disk.makeDirectory(directory.resolve(each), Mode.PRIVATE_DIRECTORY);
      }
    }
    Optional<String> known = name(layer, now);
    String name = known.isPresent() ? known.get() : OverlayDriver.shortName();
    if (!written(layer).equals(Optional.of(name))) {
      write(directory.resolve(OverlayDriver.LINK), name);
    }
    Path link = layout.driverHome(layer.home().root()).resolve(OverlayDriver.LINKS).resolve(name);
    if (!layer.id().value().equals(links(layer.home().root()).get(name))) {
      disk.makeDirectories(link.resolveSibling("."), Mode.SHARED_DIRECTORY);
      disk.removeTree(link);
      disk.symbolicLink(link, "../" + layer.id() + "/" + DIFF);
    }
    byRoot.clear();
    Optional<List<Layer>> beneath = beneath(layer, now);
    if (beneath.isEmpty() || beneath.get().isEmpty()) {
      if (layer.parent().isEmpty() && disk.facts(directory.resolve("empty")).isEmpty()) {
        disk.makeDirectory(directory.resolve("empty"), Mode.PRIVATE_DIRECTORY);
      }
      return;
    }
    Optional<List<String>> wanted = names(beneath.get(), now);
    if (wanted.isPresent() && !lower(layer).equals(wanted)) {
      StringBuilder text = new StringBuilder();
      for (String each : wanted.get()) {
        text.append(text.isEmpty() ? "" : ":").append(OverlayDriver.LINKS).append('/').append(each);
      }
      write(directory.resolve(OverlayDriver.LOWER), text.toString());
    }
    Path ids = directory.resolve(OverlayDriver.LOWER_LAYERS);
    String wantedIds = OverlayDriver.idsOf(beneath.get());
    if (fresh || (text(ids).isPresent() && !text(ids).get().equals(wantedIds))) {
      write(ids, wantedIds);
    }
  }

  private void write(Path file, String text) throws IOException {
    if (disk.facts(file).filter(facts -> !facts.isRegular()).isPresent()) {
      disk.removeTree(file);
    }
    disk.replace(file, Bytes.utf8(text), Mode.SHARED_FILE, Durability.DURABLE);
  }
}
