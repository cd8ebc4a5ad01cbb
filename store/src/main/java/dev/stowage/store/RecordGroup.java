package dev.stowage.store;

import dev.stowage.linux.Disk;
import dev.stowage.linux.Durability;
import dev.stowage.linux.FileFacts;
import dev.stowage.linux.HeldLock;
import dev.stowage.linux.Mode;
import dev.stowage.model.Bytes;
import dev.stowage.model.CorruptException;
import dev.stowage.model.MalformedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Files of records that share a lock, and what was read from them last. They are read again only
/// if the token in the lock file or a file itself has changed since.
///
/// @param <R> what a row of the files is
final class RecordGroup<R> {
  /// Far beyond any store in use, and small enough to be held in memory.
  private static final long LARGEST_FILE = 1L << 30;

  /// How long a file has to lie unchanged before an index of it is worth making.
  private static final Duration SETTLING = Duration.ofSeconds(2);

  /// One file and the shelf its records stand on.
  ///
  /// @param index where an index of the file is kept
  record Source(Path file, Home home, Optional<Path> index) {
    Source(Path file, Home home) {
      this(file, home, Optional.empty());
    }
  }

  /// A large file that was read as a whole.
  private record Unindexed<R>(Path index, FileFacts facts, Bytes content, Table<R> table) {}

  private final List<Path> locks;
  private final List<Source> sources;
  private final Table.Kind<R> kind;

  private @Nullable Loaded<R> last;
  private final List<Unindexed<R>> unindexed = new ArrayList<>();

  /// What was read, and what tells whether it still holds.
  record Loaded<R>(List<Table<R>> tables, Bytes token, List<Optional<FileFacts>> facts) {}

  RecordGroup(List<Path> locks, List<Source> sources, Table.Kind<R> kind) {
    this.locks = locks;
    this.sources = sources;
    this.kind = kind;
  }

  /// The lock files, in the order to take them.
  List<Path> locks() {
    return locks;
  }

  boolean holds(Path file) {
    for (Source source : sources) {
      if (source.file().equals(file)) {
        return true;
      }
    }
    return false;
  }

  boolean readOnly() {
    return sources.getFirst().home().readOnly();
  }

  /// The rows as the files have them now; the caller holds the locks.
  ///
  /// @param lock the first of the locks; none where a read-only store has no lock file
  synchronized List<Table<R>> tables(Disk disk, Optional<HeldLock> lock) throws IOException {
    List<Optional<FileFacts>> facts = new ArrayList<>(sources.size());
    for (Source source : sources) {
      facts.add(disk.facts(source.file()));
    }
    Bytes token = lock.isPresent() ? lock.get().token() : Bytes.empty();
    if (last != null && last.token().equals(token) && same(last.facts(), facts)) {
      return last.tables();
    }
    List<Table<R>> tables = new ArrayList<>(sources.size());
    unindexed.clear();
    for (int i = 0; i < sources.size(); i++) {
      tables.add(table(disk, sources.get(i), facts.get(i)));
    }
    last = new Loaded<>(tables, token, facts);
    return tables;
  }

  private Table<R> table(Disk disk, Source source, Optional<FileFacts> facts) throws IOException {
    Bytes content =
        facts.isEmpty()
            ? Bytes.empty()
            : disk.read(source.file(), LARGEST_FILE).orElse(Bytes.empty());
    if (content.length() == 0) {
      return Table.of(source.file(), source.home(), kind, List.of());
    }
    Optional<Path> index =
        content.length() < RecordIndex.SMALLEST_FILE ? Optional.empty() : source.index();
    if (index.isPresent()) {
      Optional<RecordIndex> found = kept(disk, index.get(), facts.orElseThrow(), content);
      if (found.isPresent()) {
        return Table.of(source.file(), source.home(), kind, content, found.get());
      }
    }
    try {
      Table<R> table = Table.of(source.file(), source.home(), kind, Fields.array(content));
      if (index.isPresent()) {
        unindexed.add(new Unindexed<>(index.get(), facts.orElseThrow(), content, table));
      }
      return table;
    } catch (MalformedException e) {
      throw new CorruptException(
          source.file(),
          e.getMessage()
              + "; `stowage system repair` keeps the records in it that can be read and makes"
              + " others anew from what they were about");
    }
  }

  private static Optional<RecordIndex> kept(Disk disk, Path index, FileFacts facts, Bytes content) {
    try {
      Optional<Bytes> file = disk.read(index, RecordIndex.LARGEST);
      return file.isPresent() ? RecordIndex.read(file.get(), facts, content) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // what stands there is no index, or not for this user to read
    }
  }

  /// Keeps indexes of the large files that were read as a whole, have not changed for a while and
  /// are tidy. Where nothing can be kept, nothing is. Call it when no lock is held.
  void index(Disk disk) {
    for (Unindexed<R> each : settled()) {
      Optional<List<RecordIndex.Entry>> entries = each.table().entries();
      Optional<Bytes> file =
          entries.isPresent()
              ? RecordIndex.file(each.facts(), each.content(), entries.get())
              : Optional.empty();
      if (file.isPresent()) {
        try {
          disk.makeDirectories(each.index().resolveSibling(""), Mode.PRIVATE_DIRECTORY);
          disk.replace(each.index(), file.get(), Mode.PRIVATE_FILE, Durability.VOLATILE);
        } catch (IOException e) {
          return; // a store that may be read only: it is read as a whole
        }
      }
    }
  }

  /// What is to be indexed now, handed out once.
  private synchronized List<Unindexed<R>> settled() {
    if (unindexed.isEmpty()) {
      return List.of();
    }
    Instant settled = Instant.now().minus(SETTLING);
    List<Unindexed<R>> found = new ArrayList<>();
    for (Iterator<Unindexed<R>> all = unindexed.iterator(); all.hasNext(); ) {
      Unindexed<R> each = all.next();
      if (!each.facts().modified().isAfter(settled)) {
        found.add(each);
        all.remove();
      }
    }
    return found;
  }

  private static boolean same(List<Optional<FileFacts>> before, List<Optional<FileFacts>> now) {
    for (int i = 0; i < now.size(); i++) {
      Optional<FileFacts> one = before.get(i);
      Optional<FileFacts> other = now.get(i);
      if (one.isPresent() != other.isPresent()
          || (one.isPresent()
              && (one.get().inode() != other.get().inode()
                  || one.get().size() != other.get().size()
                  || !one.get().modified().equals(other.get().modified())))) {
        return false;
      }
    }
    return true;
  }
}
