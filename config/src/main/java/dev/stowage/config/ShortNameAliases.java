package dev.stowage.config;

import dev.stowage.model.Digest;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Reference;
import dev.stowage.model.Repository;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The aliases that were recorded when a user chose what a short name means: a file that programs
/// write, `short-name-aliases.conf` in the cache directory, which goes before registries.conf.
///
/// The peers write the same file. All take the lock `short-name-aliases.conf.lock`: shared to read,
/// exclusive to write.
public final class ShortNameAliases {

  /// Locks of the same file inside one process exclude each other through this monitor, because
  /// file locks are the process's.
  private static final Object IN_THIS_PROCESS = new Object();

  private final Path file;

  private ShortNameAliases(Path file) {
    this.file = file;
  }

  /// The file of this user.
  public static ShortNameAliases of(Surroundings surroundings) {
    Path cache =
        surroundings.user().loginUid() == 0
            ? surroundings.system("/var/cache")
            : surroundings.cacheHome();
    return new ShortNameAliases(cache.resolve("containers").resolve("short-name-aliases.conf"));
  }

  /// Where the aliases are recorded.
  public Path file() {
    return file;
  }

  /// What is recorded; nothing where there is no file.
  ///
  /// @throws MalformedException if the file is not what it should be
  public Map<String, Setting<Optional<Repository>>> read() throws IOException {
    synchronized (IN_THIS_PROCESS) {
      if (!Files.exists(file)) {
        return Map.of();
      }
      try (FileChannel channel = FileChannel.open(lockFile(), StandardOpenOption.READ);
          FileLock lock = channel.lock(0, Long.MAX_VALUE, true)) {
        return lock.isValid() ? unlocked() : Map.of();
      } catch (NoSuchFileException | AccessDeniedException e) {
        // Whoever cannot lock cannot write either, and reads what is there.
        return unlocked();
      }
    }
  }

  /// Records what a short name stands for, in the place of what was recorded before.
  ///
  /// @throws MalformedException if the short name is none
  public void record(String shortName, Repository repository) throws IOException {
    String fault = faultOfName(shortName);
    if (!fault.isEmpty()) {
      throw new MalformedException(fault);
    }
    Path directory = file.resolveSibling(".");
    Files.createDirectories(
        directory.normalize(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    synchronized (IN_THIS_PROCESS) {
      try (FileChannel channel =
              FileChannel.open(lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        Map<String, Setting<Optional<Repository>>> all = new TreeMap<>(unlocked());
        all.put(shortName, new Setting<>(Optional.of(repository), new Origin.InFile(file, 0)));
        if (lock.isValid()) {
          replace(text(all));
        }
      }
    }
  }

  private Map<String, Setting<Optional<Repository>>> unlocked() throws IOException {
    Optional<Toml.Table> table = Toml.read(file);
    if (table.isEmpty()) {
      return Map.of();
    }
    Optional<Toml.Table> aliases = table.get().table("aliases");
    return aliases.isPresent() ? of(aliases.get()) : Map.of();
  }

  private void replace(String text) throws IOException {
    Path temporary = file.resolveSibling(".tmp-" + file.getFileName());
    Files.deleteIfExists(temporary);
    Files.createFile(
        temporary,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(temporary, text);
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private Path lockFile() {
    return file.resolveSibling(file.getFileName() + ".lock");
  }

  private static String text(Map<String, Setting<Optional<Repository>>> aliases) {
    StringBuilder text = new StringBuilder("[aliases]\n");
    for (Map.Entry<String, Setting<Optional<Repository>>> alias : aliases.entrySet()) {
      Optional<Repository> value = alias.getValue().value();
      // Names and repositories have no character that a quoted string would have to escape.
      text.append("  \"")
          .append(alias.getKey())
          .append("\" = \"")
          .append(value.isPresent() ? value.get().toString() : "")
          .append("\"\n");
    }
    return text.toString();
  }

  /// The aliases of a table `[aliases]`; an alias for nothing hides the ones of earlier files.
  ///
  /// @throws MalformedException naming all that is wrong
  static Map<String, Setting<Optional<Repository>>> of(Toml.Table table) throws MalformedException {
    Map<String, Setting<Optional<Repository>>> aliases = new LinkedHashMap<>();
    StringBuilder faults = new StringBuilder();
    for (String name : table.entries().keySet()) {
      Setting<String> value = table.text(name).orElseThrow();
      complain(faults, value.origin(), faultOfName(name));
      Optional<Repository> repository = Optional.empty();
      if (!value.value().isEmpty()) {
        String fault = faultOfValue(value.value());
        complain(faults, value.origin(), fault);
        if (!fault.isEmpty()) {
          continue;
        }
        repository = Optional.of(Reference.parse(value.value()).repository());
      }
      aliases.put(name, new Setting<>(repository, value.origin()));
    }
    if (!faults.isEmpty()) {
      throw new MalformedException("validating short-name aliases: " + faults);
    }
    return aliases;
  }

  private static void complain(StringBuilder faults, Origin origin, String fault) {
    if (!fault.isEmpty()) {
      faults.append(faults.isEmpty() ? "" : "\n").append(origin).append(": ").append(fault);
    }
  }

  private static String faultOfName(String name) {
    String what = "invalid short name \"" + name + "\": ";
    if (Digest.isDigest(name.substring(name.indexOf('@') + 1))) {
      return what + "must not contain digest";
    }
    int slash = name.indexOf('/');
    if (slash >= 0 && isHost(name.substring(0, slash))) {
      return what + "must not contain registry";
    }
    try {
      Reference reference = Reference.parse(name);
      if (reference.tag().isPresent()) {
        return what + "must not contain tag";
      }
    } catch (MalformedException e) {
      return "cannot parse short name: \"" + name + "\": " + e.getMessage();
    }
    return "";
  }

  private static String faultOfValue(String value) {
    String what = "invalid alias \"" + value + "\": ";
    int slash = value.indexOf('/');
    if (slash < 0 || !isHost(value.substring(0, slash))) {
      return what + "must contain registry and repository";
    }
    try {
      Reference reference = Reference.parse(value);
      if (reference.digest().isPresent()) {
        return what + "must not contain digest";
      }
      if (reference.tag().isPresent()) {
        return what + "must not contain tag";
      }
    } catch (MalformedException e) {
      return "parsing alias \"" + value + "\": " + e.getMessage();
    }
    return "";
  }

  private static boolean isHost(String component) {
    return component.indexOf('.') >= 0
        || component.indexOf(':') >= 0
        || component.equals(Repository.LOCALHOST);
  }
}
