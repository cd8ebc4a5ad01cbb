package dev.stowage.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stowage.linux.Directory;
import dev.stowage.linux.FileFacts;
import dev.stowage.linux.FileKind;
import dev.stowage.linux.Owner;
import dev.stowage.model.Bytes;
import dev.stowage.testkit.TarBytes;
import dev.stowage.testkit.TarBytes.Header;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WhiteoutsTest {
  private static final TarBytes LOWER =
      new TarBytes()
          .directory("d/")
          .file("d/old", "old")
          .file("d/gone", "gone")
          .directory("d/sub/")
          .file("d/sub/deep", "deep")
          .directory("opaque/")
          .file("opaque/hidden", "hidden")
          .file("changed", "before");

  private static final TarBytes UPPER =
      new TarBytes()
          .directory("d/")
          .file("d/.wh.gone", "")
          .file("d/.wh.sub", "")
          .file("d/new", "new")
          .directory("opaque/")
          .file("opaque/seen", "seen")
          .file("opaque/.wh..wh..opq", "")
          .file("d/sub/.wh.deep", "")
          .file("changed", "after, and longer");

  @TempDir Path temporary;
  private Directory lower = unopened();
  private Directory upper = unopened();

  @SuppressWarnings("NullAway") // set before each test
  private static Directory unopened() {
    return null;
  }

  @BeforeEach
  void open() throws IOException {
    assumeTrue(System.getProperty("user.name").equals("root"), "whiteouts need root");
    lower = Directory.open(Files.createDirectory(temporary.resolve("lower")));
    upper = Directory.open(Files.createDirectory(temporary.resolve("upper")));
  }

  private static Unpacked unpack(TarBytes tar, Directory root, UnpackOptions options)
      throws IOException {
    byte[] bytes = new TarBytes().raw(tar.bytes()).end().bytes();
    return LayerUnpacker.unpack(
        PlainTar.of(new ByteArrayInputStream(bytes)),
        root,
        new ByteArrayOutputStream(),
        options,
        Stages.ONE);
  }

  private static List<String> paths(Directory root) throws IOException {
    return new ArrayList<>(new TreeSet<>(Trees.describe(root).keySet()));
  }

  private void unpackBoth() throws IOException {
    unpack(LOWER, lower, UnpackOptions.DEFAULT);
    unpack(UPPER, upper, UnpackOptions.DEFAULT);
  }

  @Test
  void overlayMarksDeletionsAsDevicesAndAttributes() throws IOException {
    unpackBoth();
    assertEquals(
        List.of("changed", "d", "d/gone", "d/new", "d/sub", "opaque", "opaque/seen"), paths(upper));
    for (String gone : List.of("d/gone", "d/sub")) {
      FileFacts facts = upper.facts(gone).orElseThrow();
      assertEquals(FileKind.CHARACTER_DEVICE, facts.kind());
      assertTrue(LowerTrees.isWhiteout(facts));
      assertEquals(0, facts.mode().bits());
    }
    assertEquals(Optional.of(Bytes.utf8("y")), upper.attribute("opaque", "trusted.overlay.opaque"));
  }

  @Test
  void userNamespacesHaveTheirOwnAttributeAndNoDevices() throws IOException {
    unpack(
        new TarBytes().file("o/.wh..wh..opq", "").header(Header.of("null", '3').device(1, 3)),
        upper,
        UnpackOptions.DEFAULT.withPrivilege(Privilege.USER_NAMESPACE));
    assertEquals(Optional.of(Bytes.utf8("y")), upper.attribute("o", "user.overlay.opaque"));
    assertEquals(List.of("o"), paths(upper));
  }

  @Test
  void aDeviceThatCannotBeMadeStillTakesItsPlace() throws IOException {
    UnpackOptions options =
        UnpackOptions.DEFAULT.withForm(LayerForm.MERGED).withPrivilege(Privilege.USER_NAMESPACE);
    unpack(new TarBytes().file("disk", "of the layer below"), upper, options);
    unpack(
        new TarBytes()
            .header(Header.of("dev/null", '3').device(1, 3))
            .header(Header.of("disk", '4').device(7, 0)),
        upper,
        options);
    assertEquals(List.of("dev"), paths(upper));
  }

  @Test
  void anOpaqueMarkInTheRootMarksTheRoot() throws IOException {
    unpack(new TarBytes().file(".wh..wh..opq", ""), upper, UnpackOptions.DEFAULT);
    assertEquals(Optional.of(Bytes.utf8("y")), upper.attribute("", "trusted.overlay.opaque"));
  }

  @Test
  void fuseKeepsTheMarks() throws IOException {
    unpack(UPPER, upper, UnpackOptions.DEFAULT.withForm(LayerForm.MARKED));
    assertTrue(paths(upper).containsAll(List.of("d/.wh.gone", "opaque/.wh..wh..opq")));
  }

  @Test
  void mergedTreesLoseWhatIsDeleted() throws IOException {
    UnpackOptions merged = UnpackOptions.DEFAULT.withForm(LayerForm.MERGED);
    unpack(LOWER, lower, merged);
    unpack(
        new TarBytes()
            .directory("d/")
            .file("d/.wh.gone", "")
            .file("d/.wh.sub", "")
            .file("opaque/seen/deep", "seen")
            .file("opaque/.wh..wh..opq", "")
            .file(".wh..wh.aufs", "private")
            .file("changed", "after"),
        lower,
        merged);
    assertEquals(
        List.of("changed", "d", "d/old", "opaque", "opaque/seen", "opaque/seen/deep"),
        paths(lower));
  }

  @Test
  void packingTurnsTheMarksBack() throws IOException {
    unpackBoth();
    List<String> names = new ArrayList<>();
    try (TarReader packed =
        new TarReader(new LayerPacker(upper, List.of(lower), PackOptions.DEFAULT))) {
      for (Optional<TarEntry> e = packed.next(); e.isPresent(); e = packed.next()) {
        names.add(e.get().name());
      }
    }
    assertEquals(
        List.of(
            "changed",
            "d/",
            "d/.wh.gone",
            "d/new",
            "d/.wh.sub",
            "opaque/",
            "opaque/.wh..wh..opq",
            "opaque/seen"),
        names);
  }

  @Test
  void changesAreListedAsInAWalk() throws IOException {
    unpackBoth();
    assertEquals(
        List.of(
            "C /changed",
            "C /d",
            "D /d/gone",
            "A /d/new",
            "D /d/sub",
            "D /opaque",
            "A /opaque/seen"),
        OverlayChanges.of(upper, List.of(lower), Privilege.FULL).stream()
            .map(Change::toString)
            .toList());
    assertEquals(
        List.of("A /changed", "A /d", "D /d/gone", "A /d/new"),
        OverlayChanges.of(upper, List.of(), Privilege.FULL).stream()
            .map(Change::toString)
            .limit(4)
            .toList());
  }

  @Test
  void treesAreComparedInEveryAttribute() throws IOException {
    UnpackOptions merged = UnpackOptions.DEFAULT.withForm(LayerForm.MERGED);
    unpack(LOWER, lower, merged);
    unpack(LOWER, upper, merged);
    assertEquals(List.of(), TreeChanges.between(lower, upper));
    unpack(UPPER, upper, merged);
    upper.setOwner("d/old", new Owner(1, 1));
    assertEquals(
        List.of(
            "C /changed",
            "C /d",
            "D /d/gone",
            "A /d/new",
            "C /d/old",
            "D /d/sub",
            "C /opaque",
            "D /opaque/hidden",
            "A /opaque/seen"),
        TreeChanges.between(lower, upper).stream().map(Change::toString).toList());
    assertFalse(TreeChanges.of(lower).stream().anyMatch(c -> c.kind() != Change.Kind.ADDED));
  }

  @Test
  void idMappingsMoveOwnersBothWays() throws IOException {
    IdMapping ids =
        new IdMapping(List.of(new IdRange(0, 100000, 1000)), List.of(new IdRange(0, 200000, 1000)));
    Unpacked unpacked =
        unpack(
            new TarBytes()
                .header(Header.of("implied/d", '5').owner(5, 6))
                .header(Header.of(".wh.x", '0').owner(99, 99)),
            upper,
            UnpackOptions.DEFAULT.withIds(ids));
    assertEquals(new Owner(100005, 200006), upper.facts("implied/d").orElseThrow().owner());
    assertEquals(new Owner(100000, 200000), upper.facts("implied").orElseThrow().owner());
    assertEquals(List.of(5L), List.copyOf(unpacked.uids()));
    assertEquals(List.of(6L), List.copyOf(unpacked.gids()));
    PackOptions options = new PackOptions(LayerForm.OVERLAY, Privilege.FULL, ids);
    upper.removeFile("x");
    try (TarReader packed = new TarReader(new LayerPacker(upper, List.of(), options))) {
      assertEquals(0, packed.next().orElseThrow().uid());
      assertEquals(5, packed.next().orElseThrow().uid());
    }
  }
}
