package dev.stowage.config;

import dev.stowage.model.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;

/// A machine of one directory: files below it, variables, and a user.
final class Place {
  private final Path root;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final int uid;

  private Place(Path root, int uid) {
    this.root = root;
    this.uid = uid;
  }

  static Place ofRoot(Path root) {
    return new Place(root, 0);
  }

  static Place ofUser(Path root, int uid) {
    return new Place(root, uid);
  }

  Place with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /// Writes a file at an absolute path of this machine.
  Place file(String path, String content) throws IOException {
    Path file = at(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    return this;
  }

  Path at(String absolute) {
    return root.resolve(absolute.substring(1));
  }

  Path home() {
    return at(uid == 0 ? "/root" : "/home/user");
  }

  Surroundings surroundings() {
    return new Surroundings(
        environment,
        root,
        root,
        new User(
            uid,
            uid,
            uid,
            uid,
            home(),
            uid == 0 ? User.Privilege.ROOTFUL : User.Privilege.ROOTLESS),
        new Machine(new Platform("linux", "amd64", ""), "host", "6.1.0", 2),
        Terminal.NONE,
        () -> ZoneOffset.UTC);
  }
}
