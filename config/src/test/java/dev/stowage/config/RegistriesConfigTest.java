package dev.stowage.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.MalformedException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Reference;
import dev.stowage.model.RejectedException;
import dev.stowage.model.Repository;
import dev.stowage.model.Wanted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RegistriesConfigTest {
  private static final String FILE = "/etc/containers/registries.conf";
  private static final String USERS_FILE = "/root/.config/containers/registries.conf";
  private static final String DIGEST =
      "@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
  private static final Candidates.Asking ASKING = Candidates.Asking.POSSIBLE;
  private static final Candidates.Asking ALONE = Candidates.Asking.IMPOSSIBLE;

  @TempDir private Path root;

  @Test
  void withoutAnyFileTheNameItselfIsAsked() throws IOException {
    RegistriesConfig config = RegistriesConfig.read(Place.ofRoot(root).surroundings());
    List<Endpoint> endpoints = config.resolve(Reference.parse("alpine:3"));
    assertEquals(1, endpoints.size());
    assertEquals("docker.io/library/alpine:3", endpoints.getFirst().reference().toString());
    assertEquals("registry-1.docker.io", endpoints.getFirst().host());
    assertEquals(RegistryEntry.Security.VERIFIED, endpoints.getFirst().security());
    NotFoundException refused =
        assertThrows(
            NotFoundException.class,
            () -> config.candidates(Wanted.parse("alpine"), Map.of(), ALONE));
    assertTrue(
        String.valueOf(refused.getMessage())
            .contains("no containers-registries.conf(5) was found"));
  }

  @ParameterizedTest
  @CsvSource({
    // The example of the manual page.
    "example.com/foo/image:latest, example-mirror-0.local/mirror-for-foo/image:latest"
        + " mirrors.example.com/foo/image:latest internal/image:latest",
    "example.com/foo/a/b:1, example-mirror-0.local/mirror-for-foo/a/b:1"
        + " mirrors.example.com/foo/a/b:1 internal/a/b:1",
    "example.com/foobar:1, example.com/foobar:1",
    "example.com/other:1, example.com/other:1",
  })
  void theLongestPrefixIsRewrittenForEachPlace(String wanted, String places) throws IOException {
    RegistriesConfig config =
        read(
            """
            unqualified-search-registries = ["example.com"]

            [[registry]]
            prefix = "example.com/foo"
            insecure = false
            blocked = false
            location = "internal-registry-for-example.com/bar"

            [[registry.mirror]]
            location = "example-mirror-0.local/mirror-for-foo"

            [[registry.mirror]]
            location = "mirrors.example.com/foo"
            insecure = true
            """);
    assertEquals(
        places.replace("internal/", "internal-registry-for-example.com/bar/"),
        String.join(" ", names(config.resolve(Reference.parse(wanted)))));
  }

  @Test
  void mirrorsAreAskedAsTheyAllow() throws IOException {
    RegistriesConfig config =
        read(
            """
            [[registry]]
            location = "reg.example"
            [[registry.mirror]]
            location = "all.example"
            [[registry.mirror]]
            location = "tags.example"
            pull-from-mirror = "tag-only"
            insecure = true
            [[registry.mirror]]
            location = "digests.example/x"
            pull-from-mirror = "digest-only"
            [[registry]]
            location = "strict.example"
            mirror-by-digest-only = true
            [[registry.mirror]]
            location = "m.example"
            """);
    assertEquals(
        List.of("all.example/a:1", "tags.example/a:1", "reg.example/a:1"),
        names(config.resolve(Reference.parse("reg.example/a:1"))));
    List<Endpoint> byDigest = config.resolve(Reference.parse("reg.example/a" + DIGEST));
    assertEquals(
        List.of("all.example/a" + DIGEST, "digests.example/x/a" + DIGEST, "reg.example/a" + DIGEST),
        names(byDigest));
    assertEquals(Endpoint.Role.MIRROR, byDigest.getFirst().role());
    assertEquals(Endpoint.Role.PRIMARY, byDigest.getLast().role());
    assertEquals(
        List.of("strict.example/a:1"),
        names(config.resolve(Reference.parse("strict.example/a:1"))));
    assertEquals(2, config.resolve(Reference.parse("strict.example/a" + DIGEST)).size());
  }

  @Test
  void wildcardsCoverSubdomains() throws IOException {
    RegistriesConfig config =
        read(
            """
            [[registry]]
            prefix = "*.example.com"
            insecure = true
            [[registry]]
            prefix = "*.blue.example.com"
            location = "blue.example"
            """);
    Reference red = Reference.parse("red.example.com/a:1");
    assertEquals(List.of("red.example.com/a:1"), names(config.resolve(red)));
    assertEquals(RegistryEntry.Security.INSECURE, config.resolve(red).getFirst().security());
    assertEquals(
        List.of("blue.example/a:1"),
        names(config.resolve(Reference.parse("x.blue.example.com/a:1"))));
    assertTrue(config.entryFor("example.com").isEmpty());
    assertTrue(config.entryFor("other.org/red.example.com").isEmpty());
    assertTrue(config.entryFor("red.example.com:5000/x").isPresent());
    assertTrue(config.entryFor("red.example.community").isEmpty());
  }

  @Test
  void aBlockedRegistryIsNotAskedButItsMirrorsAre() throws IOException {
    Place place =
        Place.ofRoot(root)
            .file(
                FILE,
                """
                [[registry]]
                location = "bad.example"
                blocked = true
                [[registry]]
                location = "away.example"
                blocked = true
                [[registry.mirror]]
                location = "near.example"
                """);
    RegistriesConfig config = RegistriesConfig.read(place.surroundings());
    RejectedException refused =
        assertThrows(
            RejectedException.class, () -> config.resolve(Reference.parse("bad.example/a:1")));
    assertTrue(
        String.valueOf(refused.getMessage())
            .startsWith("registry bad.example is blocked in one of " + place.at(FILE) + ", "));
    assertEquals(
        List.of("near.example/a:1"), names(config.resolve(Reference.parse("away.example/a:1"))));
  }

  @Test
  void aRewrittenNameHasToBeWhole() throws IOException {
    RegistriesConfig config = read("[[registry]]\nprefix='a.example'\nlocation='docker.io'\n");
    assertThrows(
        MalformedException.class, () -> config.resolve(Reference.parse("a.example/short:1")));
    assertEquals(
        List.of("docker.io/team/app:1"),
        names(config.resolve(Reference.parse("a.example/team/app:1"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[[registry]]|invalid condition: both location and prefix are unset",
        "[[registry]]~prefix='a.b'|invalid condition: location is unset and prefix is not",
        "[[registry]]~location='https://a.b'|URI schemes are not supported",
        "[[registry]]~prefix='*.a.b/c'|Wildcarded prefix should be in the format",
        "[[registry]]~location='a.b'~pull-from-mirror='all'|must not be set for a non-mirror",
        "[[registry]]~location='a.b'~[[registry.mirror]]|mirror location is unset",
        "[[registry]]~location='a'~[[registry.mirror]]~location='b'~pull-from-mirror='x'"
            + "|unsupported pull-from-mirror value \"x\" for mirror \"b\"",
        "[[registry]]~location='a'~mirror-by-digest-only=true~[[registry.mirror]]~location='b'"
            + "~pull-from-mirror='all'|at the same time",
        "[[registry]]~location='a'~[[registry]]~prefix='b'~location='a'~insecure=true"
            + "|conflicting 'insecure' setting",
        "[[registry]]~location='a'~[[registry]]~prefix='b'~location='a'~blocked=true"
            + "|conflicting 'blocked' setting",
        "unqualified-search-registries=['a/b']|Invalid unqualified-search-registries entry",
        "short-name-mode='shy'|invalid short-name mode: \"shy\"",
        "[registries.search]~registries=['a.b']~[aliases]|mixing sysregistry v1/v2",
        "[aliases]~'a.b/c'='d.e/f'|must not contain registry",
        "[aliases]~'c:1'='d.e/f'|must not contain tag",
        "[aliases]~'c'='f'|must contain registry and repository",
        "[aliases]~'c'='d.e/f:1'|must not contain tag",
      })
  void whatCannotBeMeantIsRefusedWithItsPlace(String content, String finding) {
    MalformedException refused =
        assertThrows(MalformedException.class, () -> read(content.replace('~', '\n')));
    assertTrue(
        String.valueOf(refused.getMessage()).contains(finding), () -> "" + refused.getMessage());
    assertTrue(String.valueOf(refused.getMessage()).contains("registries.conf"));
  }

  @Test
  void dropInsAddToTheMainFileAndReplaceItsEntries() throws IOException {
    Place place =
        Place.ofRoot(root)
            .file(
                FILE,
                """
                unqualified-search-registries = ["one.example"]
                credential-helpers = ["pass"]
                [[registry]]
                location = "a.example"
                insecure = true
                [[registry]]
                location = "b.example"
                [aliases]
                x = "one.example/x"
                y = "one.example/y"
                """)
            .file(
                FILE + ".d/20.conf",
                "unqualified-search-registries = ['two.example', 'three.example/']")
            .file(
                FILE + ".d/10.conf",
                """
                unqualified-search-registries = ["hidden.example"]
                short-name-mode = "disabled"
                [[registry]]
                location = "a.example"
                blocked = true
                [aliases]
                x = ""
                y = "two.example/y"
                """)
            .file(USERS_FILE + ".d/05.conf", "credential-helpers = ['secretservice']");
    RegistriesConfig config = RegistriesConfig.read(place.surroundings());
    assertEquals(List.of("two.example", "three.example"), config.search().orElseThrow().value());
    assertEquals(ShortNameMode.DISABLED, config.mode());
    RegistryEntry entry = config.entryFor("a.example").orElseThrow();
    assertEquals(RegistryEntry.Access.BLOCKED, entry.access());
    assertEquals(RegistryEntry.Security.VERIFIED, entry.security());
    assertTrue(config.entryFor("b.example").isPresent());
    assertEquals(List.of("secretservice"), config.credentialHelpers());
    assertEquals(
        "two.example/y:1",
        config.candidates(Wanted.parse("y:1"), Map.of(), ALONE).references().getFirst().toString());
    assertEquals(
        Candidates.Reason.SEARCH, config.candidates(Wanted.parse("x"), Map.of(), ALONE).reason());

    place.file(USERS_FILE, "unqualified-search-registries = ['mine.example']");
    config = RegistriesConfig.read(place.surroundings());
    assertEquals(List.of("mine.example"), config.search().orElseThrow().value());
    assertTrue(config.registries().isEmpty());
    assertEquals(List.of("secretservice"), config.credentialHelpers());
  }

  @Test
  void aVariableNamesTheMainFile() throws IOException {
    Place place =
        Place.ofRoot(root)
            .file(FILE, "unqualified-search-registries = ['no.example']")
            .file("/own.conf", "unqualified-search-registries = ['own.example']")
            .with("REGISTRIES_CONFIG_PATH", root + "/own.conf");
    assertEquals(
        List.of("own.example"),
        RegistriesConfig.read(place.surroundings()).search().orElseThrow().value());
    place.with("CONTAINERS_REGISTRIES_CONF", root + "/absent.conf");
    assertThrows(NotFoundException.class, () -> RegistriesConfig.read(place.surroundings()));
  }

  @Test
  void theFirstVersionIsStillRead() throws IOException {
    RegistriesConfig config =
        read(
            """
            [registries.search]
            registries = ['registry1.com', 'registry2.com']
            [registries.insecure]
            registries = ['registry3.com']
            [registries.block]
            registries = ['registry.untrusted.com', 'registry3.com']
            """);
    assertEquals(List.of("registry1.com", "registry2.com"), config.search().orElseThrow().value());
    RegistryEntry third = config.entryFor("registry3.com").orElseThrow();
    assertEquals(RegistryEntry.Security.INSECURE, third.security());
    assertEquals(RegistryEntry.Access.BLOCKED, third.access());
    assertEquals(2, config.registries().size());
  }

  @Test
  void theFirstVersionIsRefusedInADropIn() throws IOException {
    Place place =
        Place.ofRoot(root).file(FILE + ".d/1.conf", "[registries.search]\nregistries = []");
    assertThrows(MalformedException.class, () -> RegistriesConfig.read(place.surroundings()));
  }

  @Test
  void severalSearchRegistriesAreTriedOrChosenFrom() throws IOException {
    String search = "unqualified-search-registries = ['a.example', 'docker.io']\n";
    RegistriesConfig permissive = read(search);
    Candidates candidates = permissive.candidates(Wanted.parse("team/app"), Map.of(), ALONE);
    assertEquals(
        "[a.example/team/app:latest, docker.io/team/app:latest]",
        candidates.references().toString());
    assertEquals(
        "Resolving \"team/app\" using unqualified-search registries (" + root + FILE + ")",
        candidates.description());
    assertEquals(
        Candidates.Reason.CHOICE,
        permissive.candidates(Wanted.parse("app"), Map.of(), ASKING).reason());
    Candidates choice = permissive.candidates(Wanted.parse("app:1"), Map.of(), ASKING);
    Candidates chosen = choice.chosen(choice.references().getLast());
    assertEquals("[docker.io/library/app:1]", chosen.references().toString());
    assertEquals(Candidates.Reason.CHOSEN, chosen.reason());
    assertEquals("", chosen.description());
    assertThrows(
        IllegalArgumentException.class,
        () -> choice.chosen(Reference.parse("docker.io/library/app:2")));

    RegistriesConfig enforcing = read(search + "short-name-mode = 'enforcing'");
    assertThrows(
        RejectedException.class, () -> enforcing.candidates(Wanted.parse("app"), Map.of(), ALONE));
    assertEquals(
        Candidates.Reason.SEARCH,
        read(search + "short-name-mode = 'disabled'")
            .candidates(Wanted.parse("app"), Map.of(), ASKING)
            .reason());
    assertEquals(
        Candidates.Reason.SEARCH,
        read("unqualified-search-registries = ['a.example']")
            .candidates(Wanted.parse("app"), Map.of(), ASKING)
            .reason());
  }

  @Test
  void aRecordedAliasGoesFirst() throws IOException {
    Place place =
        Place.ofUser(root, 1000)
            .file(
                FILE,
                "unqualified-search-registries=['s.example']\n[aliases]\nfedora='a.example/f'");
    ShortNameAliases recorded = ShortNameAliases.of(place.surroundings());
    assertEquals(Map.of(), recorded.read());
    recorded.record("fedora", Repository.parse("registry.example/fedora"));
    recorded.record("a/b", Repository.parse("docker.io/a/b"));
    assertEquals(
        "[aliases]\n  \"a/b\" = \"docker.io/a/b\"\n  \"fedora\" = \"registry.example/fedora\"\n",
        Files.readString(recorded.file()));
    assertEquals(place.at("/home/user/.cache/containers/short-name-aliases.conf"), recorded.file());
    Setting<Optional<Repository>> read = Objects.requireNonNull(recorded.read().get("a/b"));
    assertEquals("docker.io/a/b", read.value().orElseThrow().toString());

    RegistriesConfig config = RegistriesConfig.read(place.surroundings());
    Candidates candidates = config.candidates(Wanted.parse("fedora:40"), recorded.read(), ALONE);
    assertEquals("[registry.example/fedora:40]", candidates.references().toString());
    assertEquals(Candidates.Reason.ALIAS, candidates.reason());
    assertEquals(
        "[registry.example/fedora:40, localhost/fedora:40, s.example/fedora:40]",
        config.localCandidates(Wanted.parse("fedora:40"), recorded.read()).toString());
    assertThrows(
        MalformedException.class,
        () -> recorded.record("x.example/y", Repository.parse("docker.io/a/b")));
  }

  @Test
  void rootsAliasesAreTheSystems() {
    assertEquals(
        root.resolve("var/cache/containers/short-name-aliases.conf"),
        ShortNameAliases.of(Place.ofRoot(root).surroundings()).file());
  }

  private RegistriesConfig read(String content) throws IOException {
    return RegistriesConfig.read(Place.ofRoot(root).file(FILE, content).surroundings());
  }

  private static List<String> names(List<Endpoint> endpoints) {
    return endpoints.stream().map(endpoint -> endpoint.reference().toString()).toList();
  }
}
