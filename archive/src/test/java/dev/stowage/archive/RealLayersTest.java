package dev.stowage.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stowage.linux.DeviceNumber;
import dev.stowage.linux.Directory;
import dev.stowage.linux.FileKind;
import dev.stowage.linux.FileWriter;
import dev.stowage.linux.Mode;
import dev.stowage.linux.Owner;
import dev.stowage.model.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Layers made and unpacked by GNU tar beside the same ones unpacked here.
class RealLayersTest {
  /// What a version 2 `security.capability` with `cap_net_raw+ep` looks like.
  private static final Bytes CAPABILITY =
      Bytes.owning(new byte[] {1, 0, 0, 2, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});

  @TempDir Path temporary;
  private Path source;

  @BeforeEach
  void makeSource() throws IOException {
    assumeTrue(System.getProperty("user.name").equals("root"), "devices and owners need root");
    source = Files.createDirectory(temporary.resolve("source"));
    try (Directory root = Directory.open(source)) {
      root.makeDirectories("usr/bin", new Mode(0755));
      root.makeDirectories("tmp", new Mode(01777));
      root.makeDirectories("secret", new Mode(0));
      write(root, "usr/bin/suid", 3000, new Owner(0, 42), 06755, true);
      write(root, "usr/bin/empty", 0, new Owner(1000, 100000), 0600, false);
      write(root, "usr/bin/" + "long".repeat(40), 512, Owner.ROOT, 0644, false);
      write(root, "usr/bin/\u00e4\udce4", 100_000, new Owner(3_000_000, 5), 0644, false);
      root.hardLink("tmp/hard", "usr/bin/suid");
      root.symbolicLink("tmp/link", "../usr/" + "bin/".repeat(40));
      root.hardLink("tmp/link2", "tmp/link");
      root.setOwner("tmp/link", new Owner(7, 8));
      root.setTimes("tmp/link", Instant.ofEpochSecond(1), Instant.ofEpochSecond(2, 3));
      root.makeNode("tmp/null", FileKind.CHARACTER_DEVICE, new DeviceNumber(1, 3));
      root.makeNode("tmp/disk", FileKind.BLOCK_DEVICE, new DeviceNumber(259, 300));
      root.makeNode("tmp/fifo", FileKind.FIFO, DeviceNumber.ZERO);
      root.setAttribute("tmp", "user.note", Bytes.utf8("on a directory"));
      try (FileWriter file = root.createFile("tmp/sparse")) {
        file.hole(1 << 20);
        file.write(new byte[] {1, 2, 3});
        file.hole(3 << 20);
      }
      for (String path : List.of("usr/bin", "usr", "tmp", "secret")) {
        root.setTimes(path, Instant.ofEpochSecond(9), Instant.ofEpochSecond(1_600_000_000, 7));
      }
    }
  }

  private static void write(
      Directory root, String path, int size, Owner owner, int mode, boolean capable)
      throws IOException {
    try (FileWriter file = root.createFile(path)) {
      byte[] content = new byte[size];
      new java.util.Random(size).nextBytes(content);
      file.write(content);
      file.setOwner(owner);
      file.setMode(new Mode(mode));
      if (capable) {
        file.setAttribute("security.capability", CAPABILITY);
        file.setAttribute("user.note", Bytes.utf8("a note"));
      }
      file.setTimes(Instant.ofEpochSecond(5), Instant.ofEpochSecond(1_500_000_000 + size, 123));
    }
  }

  private static void run(Path directory, List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      assertTrue(process.waitFor(1, TimeUnit.MINUTES));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertEquals(0, process.exitValue(), output);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--format=gnu",
        "--format=gnu --sparse",
        "--format=pax --xattrs --xattrs-include=*",
        "--format=pax --sparse --sparse-version=0.0",
        "--format=pax --sparse --sparse-version=0.1",
        "--format=pax --sparse --sparse-version=1.0 --xattrs --xattrs-include=*"
      })
  void theTreeIsWhatGnuTarMakes(String options) throws IOException {
    Path tar = temporary.resolve("layer.tar");
    List<String> pack = new ArrayList<>(List.of("tar", "-cf", tar.toString()));
    pack.addAll(List.of(options.split(" ")));
    pack.addAll(List.of("--sort=name", "."));
    run(source, pack);

    Path theirs = Files.createDirectory(temporary.resolve("theirs"));
    List<String> unpack =
        new ArrayList<>(List.of("tar", "-xpf", tar.toString(), "--numeric-owner"));
    if (options.contains("xattrs")) {
      unpack.addAll(List.of("--xattrs", "--xattrs-include=*"));
    }
    run(theirs, unpack);

    Path ours = Files.createDirectory(temporary.resolve("ours"));
    SortedMap<String, String> wanted;
    SortedMap<String, String> found;
    try (Directory theirRoot = Directory.open(theirs);
        Directory ourRoot = Directory.open(ours)) {
      LayerRoundTripTest.roundTrip(
          Files.readAllBytes(tar), ourRoot, UnpackOptions.DEFAULT, Stages.TWO);
      wanted = Trees.describe(theirRoot);
      found = Trees.describe(ourRoot);
      if (options.contains("--sparse")) {
        assertTrue((int) Files.getAttribute(ours.resolve("tmp/sparse"), "unix:nlink") == 1);
      }
    }
    assertEquals(15, wanted.size());
    assertEquals(lines(wanted), lines(found));
  }

  private static String lines(SortedMap<String, String> described) {
    StringBuilder lines = new StringBuilder();
    described.forEach((path, line) -> lines.append(path).append(": ").append(line).append('\n'));
    return lines.toString();
  }

  @Test
  void aPackedTreeUnpacksToItself() throws IOException {
    Path again = Files.createDirectory(temporary.resolve("again"));
    try (Directory root = Directory.open(source);
        Directory copy = Directory.open(again);
        LayerPacker packed = new LayerPacker(root, List.of(), PackOptions.DEFAULT)) {
      byte[] tar = packed.readAllBytes();
      LayerRoundTripTest.roundTrip(tar, copy, UnpackOptions.DEFAULT, Stages.ONE);
      assertEquals(lines(wholeSeconds(root)), lines(wholeSeconds(copy)));
      try (LayerPacker second = new LayerPacker(copy, List.of(), PackOptions.DEFAULT)) {
        org.junit.jupiter.api.Assertions.assertArrayEquals(tar, second.readAllBytes());
      }
      Path file = Files.write(temporary.resolve("packed.tar"), tar);
      run(temporary, List.of("tar", "-tvf", file.toString()));
    }
  }

  private static SortedMap<String, String> wholeSeconds(Directory root) throws IOException {
    SortedMap<String, String> described = Trees.describe(root);
    described.replaceAll((path, line) -> line.replaceFirst("(T[0-9:]+)(\\.[0-9]+)?Z", "$1Z"));
    return described;
  }
}
