package dev.stowage.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Reference;
import dev.stowage.store.Driver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What podman pulled from Debian's docker-registry and then was damaged is as it was after `system
/// repair`, and podman finds it so. `corruption-sweep` does the same at random.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RepairedFromARegistryTest {
  private Workplace work = new Workplace(Path.of("/nowhere"));
  private LocalRegistry registry = new LocalRegistry(0, ProcessHandle.current());

  @BeforeAll
  void fillRegistry() throws IOException {
    Tool.requireAll();
    work = Workplace.make();
    String _ = Shell.run(List.of(Shell.script("make-odd-image"), work.directory().toString()));
    registry = LocalRegistry.serve(work.resolve("registry"));
    registry.take(work.resolve("odd.oci:odd"), "odd:1", "--preserve-digests");
  }

  @AfterAll
  void cleanUp() throws IOException {
    registry.close();
    work.close();
  }

  enum Damage {
    MANIFEST {
      @Override
      void toDo(TestStore store) throws IOException {
        empty(items(store, "manifest"));
      }
    },
    CONFIGURATION {
      @Override
      void toDo(TestStore store) throws IOException {
        empty(items(store, "sha256:"));
      }
    },
    /// A bit of a file, whose size and times stay.
    FILE {
      @Override
      void toDo(TestStore store) throws IOException {
        Path file = largestFile(store);
        FileTime modified = Files.getLastModifiedTime(file);
        byte[] content = Files.readAllBytes(file);
        content[content.length / 2] ^= 1;
        Path _ = Files.write(file, content);
        Path _ = Files.setLastModifiedTime(file, modified);
      }
    },
    TAR_SPLIT {
      @Override
      void toDo(TestStore store) throws IOException {
        empty(filesOf(store.root().resolve("overlay-layers"), ".*\\.tar-split\\.gz"));
      }
    };

    abstract void toDo(TestStore store) throws IOException;

    private static void empty(List<Path> files) throws IOException {
      assertTrue(!files.isEmpty());
      for (Path file : files) {
        Path _ = Files.write(file, new byte[0]);
      }
    }

    private static List<Path> filesOf(Path directory, String name) throws IOException {
      try (Stream<Path> files = Files.walk(directory)) {
        return files
            .filter(file -> file.getFileName().toString().matches(name))
            .filter(Files::isRegularFile)
            .toList();
      }
    }

    /// The data items of the images whose name begins so.
    private static List<Path> items(TestStore store, String beginning) throws IOException {
      return filesOf(store.root().resolve("overlay-images"), "=.*|manifest").stream()
          .filter(file -> nameOf(file.getFileName().toString()).startsWith(beginning))
          .toList();
    }

    private static String nameOf(String file) {
      return file.startsWith("=")
          ? new String(Base64.getDecoder().decode(file.substring(1)), StandardCharsets.UTF_8)
          : file;
    }

    private static Path largestFile(TestStore store) throws IOException {
      Path largest = store.root();
      long size = 0;
      for (Path file : filesOf(store.root().resolve("overlay"), ".*")) {
        if (Files.size(file) > size) {
          largest = file;
          size = Files.size(file);
        }
      }
      return largest;
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatWasDamagedIsAsItWas(Damage damage) throws IOException {
    TestStore store = new TestStore(work.resolve(damage.name()), Driver.OVERLAY);
    Reference name = registry.name("odd:1");
    store.pull(Peer.PACKAGED, name);
    String tree = store.mounted(name.toString());
    String documents = documents(store);
    String inspected = store.told(Peer.PACKAGED, "image", "inspect", name.toString());

    damage.toDo(store);
    Shell.Ended checked = Ours.end(store.words("system", "check"), Map.of());
    assertEquals(125, checked.status(), checked.said() + checked.complained());
    Shell.Ended repaired =
        Ours.end(store.words("system", "repair", "--tls-verify=false"), Map.of());
    assertEquals(0, repaired.status(), repaired.said() + repaired.complained());
    Shell.Ended again = Ours.end(store.words("system", "check"), Map.of());
    assertEquals(0, again.status(), again.said() + again.complained());

    assertEquals(documents, documents(store));
    assertEquals(inspected, store.told(Peer.PACKAGED, "image", "inspect", name.toString()));
    assertEquals(tree, store.mounted(name.toString()));
  }

  /// Manifests, configurations and signatures, without the times at which they were written.
  private static String documents(TestStore store) throws IOException {
    return TestStore.facts(store.root().resolve("overlay-images"))
        .replaceAll("\t1[0-9]{18}(?=\t|\n)|(?m)^\\./images\\.(json|lock)\t.*\n", "");
  }
}
