package dev.stowage.interop;

import dev.stowage.linux.MountPoint;
import dev.stowage.linux.MountTable;
import dev.stowage.linux.Mounts;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A temporary directory in which anything may be mounted; closing it unmounts and deletes all.
record Workplace(Path directory) implements Closeable {

  /// One with a short path: podman refuses a run root of more than 50 characters.
  static Workplace make() throws IOException {
    return new Workplace(
        Path.of(Shell.run(List.of("mktemp", "-d", "--tmpdir", "stowage.XXXXXX")).strip()));
  }

  Path resolve(String name) {
    return directory.resolve(name);
  }

  @Override
  public void close() throws IOException {
    for (MountPoint mount : MountTable.read().mounts().reversed()) {
      if (mount.target().startsWith(directory)) {
        Mounts.unmount(mount.target());
      }
    }
    String _ = Shell.run(List.of("rm", "-rf", "--one-file-system", directory.toString()));
  }
}
