package dev.stowage.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SurroundingsTest {
  @TempDir private Path root;

  @Test
  void thisProcessIsSeenAsItIs() throws Exception {
    Surroundings surroundings = Surroundings.ofThisProcess();
    Path own = Files.createFile(root.resolve("own"));
    assertEquals(Files.getAttribute(own, "unix:uid"), surroundings.user().effectiveUid());
    assertTrue(surroundings.directory().isAbsolute());
    assertTrue(surroundings.user().home().isAbsolute());
    assertEquals("linux", surroundings.machine().platform().os());
    assertEquals(
        Files.readString(Path.of("/proc/sys/kernel/hostname")).strip(),
        surroundings.machine().hostname());
  }

  @Test
  void architecturesHaveTheNamesOfTheSpecification() {
    assertEquals("linux/amd64", SurroundingsReader.platform("amd64").toString());
    assertEquals("linux/arm64", SurroundingsReader.platform("aarch64").toString());
    assertEquals("linux/386", SurroundingsReader.platform("i686").toString());
    assertEquals("v6", SurroundingsReader.armVersion("model\nCPU architecture: 6TEJ\nx"));
    assertEquals("v7", SurroundingsReader.armVersion(""));
  }

  @Test
  void anEmptyVariableIsNoVariable() {
    Surroundings surroundings =
        Place.ofUser(root, 5)
            .with("XDG_CONFIG_HOME", "")
            .with("XDG_DATA_HOME", "/d")
            .surroundings();
    assertEquals(root.resolve("home/user/.config"), surroundings.configHome());
    assertEquals(Path.of("/d"), surroundings.dataHome());
    assertEquals(User.Store.PRIVATE, surroundings.user().store());
  }

  @Test
  void variablesArePutInAsAShellDoes() {
    var environment = java.util.Map.of("A", "x", "AB", "y");
    assertEquals("/x/y/xB/", Variables.expand("/$A/$AB/${A}B/$NONE", environment));
    assertEquals("$", Variables.expand("$", environment));
    assertEquals("a$-b", Variables.expand("a$-b", environment));
  }
}
