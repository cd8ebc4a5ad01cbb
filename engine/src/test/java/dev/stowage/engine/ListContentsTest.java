package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.Family;
import dev.stowage.model.MediaType;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Platform;
import dev.stowage.model.UnsupportedException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Lists of manifests as text and back, and what changes of them. The texts were written by Podman.
class ListContentsTest {
  private static final String FIRST = "sha256:" + "1".repeat(64);
  private static final String SECOND = "sha256:" + "2".repeat(64);
  private static final String ENTRY =
      "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\""
          + FIRST
          + "\",\"size\":503";
  private static final String AMD64 =
      ",\"platform\":{\"architecture\":\"amd64\",\"os\":\"linux\"}}";

  private static Document index(String rest) {
    return new Document(
        MediaType.OCI_INDEX,
        Bytes.utf8(
            "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\""
                + rest
                + "}"));
  }

  private static Document list(String rest) {
    return new Document(
        MediaType.DOCKER_LIST,
        Bytes.utf8(
            "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.docker.distribution.manifest.list"
                + ".v2+json\""
                + rest
                + "}"));
  }

  private static ListEntry entry(String digest) throws Exception {
    return ListEntry.of(
        new Descriptor(MediaType.OCI_MANIFEST, Digest.parse(digest), 503), Optional.empty());
  }

  private static String text(ListContents list) {
    return list.document(list.family()).bytes().utf8();
  }

  @Test
  void anEmptyListIsDockersAndHasNoEntriesYet() {
    assertEquals(list(",\"manifests\":null").bytes().utf8(), text(ListContents.EMPTY));
  }

  @Test
  void whatIsReadIsWrittenAgainByteForByte() throws Exception {
    for (Document document :
        List.of(
            index(",\"manifests\":[" + ENTRY + AMD64 + "]"),
            index(",\"manifests\":[],\"annotations\":{\"a\":\"b\"}"),
            index(
                ",\"artifactType\":\"x/y\",\"manifests\":["
                    + ENTRY
                    + ",\"urls\":[\"https://u\"],\"annotations\":{\"a\":\"1\",\"b\":\"2\"},"
                    + "\"data\":\"e30=\",\"platform\":{\"architecture\":\"arm\",\"os\":\"linux\","
                    + "\"os.version\":\"1\",\"os.features\":[\"f\"],\"variant\":\"v7\"},"
                    + "\"artifactType\":\"a/b\",\"unknown\":{\"k\":1}}],\"subject\":"
                    + ENTRY
                    + "},\"annotations\":{\"k\":\"v\"},\"later\":true"),
            list(
                ",\"manifests\":[{\"mediaType\":\"application/vnd.docker.distribution.manifest.v2"
                    + "+json\",\"size\":1,\"digest\":\""
                    + FIRST
                    + "\",\"platform\":{\"architecture\":\"amd64\",\"os\":\"linux\",\"features\":"
                    + "[\"sse4\"]}}]"))) {
      assertEquals(document.bytes().utf8(), text(ListContents.parse(document)));
    }
  }

  @Test
  void whatIsNoListIsRefused() {
    Document manifest = new Document(MediaType.OCI_MANIFEST, Bytes.utf8("{\"schemaVersion\":2}"));
    assertThrows(UnsupportedException.class, () -> ListContents.parse(manifest));
  }

  @Test
  void anEntryComesLastInThePlaceOfOneOfItsDigest() throws Exception {
    ListContents both = ListContents.EMPTY.with(entry(FIRST)).with(entry(SECOND));
    ListContents again = both.with(entry(FIRST).withPlatform(new Platform("linux", "amd64", "")));
    assertEquals(
        List.of(SECOND, FIRST),
        again.all().stream().map(each -> each.digest().toString()).toList());
    assertEquals(
        index(",\"manifests\":[]").bytes().utf8(),
        again
            .without(Digest.parse(FIRST))
            .without(Digest.parse(SECOND))
            .document(Family.OCI)
            .bytes()
            .utf8());
    NotFoundException absent =
        assertThrows(
            NotFoundException.class,
            () -> ListContents.EMPTY.with(entry(SECOND)).without(Digest.parse(FIRST)));
    assertEquals(
        "no instance matching digest \"" + FIRST + "\" found in manifest list: file does not exist",
        absent.getMessage());
  }

  @Test
  void onlyWhatIsSaidChanges() throws Exception {
    ListContents before =
        ListContents.EMPTY.with(
            entry(FIRST).withPlatform(new Platform("linux", "arm", "v7", "1", List.of("f"))));
    Digest digest = Digest.parse(FIRST);
    assertEquals(
        new Platform("linux", "arm", "v7", "2", List.of("f")),
        platform(before, digest, new Platform("", "", "", "2", List.of())));
    assertEquals(
        new Platform("linux", "arm64", "", "1", List.of("f")),
        platform(before, digest, new Platform("", "arm64", "")),
        "a variant of another architecture means nothing");
    assertEquals(
        new Platform("linux", "arm", "v6", "1", List.of("f")),
        platform(before, digest, new Platform("", "", "v6")));
    assertEquals(before, before.changed(Digest.parse(SECOND), EntryChanges.NONE));
    ListContents annotated =
        before
            .changed(digest, EntryChanges.NONE.withAnnotations(Map.of("a", "1")))
            .changed(digest, EntryChanges.NONE.withAnnotations(Map.of("b", "2")));
    assertEquals(Map.of("a", "1", "b", "2"), annotated.all().getFirst().descriptor().annotations());
  }

  private static Platform platform(ListContents list, Digest digest, Platform wanted)
      throws Exception {
    return list.changed(digest, EntryChanges.NONE.withPlatform(wanted)).all().getFirst().platform();
  }

  @Test
  void whatIsNotListedCannotBeChanged() throws Exception {
    EntryChanges system = EntryChanges.NONE.withPlatform(new Platform("x", "", ""));
    EntryChanges annotation = EntryChanges.NONE.withAnnotations(Map.of("a", "b"));
    for (Map.Entry<EntryChanges, String> each :
        Map.of(system, "no Docker manifest", annotation, "no OCI manifest").entrySet()) {
      NotFoundException absent =
          assertThrows(
              NotFoundException.class,
              () -> ListContents.EMPTY.changed(Digest.parse(FIRST), each.getKey()));
      assertEquals(
          each.getValue()
              + " matching digest \""
              + FIRST
              + "\" was found in list: no image instance matching the specified digest was found"
              + " in the list or index",
          absent.getMessage());
    }
  }

  @Test
  void theFamilyIsTheOneThatLosesNothing() throws Exception {
    ListContents plain = ListContents.EMPTY.with(entry(FIRST));
    assertEquals(Family.OCI, plain.family());
    ListContents featured = ListContents.EMPTY.with(entry(FIRST).withFeatures(List.of("sse4")));
    assertEquals(Family.DOCKER, featured.family());
    assertEquals(Family.OCI, featured.annotated(Map.of("a", "b")).family());
    assertEquals(Family.OCI, featured.about(entry(SECOND)).family());
  }

  @Test
  void whatAnArtifactLeavesBehindGoesWithIt() throws Exception {
    Document first = index(",\"manifests\":[]");
    Document second = index(",\"manifests\":null");
    Digest shared = Digest.parse(FIRST);
    Digest own = Digest.parse(SECOND);
    Attachments both =
        Attachments.NONE
            .with(
                first,
                new Attachments.Parts(Optional.of(shared), List.of(own)),
                Map.of(own, java.nio.file.Path.of("/f")),
                List.of("/f"),
                Map.of(shared, Bytes.utf8("{}")))
            .with(
                second,
                new Attachments.Parts(Optional.of(shared), List.of()),
                Map.of(),
                List.of(),
                Map.of(shared, Bytes.utf8("{}")));
    assertEquals(both, Attachments.parse(both.text()));
    assertEquals(Optional.of(first.digest()), both.holding("/f"));
    Attachments left = both.without(first.digest());
    assertEquals(List.of(second.digest()), List.copyOf(left.manifests().keySet()));
    assertEquals(Map.of(), left.detached());
    assertEquals(List.of(shared), List.copyOf(left.blobs().keySet()));
    assertEquals("{}", left.without(second.digest()).text().utf8());
  }
}
