package dev.stowage.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.Bytes;
import dev.stowage.model.Credentials;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Tag;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SyncListTest {
  private static final String SAMPLE =
      """
      registry.example.com:
          images:
              busybox: []
              redis:
                  - 1.0
                  - "2.0"
                  - "sha256:0000000000000000000000000000000011111111111111111111111111111111"
          images-by-tag-regex:
              nginx: ^1\\.13\\.[12]-alpine-perl$
          images-by-semver:
              alpine: ">= 3.12.0"
          credentials:
              username: john
              password: this is a secret
          tls-verify: true
          cert-dir: /home/john/certs
      quay.io:
          tls-verify: false
          images:
              coreos/etcd:
                  - latest
      """;

  private static SyncList parse(String text) throws MalformedException {
    return SyncList.parse(Bytes.utf8(text));
  }

  @Test
  void theManualsExampleIsRead() throws Exception {
    SyncList list = parse(SAMPLE);
    SyncList.Registry first = list.registries().get(0);
    assertEquals("registry.example.com", first.host());
    assertEquals(4, first.images().size());
    assertEquals(new SyncList.Which.All(), first.images().get(0).which());
    SyncList.Which.Named redis = (SyncList.Which.Named) first.images().get(1).which();
    assertEquals(List.of(new Tag("1.0"), new Tag("2.0")), redis.tags());
    assertEquals(1, redis.digests().size());
    assertEquals(
        "^1\\.13\\.[12]-alpine-perl$",
        ((SyncList.Which.Matching) first.images().get(2).which()).pattern().toString());
    assertEquals("registry.example.com/alpine", first.images().get(3).repository().toString());
    assertEquals("john", ((Credentials.Basic) first.credentials().orElseThrow()).user());
    assertEquals(Optional.of(RegistryEntry.Security.VERIFIED), first.security());
    assertEquals(Optional.of(Path.of("/home/john/certs")), first.certificates());
    SyncList.Registry second = list.registries().get(1);
    assertEquals(Optional.of(RegistryEntry.Security.INSECURE), second.security());
    assertEquals(Optional.empty(), second.credentials());
  }

  @Test
  void anEmptyFileListsNothing() throws Exception {
    assertEquals(List.of(), parse("# nothing\n").registries());
    assertEquals(List.of(), parse("r.io:\n").registries().getFirst().images());
    assertEquals(
        new SyncList.Which.All(),
        parse("r.io: {images: {a: }}").registries().getFirst().images().getFirst().which());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "r.io:\\n  image: {};line 2: unknown key \"image\" of registry r.io; known are images",
        "r.io: {credentials: {user: a}};line 1: unknown key \"user\" of credentials",
        "r.io:\\n  tls-verify: maybe;line 2: tls-verify is \"maybe\", neither true nor false",
        "r.io:\\n  tls-verify: \"true\";line 2: tls-verify is \"true\", neither true nor false",
        "r.io:\\n  images:\\n    a: latest;line 3: the images of r.io/a are no list",
        "r.io:\\n  images:\\n    a: [\"b c\"];line 3: \"b c\" of r.io/a is neither a tag nor a digest",
        "r.io:\\n  images:\\n    a: [[x]];line 3: a tag or digest of r.io/a: one text is expected here",
        "r.io:\\n  images:\\n    A: [];line 3: \"r.io/A\" is not the name of a repository",
        "r.io:\\n  images:\\n    a: []\\n    a: [];line 4: images: \"a\" stands here for the second time, after line 3",
        "r.io: {}\\nr.io: {};line 2: the list of registries: \"r.io\" stands here for the second time",
        "r.io:\\n  images-by-tag-regex:\\n    a: '(';line 3: \"(\" is no regular expression",
        "r.io:\\n  images-by-semver:\\n    a: 'newest';line 3: improper constraint: \"newest\"",
        "- r.io;line 1: the list of registries: keys and values are expected here",
        "r.io: [a];line 1: registry r.io: keys and values are expected here",
        "? [a]\\n: b;line 1: the list of registries: a key that is no text",
        "a: b: c;yaml: mapping values are not allowed here",
        "r.io: {};--- {}",
        "&a [*a];line 1: the list of registries: keys and values",
      })
  void whatIsWrongIsShownByItsLine(String text, String message) {
    if (message.startsWith("---")) {
      assertThrows(MalformedException.class, () -> parse("a: {}\n--- \nb: {}\n"));
      return;
    }
    MalformedException e =
        assertThrows(MalformedException.class, () -> parse(text.replace("\\n", "\n")));
    String said = String.valueOf(e.getMessage());
    assertEquals(message, said.substring(0, Math.min(said.length(), message.length())));
  }

  @Test
  void aliasesCannotUnfoldFar() {
    StringBuilder text = new StringBuilder("r.io:\n  images:\n    a0: &l [x]\n");
    for (int i = 1; i < 100; i++) {
      text.append("    a").append(i).append(": *l\n");
    }
    assertThrows(MalformedException.class, () -> parse(text.toString()));
    assertThrows(MalformedException.class, () -> parse("[".repeat(100_000)));
  }

  @Test
  void mangledListsAreReadOrRefusedButNeverCrash() {
    Random random = new Random(3);
    for (int i = 0; i < 3000; i++) {
      StringBuilder text = new StringBuilder(SAMPLE);
      for (int n = random.nextInt(4); n >= 0; n--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, "&*:-[]{}\"'|>%@#\n\t".charAt(random.nextInt(17)));
          default -> text.insert(at, text.substring(at, Math.min(text.length(), at + 9)));
        }
      }
      try {
        SyncList _ = parse(text.toString());
      } catch (MalformedException e) {
        // which is as good an answer
      }
    }
  }
}
