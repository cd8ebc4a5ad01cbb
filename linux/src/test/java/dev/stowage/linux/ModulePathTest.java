package dev.stowage.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Bytes;
import dev.stowage.smoke.Smoke;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModulePathTest {
  @TempDir Path temporary;

  @Test
  void theModuleWorksWhereNativeAccessIsDeniedToAllOthers()
      throws IOException, InterruptedException, URISyntaxException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--illegal-native-access=deny",
                "--enable-native-access=dev.stowage.linux",
                "--module-path",
                place(LocalDisk.class) + ":" + place(Bytes.class),
                "--add-modules",
                "dev.stowage.linux",
                "--add-exports",
                "dev.stowage.linux/dev.stowage.linux=ALL-UNNAMED",
                "--class-path",
                place(Smoke.class),
                Smoke.class.getName(),
                temporary.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    assertEquals("dev.stowage.linux", said.strip());
    assertTrue(Files.exists(temporary.resolve("made")));
  }

  private static String place(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }
}
