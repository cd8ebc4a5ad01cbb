package dev.stowage.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A family of podman, buildah and skopeo: this machine's own, or one of a newer Debian in a root
/// that `make-newer-podman` made. Each command runs in mounts of its own, so that none stays.
enum Peer {
  PACKAGED("packaged", ""),
  TRIXIE("newer", "trixie"),
  FORKY("newer", "forky");

  private final String kind;
  private final String suite;

  Peer(String kind, String suite) {
    this.kind = kind;
    this.suite = suite;
  }

  /// Where the large image and the newer roots are, if they were made.
  static Path prepared() {
    String directory = System.getenv("STOWAGE_INTEROP_DIR");
    return Path.of(directory == null ? "/var/tmp/stowage-interop" : directory);
  }

  /// Fails where the root of a newer one was not made.
  void require() {
    assertTrue(
        this == PACKAGED || Files.isDirectory(prepared().resolve("newer").resolve(suite)),
        () -> "no podman of Debian " + suite + ": interop/bin/make-newer-podman makes one");
  }

  List<String> command(String program, List<String> words) {
    List<String> command = new ArrayList<>();
    if (this != PACKAGED || program.equals("podman")) {
      command.add(Shell.script(kind + "-" + program));
    } else {
      command.addAll(List.of("unshare", "--mount", program));
    }
    command.addAll(words);
    return command;
  }

  Map<String, String> environment() {
    return this == PACKAGED
        ? Map.of()
        : Map.of("STOWAGE_INTEROP_DIR", prepared().toString(), "STOWAGE_NEWER_SUITE", suite);
  }

  String run(String program, List<String> words) throws IOException {
    return Shell.run(command(program, words), environment());
  }
}
