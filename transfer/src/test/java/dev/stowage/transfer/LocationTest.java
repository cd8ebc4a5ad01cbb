package dev.stowage.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.StowageException;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocationTest {
  private static final String HEX =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          docker://busybox | docker://docker.io/library/busybox:latest
          docker://quay.io/a/b:1 | docker://quay.io/a/b:1
          docker://localhost:5000/a@sha256:%H | docker://localhost:5000/a@sha256:%H
          docker://quay.io/a/b@@unknown-digest@@ | docker://quay.io/a/b@@unknown-digest@@
          oci:a/b | oci:a/b
          oci:a/b: | oci:a/b
          oci:a:name:with:colons | oci:a:name:with:colons
          oci:/a:docker.io/library/x--y:1 | oci:/a:docker.io/library/x--y:1
          oci:a:@3 | oci:a:@3
          oci-archive:/tmp/a.tar:x | oci-archive:/tmp/a.tar:x
          oci-archive:a.tar | oci-archive:a.tar
          docker-archive:a.tar | docker-archive:a.tar
          docker-archive:/dev/stdin:busybox | docker-archive:/dev/stdin:docker.io/library/busybox:latest
          docker-archive:a.tar:@0 | docker-archive:a.tar:@0
          dir:/a:b | dir:/a:b
          docker-daemon:busybox:1 | docker-daemon:busybox:1
          docker-daemon:docker.io/library/busybox:1 | docker-daemon:busybox:1
          docker-daemon:sha256:%H | docker-daemon:sha256:%H
          docker-daemon:a@sha256:%H | docker-daemon:a@sha256:%H
          tarball:a.tar:-:b | tarball:a.tar:-:b
          containers-storage:busybox | containers-storage:busybox
          containers-storage:@%H | containers-storage:@%H
          containers-storage:a:1@%H | containers-storage:a:1@%H
          containers-storage:[overlay@/a+/b:x=1,y=2]q | containers-storage:[overlay@/a+/b:x=1,y=2]q
          containers-storage:[vfs@/a]q | containers-storage:[vfs@/a]q
          containers-storage:[/a]q:1 | containers-storage:[/a]q:1
          """)
  void whatIsSaidIsReadAgain(String text, String said) throws Exception {
    Location location = Location.parse(text.replace("%H", HEX));
    assertEquals(said.replace("%H", HEX), location.toString());
    assertEquals(location, Location.parse(location.toString()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          busybox | Invalid image name "busybox", expected colon-separated transport:reference
          http://x/y | Invalid image name "http://x/y", unknown transport "http"
          Docker://x | Invalid image name "Docker://x", unknown transport "Docker"
          :x | Invalid image name ":x", unknown transport ""
          docker:busybox | docker: image reference busybox does not start with //
          docker://a:1@sha256:%H | Docker references with both a tag and digest are currently not supported
          docker://a:1@@unknown-digest@@ | docker: image reference "docker.io/library/a:1@@unknown-digest@@" has unknown digest set but it contains either a tag or digest
          docker://quay.io/Ab | parsing "quay.io/Ab": invalid reference format: repository name must be lowercase
          docker:// | invalid reference format: an empty name
          docker-archive: | docker-archive reference  isn't of the form <path>[:<reference>]
          docker-archive:a.tar:@x | Invalid source index @x: not an integer
          docker-archive:a.tar:@-1 | Invalid source index @-1: must not be negative
          docker-archive:a.tar:b@sha256:%H | reference does not include a tag: docker.io/library/b@sha256:%H
          docker-archive:a.tar:b:1@sha256:%H | docker-archive doesn't support digest references: docker.io/library/b:1@sha256:%H
          docker-archive:a.tar: | docker-archive parsing reference: invalid reference format: an empty name
          oci:a:b c | Invalid image b c
          oci:a:b---c | Invalid image b---c
          oci:a:/b | Invalid image /b
          oci-archive:a:b/ | Invalid image b/
          oci: | Invalid image name "oci:": it names no path
          oci:a:@99999999999 | Invalid source index @99999999999: not an integer
          dir: | Invalid image name "dir:": it names no path
          docker-daemon:busybox | docker-daemon: reference busybox has neither a tag nor a digest
          docker-daemon:a:1@sha256:%H | docker-daemon: references with both a tag and digest are currently not supported
          docker-daemon:sha256:abc | Invalid docker-daemon: reference sha256:abc: The sha256 repository name is reserved for (non-shortened) digest references
          docker-daemon:%H | invalid repository name (%H), cannot specify 64-byte hexadecimal strings
          docker-daemon:sha512:%H%H | Invalid docker-daemon: reference sha512:%H%H: only digest algorithm sha256 accepted
          containers-storage: | "" is an empty reference: invalid reference
          containers-storage:[overlay@/a] | "[overlay@/a]" is an empty reference: invalid reference
          containers-storage:[overlay@/a | store specifier in "[overlay@/a" did not end: invalid reference
          containers-storage:[@/a]b | store specifier "[@/a]" lacks its driver: invalid reference
          containers-storage:[overlay@]b | store specifier "[overlay@]" lacks its root: invalid reference
          containers-storage:[overlay@a]b | "a": path name is not absolute
          containers-storage:[overlay@/a+b]c | "b": path name is not absolute
          containers-storage:a@ | empty trailing digest or ID in "a@": invalid reference
          containers-storage:a@xyz | "xyz" does not look like an image ID or digest: invalid reference
          containers-storage:A | parsing named reference "A": parsing "A": invalid reference format: repository name must be lowercase
          tarball: | Invalid image name "tarball:": it names no file
          tarball:a::b | Invalid image name "tarball:a::b": it names no file
          ostree:a | The transport "ostree:" is not supported in this build
          sif:a | The transport "sif:" is not supported in this build
          """)
  void whatIsWrongIsSaidInTheWordsPeopleKnow(String text, String complaint) {
    StowageException e =
        assertThrows(
            StowageException.class, () -> Location.parse(text.replace("%H", HEX)), () -> text);
    assertEquals(complaint.replace("%H", HEX), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker", "oci-archive", "tarball", "atomic"})
  void aTransportIsKnownByItsWord(String transport) {
    assertEquals(Optional.of(transport), Location.transportOf(transport + ":x"));
    assertEquals(Optional.empty(), Location.transportOf(transport));
    assertEquals(Optional.empty(), Location.transportOf("x" + transport + ":x"));
  }

  /// Whatever is typed is either read, and then says itself again, or refused with a message.
  @Test
  void noTextBreaksTheReader() throws Exception {
    Random random = new Random(20_240_501);
    String[] seeds = {
      "docker://quay.io/a/b:1@sha256:" + HEX,
      "containers-storage:[overlay@/a+/b:x=1,y=2]q:1@" + HEX,
      "oci:a/b:name@1:x--y",
      "oci-archive:/a.tar:@17",
      "docker-archive:a.tar:quay.io/b:@0",
      "docker-daemon:sha256:" + HEX,
      "dir:/a:b",
      "tarball:a:-:b"
    };
    String letters = ":@/[]+,.=-_aZ09\0 \u00e4\ud83d\ude00";
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(seeds[random.nextInt(seeds.length)]);
      for (int change = random.nextInt(4); change >= 0; change--) {
        int at = random.nextInt(text.length() + 1);
        switch (random.nextInt(3)) {
          case 0 -> text.insert(at, letters.charAt(random.nextInt(letters.length())));
          case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(5)));
          default -> text.setLength(at);
        }
      }
      try {
        Location location = Location.parse(text.toString());
        assertEquals(location, Location.parse(location.toString()), text.toString());
        read++;
      } catch (StowageException e) {
        assertEquals(false, String.valueOf(e.getMessage()).isBlank(), text.toString());
      }
    }
    assertEquals(true, read > 1000, "most of the texts should still be locations: " + read);
  }
}
