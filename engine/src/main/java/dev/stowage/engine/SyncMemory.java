package dev.stowage.engine;

import dev.stowage.config.Surroundings;
import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.MalformedException;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.Listener.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/// What earlier runs made of images that could not be copied as they are, because one was picked
/// from an index or its format was changed: from which source digest which digest came to be at the
/// destination. By it a later run can tell without fetching a manifest that there is nothing to do.
///
/// It is a file of lines in the user's cache, one file for each destination and way of copying, and
/// may be deleted at any time:
///
/// ```
/// sha256:<source> sha256:<destination> <where>
/// ```
///
/// A line counts once it is whole; the last of several for a place counts.
final class SyncMemory {
  /// A larger file is begun anew; 100,000 images have about 25 MiB.
  private static final long LARGEST = 64L << 20;

  /// How many lines may be outdated before the file is written anew.
  private static final int SPARE = 1000;

  private static final int KEY_LENGTH = 32;

  private final Path file;
  private final Listener listener;
  private boolean lost;
  private final Map<String, Kept> kept = new HashMap<>();

  private record Kept(Digest from, Digest to) {}

  private SyncMemory(Path file, Listener listener) {
    this.file = file;
    this.listener = listener;
  }

  /// @param destination where the images go
  /// @param way all that decides what a copy looks like
  /// @param listener is told once where the file cannot be read or written; images are copied then
  ///   as if it were empty
  static SyncMemory open(
      Surroundings surroundings, String destination, String way, Listener listener) {
    String key = Digest.of(Bytes.utf8(destination + "\n" + way)).hex().substring(0, KEY_LENGTH);
    Path file = surroundings.cacheHome().resolve("stowage").resolve("sync").resolve(key);
    SyncMemory memory = new SyncMemory(file, listener);
    try {
      memory.load();
    } catch (IOException e) {
      memory.lost(e);
    }
    return memory;
  }

  private void load() throws IOException {
    if (!Files.isRegularFile(file)) {
      return;
    }
    if (Files.size(file) > LARGEST) {
      Files.delete(file);
      return;
    }
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    int lines = 0;
    for (int at = 0, end; (end = text.indexOf('\n', at)) >= 0; at = end + 1) {
      String[] words = text.substring(at, end).split(" ", 3);
      lines++;
      try {
        if (words.length == 3) {
          kept.put(words[2], new Kept(Digest.parse(words[0]), Digest.parse(words[1])));
        }
      } catch (MalformedException e) {
        // It was cut off, or is not ours; what it said is found out again.
      }
    }
    if (lines > kept.size() + SPARE || !text.isEmpty() && !text.endsWith("\n")) {
      StringBuilder anew = new StringBuilder();
      kept.forEach((where, what) -> anew.append(line(where, what)));
      Path fresh = Files.createTempFile(file.toAbsolutePath().getParent(), "sync", ".new");
      Path _ = Files.writeString(fresh, anew);
      Path _ = Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private void lost(IOException e) {
    lost = true;
    listener.on(
        new Progress.Warned(
            "what has been synchronized cannot be noted down in "
                + file
                + " ("
                + (e instanceof AccessDeniedException ? "permission denied" : e.getMessage())
                + "): the next run has to compare manifests again"));
  }

  private static String line(String where, Kept what) {
    return what.from + " " + what.to + " " + where + "\n";
  }

  /// Whether what the destination has came from what the source has.
  synchronized boolean holds(String where, Digest source, Digest destination) {
    Kept known = kept.get(where);
    return known != null && known.from.equals(source) && known.to.equals(destination);
  }

  /// Keeps what a copy made; at once, so that a later end of the run does not lose it.
  synchronized void keep(String where, Digest source, Digest destination) {
    Kept what = new Kept(source, destination);
    if (what.equals(kept.put(where, what)) || lost) {
      return;
    }
    try {
      Path _ = Files.createDirectories(file.toAbsolutePath().getParent());
      Path _ =
          Files.writeString(
              file, line(where, what), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      lost(e);
    }
  }
}
