package dev.stowage.store;

import dev.stowage.linux.Disk;
import dev.stowage.linux.Durability;
import dev.stowage.linux.HeldLock;
import dev.stowage.linux.LockKind;
import dev.stowage.linux.Mode;
import dev.stowage.model.Bytes;
import dev.stowage.model.CorruptException;
import dev.stowage.model.Json;
import dev.stowage.model.LayerId;
import dev.stowage.model.MalformedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The file `mountpoints.json`: which layers are mounted, where and how often. Its lock is taken by
/// those alone who hold the lock of the layers.
final class MountRecords {
  private static final long LARGEST_FILE = 256L << 20;

  private final Disk disk;
  private final Path file;
  private final Path lock;

  MountRecords(Disk disk, Layout layout) {
    this.disk = disk;
    this.file = layout.runLayers().resolve("mountpoints.json");
    this.lock = layout.runLayers().resolve("mountpoints.lock");
  }

  /// What is mounted, as far as the file says.
  List<MountRecord> read() throws IOException {
    if (disk.facts(file).isEmpty()) {
      return List.of();
    }
    try (HeldLock _ = disk.lock(lock, LockKind.SHARED)) {
      return load();
    }
  }

  /// What changes the list of mounts.
  @FunctionalInterface
  interface Change<T> {
    T apply(List<MountRecord> records) throws IOException;
  }

  /// Hands a list to be changed to a body, and writes it if it was.
  <T> T change(Change<T> body) throws IOException {
    try (HeldLock held = disk.lock(lock, LockKind.EXCLUSIVE)) {
      List<MountRecord> before = load();
      List<MountRecord> records = new ArrayList<>(before);
      T result = body.apply(records);
      if (!records.equals(before)) {
        held.writeToken(Token.make());
        disk.replace(file, content(records), Mode.PRIVATE_FILE, Durability.VOLATILE);
      }
      return result;
    }
  }

  private List<MountRecord> load() throws IOException {
    Optional<Bytes> content = disk.read(file, LARGEST_FILE);
    if (content.isEmpty() || content.get().length() == 0) {
      return List.of();
    }
    List<MountRecord> records = new ArrayList<>();
    try {
      for (Json item : Fields.array(content.get())) {
        if (item instanceof Json.Obj json) {
          Optional<LayerId> layer = Ids.layer(Fields.text(json, "id"));
          Optional<String> path = Fields.text(json, "path");
          long count = Fields.number(json, "count").orElse(0L);
          if (layer.isPresent() && path.isPresent() && count > 0 && count <= Integer.MAX_VALUE) {
            records.add(new MountRecord(layer.get(), Path.of(path.get()), (int) count));
          }
        }
      }
    } catch (MalformedException e) {
      throw new CorruptException(
          file, e.getMessage() + "; unmount what is mounted and remove the file");
    }
    return records;
  }

  private static Bytes content(List<MountRecord> records) {
    List<Json> items = new ArrayList<>(records.size());
    for (MountRecord record : records) {
      items.add(
          Json.object()
              .put("id", record.layer().value())
              .put("path", record.path().toString())
              .put("count", record.count())
              .build());
    }
    return Bytes.utf8(new Json.Arr(items).compact());
  }
}
