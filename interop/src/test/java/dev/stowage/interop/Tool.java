package dev.stowage.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The programs that the tests need, and the Debian packages they come from.
enum Tool {
  PODMAN("podman", "podman"),
  SKOPEO("skopeo", "skopeo"),
  BUILDAH("buildah", "buildah"),
  REGISTRY("docker-registry", "docker-registry"),
  CRUN("crun", "crun"),
  BUSYBOX("busybox", "busybox-static"),
  SETFATTR("setfattr", "attr"),
  SETCAP("setcap", "libcap2-bin"),
  UNSHARE("unshare", "util-linux"),
  GPG("gpg", "gnupg"),
  PYTHON("python3", "python3"),
  CURL("curl", "curl");

  private final String program;
  private final String debianPackage;

  Tool(String program, String debianPackage) {
    this.program = program;
    this.debianPackage = debianPackage;
  }

  /// Fails, never skips, where something is missing.
  static void requireAll() throws IOException {
    assertEquals(
        0,
        Files.getAttribute(Path.of("/proc/self"), "unix:uid"),
        "these tests mount: run them as root, or by interop/bin/run-as-ordinary-user");
    for (Tool tool : values()) {
      boolean found = false;
      for (String directory : System.getenv("PATH").split(":")) {
        found |= Files.isExecutable(Path.of(directory, tool.program));
      }
      if (!found) {
        fail(tool.program + " is missing: apt-get install " + tool.debianPackage);
      }
    }
  }
}
