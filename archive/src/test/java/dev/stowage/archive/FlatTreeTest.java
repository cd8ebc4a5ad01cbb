package dev.stowage.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.linux.DeviceNumber;
import dev.stowage.linux.Mode;
import dev.stowage.model.MalformedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FlatTreeTest {

  /// A layer of entries: `dir/`, `file=content`, `link->target` for a hard link, `name~target` for
  /// a symbolic one.
  private static FlatTree.Layer layer(String... entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String text : entries) {
      int file = text.indexOf('=');
      int hard = text.indexOf("->");
      int soft = text.indexOf('~');
      if (hard > 0) {
        header(out, EntryKind.HARD_LINK, '1', text.substring(0, hard), text.substring(hard + 2), 0);
      } else if (soft > 0) {
        String target = text.substring(soft + 1);
        header(out, EntryKind.SYMBOLIC_LINK, '2', text.substring(0, soft), target, 0);
      } else if (file < 0) {
        header(out, EntryKind.DIRECTORY, '5', text, "", 0);
      } else {
        byte[] content = text.substring(file + 1).getBytes(StandardCharsets.UTF_8);
        header(out, EntryKind.REGULAR, '0', text.substring(0, file), "", content.length);
        out.write(content);
        out.write(new byte[TarWriter.padding(content.length)]);
      }
    }
    out.write(new byte[TarWriter.END_LENGTH]);
    byte[] tar = out.toByteArray();
    return () -> new ByteArrayInputStream(tar);
  }

  private static void header(
      ByteArrayOutputStream out, EntryKind kind, char flag, String name, String link, long size)
      throws IOException {
    out.write(
        TarHeaderWriter.headers(
            new TarEntry(
                kind,
                (byte) flag,
                name,
                link,
                new Mode(0644),
                1,
                2,
                size,
                Instant.EPOCH,
                Optional.empty(),
                new DeviceNumber(0, 0),
                Map.of(),
                Optional.empty())));
  }

  private static List<String> flat(FlatTree.Layer... layers) throws IOException {
    return merged(List.of(), layers);
  }

  private static List<String> squashed(FlatTree.Layer base, FlatTree.Layer... layers)
      throws IOException {
    return merged(List.of(base), layers);
  }

  private static List<String> merged(List<FlatTree.Layer> beneath, FlatTree.Layer... layers)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    FlatTree.write(List.of(layers), beneath, out);
    List<String> entries = new ArrayList<>();
    try (TarReader reader = new TarReader(new ByteArrayInputStream(out.toByteArray()))) {
      for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
        TarEntry entry = next.get();
        entries.add(
            switch (entry.kind()) {
              case HARD_LINK -> entry.name() + "->" + entry.linkName();
              case SYMBOLIC_LINK -> entry.name() + "~" + entry.linkName();
              case REGULAR ->
                  entry.name()
                      + "="
                      + new String(reader.content().readAllBytes(), StandardCharsets.UTF_8);
              default -> entry.name();
            });
      }
    }
    return entries;
  }

  @Test
  void whatUpperLayersHaveOrDeleteHidesWhatIsBeneath() throws IOException {
    assertEquals(
        List.of("s~d", "d/", "d/new=n", "o/", "o/x=2", "d/kept=k"),
        flat(
            layer("d/", "d/kept=k", "d/gone=g", "d/sub/", "d/sub/f=f", "o/", "o/y=1", "s=file"),
            layer("./d/", "d/.wh.gone", "d/.wh.sub", "d/new=n", "o/", "o/.wh..wh..opq", "o/x=2"),
            layer("s~d")));
  }

  @Test
  void aFileTakesThePlaceOfATreeAndADirectoryThatOfAFile() throws IOException {
    assertEquals(
        List.of("a=file", "b/", "b/x=1"),
        flat(layer("a/", "a/x=1", "b=file"), layer("a=file", "b/", "b/x=1")));
    assertEquals(
        List.of("b/", "b/x=1"), flat(layer("b/", "b/y=1"), layer("b=file"), layer("b/", "b/x=1")));
  }

  @Test
  void hardLinksFollowTheirFiles() throws IOException {
    assertEquals(List.of("a=1", "b->a", "c->a"), flat(layer("a=1", "b->a", "c->b")));
    assertEquals(List.of("a=1", "b->a"), flat(layer("a=1"), layer("b->a")));
    assertEquals(List.of("s~a", "t->s"), flat(layer("s~a", "t->s")));
    assertEquals(List.of("t~a"), flat(layer("s~a", "t->s"), layer(".wh.s")));
  }

  @Test
  void aLinkKeepsAFileThatIsHiddenItself() throws IOException {
    assertEquals(List.of("b=1", "c->b"), flat(layer("a=1"), layer("b->a", "c->a"), layer(".wh.a")));
    assertEquals(List.of("a=2", "b=1", "c->b"), flat(layer("a=1", "b->a", "c->a"), layer("a=2")));
  }

  @Test
  void aLinkToNothingIsRefused() throws IOException {
    FlatTree.Layer layer = layer("b->a");
    assertThrows(MalformedException.class, () -> flat(layer));
    FlatTree.Layer climbing = layer("../b=1");
    assertThrows(MalformedException.class, () -> flat(climbing));
  }

  @Test
  void whatHidesLowerLayersStillDoesInTheLayerThatSeveralBecome() throws IOException {
    FlatTree.Layer base = layer("d/", "d/gone=1", "d/kept=1", "o/", "o/z=3");
    assertEquals(
        List.of("new=n", "d/", "d/x=1", "d/.wh.gone="),
        squashed(
            base,
            layer("d/", "d/x=1", "d/mine=m"),
            layer("new=n", "d/", "d/.wh.mine", "d/.wh.gone")));
    assertEquals(
        List.of("o/", "o/x=2", "o/.wh..wh..opq="),
        squashed(base, layer("o/", "o/y=1"), layer("o/", "o/.wh..wh..opq", "o/x=2")));
    assertEquals(List.of(), squashed(layer("d/", "d/y=1"), layer("d/.wh.gone")));
  }

  @Test
  void aDirectoryInPlaceOfWhatWasDeletedHidesWhatIsBeneath() throws IOException {
    FlatTree.Layer base = layer("d/", "d/old=o");
    List<String> hiding = List.of("d/", "d/new=n", "d/.wh..wh..opq=");
    assertEquals(hiding, squashed(base, layer(".wh.d"), layer("d/", "d/new=n")));
    assertEquals(hiding, squashed(base, layer("d=file"), layer("d/", "d/new=n")));
    assertEquals(List.of("d=again"), squashed(base, layer(".wh.d"), layer("d=again")));
    assertEquals(
        List.of("d/", "d/new=n"), squashed(layer("d=f"), layer(".wh.d"), layer("d/", "d/new=n")));
  }

  @Test
  void whatTheLowerLayersHaveDeletedThemselvesNeedsNoMark() throws IOException {
    FlatTree.Layer base = layer("d/", "d/gone=1");
    FlatTree.Layer over = layer(".wh.d");
    assertEquals(List.of("d/"), merged(List.of(base, over), layer("d/"), layer("d/.wh.gone")));
  }

  @Test
  void aLinkToAFileOfALowerLayerStaysOne() throws IOException {
    assertEquals(List.of("b->a"), squashed(layer("a=1"), layer("b->a")));
  }
}
