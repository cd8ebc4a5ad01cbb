package dev.stowage.config;

import dev.stowage.model.NotFoundException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Where a configuration file and its drop-ins are looked for.
///
/// Of the main files the first found counts, the user's, the administrator's, the vendor's, or all
/// of them in the reverse order. Drop-ins are read after that in the order of their names; of two
/// with one name the later directory's counts: vendor, administrator, user. A file that a variable
/// names stands instead of all of these, and a file that the variable with `_OVERRIDE` names is
/// read last.
final class ConfigFiles {
  static final String VENDOR = "/usr/share/containers";
  static final String ADMINISTRATOR = "/etc/containers";

  /// Who put a file where it is.
  enum Owner {
    /// The vendor or the administrator, in a file meant for everybody.
    EVERYBODY,
    /// The administrator in a drop-in, or the user, for this user.
    THIS_USER
  }

  /// Which of the main files count.
  enum MainFiles {
    /// The first that is there.
    FIRST,
    /// All, later ones laid over earlier ones.
    ALL
  }

  /// A file that was read.
  record Read(Toml.Table table, Owner owner) {}

  private final Surroundings surroundings;
  private final String name;
  private final Optional<String> variable;
  private final MainFiles mainFiles;

  /// @param name the file's name, such as `storage.conf`
  /// @param variable the variable that names a file to read instead
  ConfigFiles(
      Surroundings surroundings, String name, Optional<String> variable, MainFiles mainFiles) {
    this.surroundings = surroundings;
    this.name = name;
    this.variable = variable;
    this.mainFiles = mainFiles;
  }

  /// The files in the order in which later ones override earlier ones.
  List<Read> read() throws IOException {
    List<Read> files = new ArrayList<>();
    Optional<String> chosen =
        variable.isPresent() ? surroundings.variable(variable.get()) : Optional.empty();
    if (chosen.isPresent()) {
      files.add(named(variable.orElseThrow(), chosen.get()));
    } else {
      files.addAll(mains());
      for (Path dropIn : dropIns()) {
        Optional<Toml.Table> table = Toml.read(dropIn);
        if (table.isPresent()) {
          files.add(new Read(table.get(), Owner.THIS_USER));
        }
      }
    }
    if (variable.isPresent()) {
      String override = variable.get() + "_OVERRIDE";
      Optional<String> last = surroundings.variable(override);
      if (last.isPresent()) {
        files.add(named(override, last.get()));
      }
    }
    return files;
  }

  private Read named(String byVariable, String path) throws IOException {
    Path file = surroundings.absolute(path);
    return new Read(named(byVariable, file), Owner.THIS_USER);
  }

  /// The file that a variable or an option names, which has to be there.
  static Toml.Table named(String by, Path file) throws IOException {
    Optional<Toml.Table> table = Toml.read(file);
    if (table.isEmpty()) {
      throw new NotFoundException(
          NotFoundException.Kind.FILE,
          file.toString(),
          by + " names " + file + ", and there is no such file: create it, or name another");
    }
    return table.get();
  }

  private List<Read> mains() throws IOException {
    List<Read> found = new ArrayList<>();
    Optional<Toml.Table> users = Toml.read(user());
    if (users.isPresent()) {
      found.add(new Read(users.get(), Owner.THIS_USER));
    }
    for (String directory : new String[] {ADMINISTRATOR, VENDOR}) {
      if (found.isEmpty() || mainFiles == MainFiles.ALL) {
        Optional<Toml.Table> system = Toml.read(system(directory));
        if (system.isPresent()) {
          found.addFirst(new Read(system.get(), Owner.EVERYBODY));
        }
      }
    }
    return found;
  }

  private Path user() {
    return surroundings.configHome().resolve("containers").resolve(name);
  }

  private Path system(String directory) {
    return surroundings.system(directory + "/" + name);
  }

  private List<Path> dropIns() throws IOException {
    Map<String, Path> byName = new TreeMap<>();
    for (String directory : new String[] {VENDOR, ADMINISTRATOR}) {
      Path main = system(directory);
      collect(main.resolveSibling(name + ".d"), byName);
      collect(main.resolveSibling(special() + ".d"), byName);
      if (surroundings.user().loginUid() > 0) {
        collect(
            main.resolveSibling(special() + ".d")
                .resolve(Integer.toString(surroundings.user().loginUid())),
            byName);
      }
    }
    collect(user().resolveSibling(name + ".d"), byName);
    return List.copyOf(byName.values());
  }

  /// The name with `rootful` or `rootless` before the extension: `storage.rootless.conf`.
  private String special() {
    int dot = name.lastIndexOf('.');
    String kind = surroundings.user().loginUid() > 0 ? ".rootless" : ".rootful";
    return name.substring(0, dot) + kind + name.substring(dot);
  }

  /// Adds the files of a directory that have the extension of this one.
  private void collect(Path directory, Map<String, Path> byName) throws IOException {
    String extension = name.substring(name.lastIndexOf('.'));
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String file = String.valueOf(entry.getFileName());
        if (file.endsWith(extension) && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
          byName.put(file, entry);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      // Most systems have none of these directories.
    }
  }
}
