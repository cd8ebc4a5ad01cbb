package dev.stowage.interop;

import dev.stowage.model.Bytes;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A podman that works on a store of its own.
record Podman(Version version, Path store) {
  private static final Path BIN = Path.of("bin").toAbsolutePath();
  private static final Path ETC = Path.of("etc").toAbsolutePath();

  /// Which podman.
  enum Version {
    /// The one of this machine's packages.
    PACKAGED("packaged-podman"),
    /// The one of a newer Debian, which `make-newer-podman` made.
    NEWER("newer-podman");

    private final String program;

    Version(String program) {
      this.program = program;
    }

    boolean here() throws IOException {
      return run(List.of(BIN.resolve(program).toString(), "--version")).code() == 0;
    }
  }

  /// What a program said and how it ended.
  record Said(int code, String out, String err) {

    Json json() throws MalformedException {
      return Json.parse(Bytes.utf8(out));
    }

    List<String> lines() {
      return out.lines().toList();
    }

    /// The last line of complaint.
    String complaint() {
      return err.lines().filter(line -> line.startsWith("Error: ")).reduce("", (a, b) -> b);
    }
  }

  Said say(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                BIN.resolve(version.program).toString(),
                "--root",
                store.resolve("root").toString(),
                "--runroot",
                store.resolve("run").toString()));
    command.addAll(List.of(arguments));
    return run(command);
  }

  /// Makes a store with images of every kind.
  static void makeVariedStore(Path directory) throws IOException {
    Said said = run(List.of(BIN.resolve("make-varied-store").toString(), directory.toString()));
    if (said.code() != 0) {
      throw new IOException("make-varied-store: " + said.err());
    }
  }

  static Said run(List<String> command) throws IOException {
    Path err = Files.createTempFile("stowage", ".err");
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
      builder.environment().put("CONTAINERS_CONF", ETC.resolve("containers.conf").toString());
      builder.environment().put("CONTAINERS_STORAGE_CONF", ETC.resolve("storage.conf").toString());
      builder.environment().put("SUPPRESS_BOLTDB_WARNING", "true");
      Process process = builder.start();
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      return new Said(code, out, Files.readString(err));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      Files.delete(err);
    }
  }
}
