package dev.stowage.transfer.place;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.archive.Compression;
import dev.stowage.linux.Disk;
import dev.stowage.linux.LocalDisk;
import dev.stowage.linux.LockMethod;
import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MediaType;
import dev.stowage.model.MismatchException;
import dev.stowage.store.Driver;
import dev.stowage.store.Layer;
import dev.stowage.testkit.EvilTars;
import dev.stowage.testkit.Fault;
import dev.stowage.testkit.ForgedImage;
import dev.stowage.testkit.RawTar;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HostileLayersPullTest {
  private static final Digest NONE = Digest.of(Bytes.utf8("nothing has this digest"));

  @TempDir Path directory;

  private static Bytes packed(Compression compression, Bytes tar) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream packing = compression.compress(out, Compression.Level.FAST)) {
      tar.writeTo(packing);
    }
    return Bytes.copyOf(out.toByteArray());
  }

  private static Bytes beginning(Bytes bytes, int length) {
    return Bytes.copyOf(Arrays.copyOf(bytes.toArray(), length));
  }

  @ParameterizedTest
  @EnumSource(Driver.class)
  void evilArchivesAreRefusedAndLeaveNothing(Driver driver) throws IOException {
    try (HostilePull trial =
        HostilePull.in(directory, driver, new LocalDisk(LockMethod.OPEN_FILE))) {
      List<Executable> cases = new ArrayList<>();
      EvilTars.refused(trial.outside.toAbsolutePath().toString())
          .forEach(
              (what, tar) ->
                  cases.add(
                      () -> {
                        new ForgedImage().layer(tar).addTo(trial.registry, "it/app", "evil");
                        trial.refused(driver.text() + ": " + what, "evil", Digest.of(tar).hex());
                      }));
      assertAll(cases);
    }
  }

  @Test
  void oddArchivesArriveWithinTheLayerByteByByte() throws IOException {
    try (HostilePull trial = HostilePull.in(directory)) {
      for (Map.Entry<String, Bytes> odd : EvilTars.taken().entrySet()) {
        new ForgedImage().layer(odd.getValue()).addTo(trial.registry, "it/app", "odd");
        trial.pull("odd");
        assertHolds(trial, odd.getKey(), Digest.of(odd.getValue()));
      }
      assertEquals("untouched", Files.readString(trial.outside));
    }
  }

  private static void assertHolds(HostilePull trial, String what, Digest diffId)
      throws IOException {
    Layer layer = trial.store().read(now -> now.layersByUncompressedDigest(diffId)).getFirst();
    try (InputStream tar = trial.store().diff(layer.id())) {
      assertEquals(diffId, Digest.of(Bytes.copyOf(tar.readAllBytes())), what);
    }
  }

  @Test
  void brokenCompressionIsRefused() throws IOException {
    Bytes tar = new RawTar().file("f", "some content ".repeat(2000)).end();
    try (HostilePull trial = HostilePull.in(directory)) {
      for (Compression compression : new Compression[] {Compression.GZIP, Compression.ZSTD}) {
        Bytes whole = packed(compression, tar);
        String form = compression.name();
        refusedLayer(trial, form + " cut off", beginning(whole, whole.length() - 6), "cut off");
        refusedLayer(trial, form + " cut off at its head", beginning(whole, 8), "cut off");
        byte[] damaged = whole.toArray();
        damaged[whole.length() / 2] ^= 0x55;
        refusedLayer(trial, form + " damaged", Bytes.copyOf(damaged), "");
        byte[] more = Arrays.copyOf(whole.toArray(), whole.length() + 100);
        Arrays.fill(more, whole.length(), more.length, (byte) 'x');
        refusedLayer(trial, form + " with garbage behind it", Bytes.copyOf(more), "");
      }
      refusedLayer(
          trial,
          "zstd that wants a window of 2 GiB",
          Bytes.copyOf(new byte[] {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, (byte) 0xA8, 1, 0, 0}),
          "zstd");
      refusedLayer(
          trial,
          "xz that wants 4 GiB",
          Bytes.copyOf(
              new byte[] {
                (byte) 0xFD,
                '7',
                'z',
                'X',
                'Z',
                0,
                0,
                4,
                (byte) 0xE6,
                (byte) 0xD6,
                (byte) 0xB4,
                0x46,
                2,
                0,
                0x21,
                1,
                0x28,
                0,
                0,
                0,
                0,
                0,
                0,
                0
              }),
          "xz");
    }
  }

  private static void refusedLayer(HostilePull trial, String what, Bytes blob, String word)
      throws IOException {
    new ForgedImage()
        .layer(MediaType.OCI_LAYER_GZIP, blob, NONE)
        .addTo(trial.registry, "it/app", "broken");
    trial.refused(what, "broken", Digest.of(blob).hex(), word);
  }

  @Test
  void contentThatIsNotWhatWasPromisedIsRefused() throws IOException {
    Bytes tar = new RawTar().file("f", "x".repeat(100_000)).end();
    Bytes blob = packed(Compression.GZIP, tar);
    Digest diffId = Digest.of(tar);
    try (HostilePull trial = HostilePull.in(directory)) {
      new ForgedImage()
          .layer(MediaType.OCI_LAYER_GZIP, blob, NONE)
          .addTo(trial.registry, "it/app", "v");
      assertInstanceOf(
          MismatchException.class,
          trial.refused("wrong diff ID", "v", Digest.of(blob).hex(), NONE.hex(), diffId.hex()));
      for (int difference : new int[] {-50, -1, 1, 1000}) {
        new ForgedImage()
            .layer(
                blob,
                new Descriptor(
                    MediaType.OCI_LAYER_GZIP, Digest.of(blob), blob.length() + difference),
                diffId)
            .addTo(trial.registry, "it/app", "v");
        assertInstanceOf(
            MismatchException.class,
            trial.refused(
                "size wrong by " + difference, "v", Digest.of(blob).hex(), "" + blob.length()));
        trial.registry.misbehave(new Fault.Chunked(), "/blobs/");
        assertInstanceOf(
            MismatchException.class,
            trial.refused(
                "size wrong by " + difference + " and not announced", "v", Digest.of(blob).hex()));
        trial.registry.behave();
      }
      new ForgedImage()
          .layer(MediaType.OCI_LAYER_GZIP, blob, diffId)
          .addTo(trial.registry, "it/app", "v");
      trial.registry.misbehave(
          new Fault.WrongContent(), request -> request.path().contains(Digest.of(blob).hex()), 9);
      trial.refused("a byte changed on the way", "v", Digest.of(blob).hex());
      trial.registry.behave();
      new ForgedImage()
          .layer(MediaType.OCI_LAYER, tar, diffId)
          .addTo(trial.registry, "it/app", "v");
      trial.registry.misbehave(
          new Fault.WrongContent(), request -> request.path().contains(diffId.hex()), 9);
      assertInstanceOf(MismatchException.class, trial.refused("wrong digest", "v", diffId.hex()));
    }
  }

  @Test
  void aFileOfOneTerabyteOfHolesTakesNoSpace() throws IOException {
    long size = 1L << 40;
    for (Driver driver : Driver.values()) {
      Path place = Files.createDirectory(directory.resolve(driver.text()));
      try (HostilePull trial = HostilePull.in(place, driver, new LocalDisk(LockMethod.OPEN_FILE))) {
        long before = Files.getFileStore(place).getUsableSpace();
        long begun = System.nanoTime();
        Bytes gnu = EvilTars.gnuSparse(size);
        Bytes pax = EvilTars.paxSparse(size);
        new ForgedImage().layer(gnu).layer(pax).addTo(trial.registry, "it/app", "sparse");
        trial.pull("sparse");
        assertTrue(System.nanoTime() - begun < 20_000_000_000L);
        for (Bytes tar : new Bytes[] {gnu, pax}) {
          assertHolds(trial, "sparse", Digest.of(tar));
          Layer layer =
              trial.store().read(now -> now.layersByUncompressedDigest(Digest.of(tar))).getFirst();
          assertEquals(size, Files.size(trial.store().filesOf(layer).resolve("hole")));
        }
        assertTrue(
            before - Files.getFileStore(place).getUsableSpace() < 1L << 30, "took too much space");
      }
    }
  }

  @Test
  void bombsInWhatMustBeSmallAreRefusedAtOnce() throws IOException {
    long huge = 10L << 30;
    try (HostilePull trial = HostilePull.in(directory)) {
      bomb(trial, "10 GB of pax record", new RawTar().header("p", 'x', "", huge).bytes());
      bomb(trial, "10 GB of global record", new RawTar().header("p", 'g', "", huge).bytes());
      bomb(trial, "10 GB of long name", new RawTar().header("p", 'L', "", huge).bytes());
      bomb(trial, "10 GB of long link", new RawTar().header("p", 'K', "", huge).bytes());
      bomb(trial, "10 GB behind the end", new RawTar().file("f", "x").end());
      bomb(trial, "10 GB of zeros alone", Bytes.empty());
    }
  }

  private static void bomb(HostilePull trial, String what, Bytes beginning) throws IOException {
    Bytes blob = EvilTars.gzipBomb(beginning, 10L << 30);
    assertTrue(blob.length() < 12_000_000);
    new ForgedImage()
        .layer(MediaType.OCI_LAYER_GZIP, blob, NONE)
        .addTo(trial.registry, "it/app", "bomb");
    assertInstanceOf(
        MalformedException.class,
        trial.refused(what, "bomb", Duration.ofSeconds(60), Digest.of(blob).hex(), "more than"));
  }

  /// The true disk, except that it pretends to be smaller.
  private static Disk nearlyFull(Path place, long usable) throws IOException {
    LocalDisk disk = new LocalDisk(LockMethod.OPEN_FILE);
    long hidden = Files.getFileStore(place).getUsableSpace() - usable;
    return (Disk)
        Proxy.newProxyInstance(
            Disk.class.getClassLoader(),
            new Class<?>[] {Disk.class},
            (proxy, method, arguments) -> {
              try {
                Object result = method.invoke(disk, arguments);
                return method.getName().equals("freeSpace") ? (Long) result - hidden : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void aBombStopsBeforeTheDiskIsFull() throws IOException {
    long size = 10L << 30;
    for (Driver driver : Driver.values()) {
      Path place = Files.createDirectory(directory.resolve(driver.text()));
      try (HostilePull trial = HostilePull.in(place, driver, nearlyFull(place, 400L << 20))) {
        Bytes blob = EvilTars.gzipBomb(new RawTar().header("zeros", '0', "", size).bytes(), size);
        new ForgedImage()
            .layer(MediaType.OCI_LAYER_GZIP, blob, NONE)
            .addTo(trial.registry, "it/app", "bomb");
        FileSystemException told =
            assertThrows(FileSystemException.class, () -> trial.pull("bomb"));
        HostilePull.answered(driver.text() + ": 10 GB in one file, 400 MiB free", told);
        assertTrue(told.toString().contains("would fill the disk"), told.toString());
        assertTrue(told.toString().contains(place.toString()), told.toString());
        trial.assertNothingLeft("a bomb");
      }
    }
  }

  @Test
  void aMillionEntriesTakeLittleMemory() throws IOException {
    try (HostilePull trial = HostilePull.in(directory)) {
      EvilTars.Entry entry = (tar, n) -> tar.directory("d" + n / 1000 + "/e" + n % 7 + "/");
      ByteArrayOutputStream blob = new ByteArrayOutputStream();
      try (InputStream tar = EvilTars.many(1_000_000, entry);
          OutputStream packing = Compression.GZIP.compress(blob, Compression.Level.FAST)) {
        tar.transferTo(packing);
      }
      Bytes layer = Bytes.copyOf(blob.toByteArray());
      new ForgedImage()
          .layer(MediaType.OCI_LAYER_GZIP, layer, NONE)
          .addTo(trial.registry, "it/app", "many");
      MostMemory memory = MostMemory.watch();
      trial.refused("a million entries, wrong diff ID", "many", Duration.ofMinutes(5), NONE.hex());
      long most = memory.stop();
      assertTrue(most < 64L << 20, "took " + (most >> 20) + " MiB");
    }
  }

  @Test
  void ownersBeyondCountingAreRefused() throws IOException {
    try (HostilePull trial = HostilePull.in(directory)) {
      ByteArrayOutputStream blob = new ByteArrayOutputStream();
      try (InputStream tar = EvilTars.many(200_000, (out, n) -> out.header("d/", '5', "", 0, n));
          OutputStream packing = Compression.GZIP.compress(blob, Compression.Level.FAST)) {
        tar.transferTo(packing);
      }
      refusedLayer(trial, "200,000 owners", Bytes.copyOf(blob.toByteArray()), "users or groups");
    }
  }

  @Test
  void deviceNodesInBulkArriveOrAreRefusedAndLeaveNothing() throws IOException {
    try (HostilePull trial = HostilePull.in(directory)) {
      ByteArrayOutputStream blob = new ByteArrayOutputStream();
      try (InputStream tar =
              EvilTars.many(
                  30_000, (out, n) -> out.header("dev/n" + n, n % 2 == 0 ? '3' : '4', "", 0));
          OutputStream packing = Compression.GZIP.compress(blob, Compression.Level.FAST)) {
        tar.transferTo(packing);
      }
      refusedLayer(trial, "30,000 devices, wrong diff ID", Bytes.copyOf(blob.toByteArray()), "");
    }
  }

  @Test
  void treesDeeperThanAnyPathAreRemovedAgain() throws IOException {
    try (HostilePull trial = HostilePull.in(directory)) {
      Bytes tar = EvilTars.nested(4_000);
      new ForgedImage()
          .layer(MediaType.OCI_LAYER, tar, NONE)
          .addTo(trial.registry, "it/app", "deep");
      trial.refused("4,000 directories in one another", "deep", Digest.of(tar).hex());
    }
  }

  @Test
  void moreLayersThanCanBeMountedAreRefused() throws IOException {
    Bytes tar = new RawTar().directory("d").end();
    try (HostilePull trial = HostilePull.in(directory)) {
      for (int count : new int[] {501, 2000, 5000}) {
        ForgedImage image = new ForgedImage();
        for (int i = 0; i < count; i++) {
          image.layer(tar);
        }
        image.addTo(trial.registry, "it/app", "tall");
        trial.refused(count + " layers", "tall", count + " layers", "at most");
      }
    }
  }

  @Test
  void aConfigurationThatDoesNotFitIsRefusedBeforeAnyLayerIsFetched() throws IOException {
    Bytes tar = new RawTar().file("f", "x").end();
    try (HostilePull trial = HostilePull.in(directory)) {
      new ForgedImage().layer(tar).promise(NONE).addTo(trial.registry, "it/app", "v");
      trial.refused("more diff IDs than layers", "v", "1 layers", "2 diff IDs");
      new ForgedImage()
          .layer(tar)
          .addTo(
              trial.registry,
              "it/app",
              "v",
              Bytes.utf8(
                  "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}"));
      trial.refused("fewer diff IDs than layers", "v", "1 layers", "0 diff IDs");
      assertEquals(0, trial.registry.log("/blobs/" + Digest.of(tar)).size());
      for (String config :
          new String[] {
            "",
            "null",
            "[]",
            "<html>",
            "{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:zz\"]}}",
            "{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[7]}}",
            "{\"rootfs\":7}",
            "{\"a\":".repeat(100_000)
          }) {
        new ForgedImage().layer(tar).addTo(trial.registry, "it/app", "v", Bytes.utf8(config));
        trial.refused(
            "the configuration " + (config.length() > 60 ? "nested 100,000 deep" : config), "v");
      }
      new ForgedImage()
          .layer(tar)
          .addTo(trial.registry, "it/app", "v", Bytes.copyOf(new byte[4 * 1024 * 1024 + 1]));
      trial.refused("a configuration of more than 4 MiB", "v", "4194305");
    }
  }
}
