package dev.stowage.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.linux.Disk;
import dev.stowage.linux.LocalDisk;
import dev.stowage.linux.LockMethod;
import dev.stowage.model.CheckLevel;
import dev.stowage.model.Finding;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckBesideOthersTest {
  private static final SampleImage IMAGE =
      SampleImage.of(new TestTar().file("base", "content"), new TestTar().file("top", "more"));

  private final Disk disk = new LocalDisk(LockMethod.OPEN_FILE);

  @TempDir private Path directory;

  private StoreOptions options() {
    return StoreOptions.of(directory.resolve("root"), directory.resolve("run"), Driver.OVERLAY)
        .withDriverOptions(
            DriverOptions.DEFAULT
                .withHomeMount(DriverOptions.HomeMount.NONE)
                .withOwnership(DriverOptions.Ownership.BEST_EFFORT));
  }

  /// A disk on which a file is away for the first time somebody looks, as if it were removed and
  /// came again.
  private Disk away(String name) {
    int[] looks = {0};
    return (Disk)
        Proxy.newProxyInstance(
            Disk.class.getClassLoader(),
            new Class<?>[] {Disk.class},
            (proxy, method, arguments) -> {
              if (arguments != null
                  && arguments[0] instanceof Path path
                  && path.endsWith(name)
                  && method.getReturnType() == Optional.class
                  && looks[0]++ < 1) {
                return Optional.empty();
              }
              try {
                return method.invoke(disk, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private List<Finding> check(Disk seen) throws IOException {
    try (Store store = Store.open(options(), seen)) {
      return store.upkeep().check(CheckLevel.FULL, Duration.ofDays(1));
    }
  }

  @Test
  void whatIsRemovedDuringTheLookAndComesAgainIsNoFinding() throws IOException {
    try (Store store = Store.open(options(), disk)) {
      IMAGE.putInto(store, "it:1");
    }
    assertEquals(List.of(), check(away("manifest")));
    assertEquals(List.of(), check(away("link")));
    assertEquals(List.of(), check(away("lower")));
  }

  @Test
  void whatStaysAwayIsOne() throws IOException {
    try (Store store = Store.open(options(), disk)) {
      IMAGE.putInto(store, "it:1");
    }
    Files.delete(directory.resolve("root/overlay-images/" + IMAGE.id() + "/manifest"));
    List<Finding> found = check(disk);
    assertEquals(1, found.size(), found.toString());
    assertTrue(found.getFirst().harmful());
    assertEquals("manifest", found.getFirst().item());
  }
}
