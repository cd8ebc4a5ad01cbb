package dev.stowage.engine;

import dev.stowage.config.EventsConfig;
import dev.stowage.config.Surroundings;
import dev.stowage.model.Bytes;
import dev.stowage.model.Event;
import dev.stowage.model.Json;
import dev.stowage.model.UnsupportedException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;

/// The events that Podman keeps, together with this program's own: in a file that both write, or in
/// the journal, which is only read here.
public final class EventLog {
  /// How often a file that is followed is looked at, in milliseconds.
  private static final long LOOK = 200;

  /// The file's lock is the process's: threads wait for one another here.
  private static final ReentrantLock WRITING = new ReentrantLock();

  private final EventsConfig config;
  private final Surroundings surroundings;

  public EventLog(EventsConfig config, Surroundings surroundings) {
    this.config = config;
    this.surroundings = surroundings;
  }

  /// One who is told of events.
  @FunctionalInterface
  public interface Reader {
    void read(LoggedEvent event) throws IOException;

    /// Something stands among the events that is none.
    default void skipped(String why) {}
  }

  /// Whether a reading ends where the events do.
  public enum Following {
    NO,
    YES
  }

  /// Writes an event where it is kept in a file.
  public void write(Event event) throws IOException {
    if (config.logger() != EventsConfig.Logger.FILE) {
      return;
    }
    Path file = config.file();
    byte[] line = (LoggedEvent.of(event).json().compact() + "\n").getBytes(StandardCharsets.UTF_8);
    WRITING.lock();
    try {
      if (!Files.isDirectory(directory())) {
        Path _ =
            Files.createDirectories(
                directory(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      try (FileChannel channel = open(file.resolveSibling(file.getFileName() + ".lock"));
          FileLock _ = channel.lock()) {
        if (config.largest() > 0
            && Files.exists(file)
            && Files.size(file) + line.length >= config.largest()) {
          rotate(file, event.time());
        }
        try (FileChannel log = open(file)) {
          long end = log.size();
          for (java.nio.ByteBuffer left = java.nio.ByteBuffer.wrap(line); left.hasRemaining(); ) {
            end += log.write(left, end);
          }
        }
      }
    } finally {
      WRITING.unlock();
    }
  }

  private Path directory() {
    Path directory = config.file().getParent();
    return directory == null ? Path.of("/") : directory;
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file,
        java.util.Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  /// Lets the older half of the file go, and says so in it.
  private static void rotate(Path file, Instant time) throws IOException {
    byte[] all = Files.readAllBytes(file);
    int start = all.length / 2;
    while (start < all.length && all[start++] != '\n') {}
    Path next = Files.createTempFile(file.toAbsolutePath().getParent(), "", "");
    try (var out = Files.newOutputStream(next)) {
      out.write(rotation(file, time, "begin"));
      out.write(all, start, all.length - start);
      out.write(rotation(file, time, "end"));
    }
    Path _ = Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] rotation(Path file, Instant time, String end) {
    return (LoggedEvent.rotation(file.toString(), time, end).compact() + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /// Hands out the events that a filter lets through, oldest first. Whoever follows without looking
  /// back is told of new ones only.
  ///
  /// @throws UnsupportedException where events are not kept
  public void read(EventFilter filter, Following following, Clock clock, Reader reader)
      throws IOException {
    switch (config.logger()) {
      case NONE -> throw new UnsupportedException("cannot read events with the \"none\" backend");
      case JOURNALD -> new Journal(surroundings).read(filter, following, clock, reader);
      case FILE -> readFile(filter, following, clock, reader);
    }
  }

  private void readFile(EventFilter filter, Following following, Clock clock, Reader reader)
      throws IOException {
    Path file = config.file();
    boolean follow = following == Following.YES;
    long position = follow && !filter.looksBack() && Files.exists(file) ? Files.size(file) : 0;
    Object identity = identity(file);
    boolean skipping = false;
    while (true) {
      boolean ending =
          !follow || filter.until().filter(end -> !clock.instant().isBefore(end)).isPresent();
      Object now = identity(file);
      if (!now.equals(identity)) {
        identity = now;
        position = 0;
        skipping = true; // what was kept of the old file has been read
      }
      if (Files.exists(file)) {
        try (FileChannel log = FileChannel.open(file, StandardOpenOption.READ)) {
          log.position(position);
          var in = new java.io.BufferedInputStream(java.nio.channels.Channels.newInputStream(log));
          for (byte[] line = line(in); line.length > 0; line = line(in)) {
            position += line.length;
            LoggedEvent event = LoggedEvent.parse(Json.parseObject(Bytes.owning(line)));
            String rotation = event.attributes().getOrDefault(LoggedEvent.ROTATION, "");
            if (!skipping && filter.accepts(event)) {
              reader.read(event);
            }
            skipping &= !rotation.equals("end");
          }
        }
      }
      if (ending) {
        return;
      }
      try {
        Thread.sleep(LOOK);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("cancelled");
      }
    }
  }

  private static Object identity(Path file) throws IOException {
    if (!Files.exists(file)) {
      return "";
    }
    Object key =
        Files.readAttributes(file, java.nio.file.attribute.BasicFileAttributes.class).fileKey();
    return key == null ? "" : key;
  }

  /// The next whole line with its end; nothing where there is none yet.
  private static byte[] line(java.io.InputStream in) throws IOException {
    var line = new java.io.ByteArrayOutputStream();
    for (int b = in.read(); b >= 0; b = in.read()) {
      line.write(b);
      if (b == '\n') {
        return line.toByteArray();
      }
    }
    return new byte[0];
  }
}
