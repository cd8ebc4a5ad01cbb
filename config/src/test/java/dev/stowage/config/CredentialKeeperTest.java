package dev.stowage.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.config.CredentialKeeper.Removed;
import dev.stowage.model.Credentials;
import dev.stowage.model.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CredentialKeeperTest {
  private static final String AUTH = "/run/containers/0/auth.json";
  private static final Credentials.Basic JANE =
      new Credentials.Basic("jane", Secret.of("hunter:2"));

  @TempDir private Path root;

  private static CredentialKeeper keeper(Place place) throws IOException {
    return CredentialKeeper.of(
        place.surroundings(),
        RegistriesConfig.read(place.surroundings()),
        Optional.empty(),
        Optional.empty());
  }

  private static CredentialKeeper dockers(Place place, Path file) throws IOException {
    return CredentialKeeper.of(
        place.surroundings(),
        RegistriesConfig.read(place.surroundings()),
        Optional.empty(),
        Optional.of(file));
  }

  /// A helper that keeps what it is given in a file of its own.
  private Place withHelper(Place place) throws IOException {
    Path program = place.at("/bin/docker-credential-test");
    place.file(
        "/bin/docker-credential-test",
        """
        #!/bin/sh
        kept=%s/kept
        case "$1" in
          store) cat >"$kept" ;;
          get) cat >/dev/null; [ -e "$kept" ] && cat "$kept" || { echo credentials not found in native keychain; exit 1; } ;;
          erase) cat >/dev/null; [ -e "$kept" ] || { echo credentials not found in native keychain; exit 1; }; rm "$kept" ;;
          list) cat >/dev/null; [ -e "$kept" ] && echo '{"a.example":"jane"}' || echo '{}' ;;
        esac
        """
            .formatted(root));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return place.with("PATH", place.at("/bin") + ":/bin:/usr/bin");
  }

  @Test
  void aLoginIsWrittenForItsOwnerAloneAndFoundAgain() throws IOException {
    Place place = Place.ofRoot(root);
    CredentialKeeper keeper = keeper(place);
    assertEquals(place.at(AUTH).toString(), keeper.store("a.example/team", JANE));
    assertEquals(
        "{\n\t\"auths\": {\n\t\t\"a.example/team\": {\n\t\t\t\"auth\": \"amFuZTpodW50ZXI6Mg==\"\n"
            + "\t\t}\n\t}\n}",
        Files.readString(place.at(AUTH)));
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(place.at(AUTH))));
    assertEquals(JANE, keeper.sources().findByKey("a.example/team").credentials());
    assertEquals(JANE, keeper.sources().findByKey("a.example/team/app").credentials());
    assertInstanceOf(
        Credentials.Anonymous.class, keeper.sources().findByKey("a.example").credentials());
    try (var files = Files.list(place.at(AUTH).getParent())) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void whatOtherProgramsKeepInTheFileStays() throws IOException {
    Place place =
        Place.ofRoot(root)
            .file(
                AUTH,
                "{\"psFormat\":\"x\",\"auths\":{\"b.example\":{\"auth\":\"YjpjCg==\",\"email\":\"e\"}},"
                    + "\"n\":1.50}");
    CredentialKeeper keeper = keeper(place);
    keeper.store("a.example", JANE);
    assertEquals(Removed.YES, keeper.remove("a.example"));
    assertEquals(Removed.NOTHING_THERE, keeper.remove("a.example"));
    assertEquals(
        "{\"psFormat\":\"x\",\"auths\":{\"b.example\":{\"auth\":\"YjpjCg==\",\"email\":\"e\"}},"
            + "\"n\":1.50}",
        Files.readString(place.at(AUTH)).replaceAll("[\\t\\n]|(?<=:) ", ""));
  }

  @Test
  void allLoginsAreRemovedAtOnce() throws IOException {
    Place place = Place.ofRoot(root).file(AUTH, "{\"other\":1}");
    CredentialKeeper keeper = keeper(place);
    keeper.store("a.example", JANE);
    keeper.store("b.example/team", JANE);
    keeper.removeAll();
    assertEquals(
        "{\"other\":1,\"auths\":{}}", Files.readString(place.at(AUTH)).replaceAll("[\\t\\n ]", ""));
  }

  private static final String PASSWORDS_AND_HELPERS =
      """
      {"auths":{"a.example":{"auth":"YjpjCg=="}},
       "credHelpers":{"b.example":"%s","c.example":"test"}}
      """;

  @Test
  void aHelperThatIsNotInstalledKeepsNoPasswordInTheFile() throws IOException {
    Place place =
        withHelper(Place.ofRoot(root)).file(AUTH, PASSWORDS_AND_HELPERS.formatted("missing"));
    keeper(place).store("c.example", JANE);
    keeper(place).removeAll();
    assertFalse(Files.readString(place.at(AUTH)).contains("YjpjCg=="));
    assertFalse(Files.exists(root.resolve("kept")));
  }

  @Test
  void aHelperThatFailsIsToldAndKeepsNoOtherLogin() throws IOException {
    Place place =
        withHelper(Place.ofRoot(root)).file(AUTH, PASSWORDS_AND_HELPERS.formatted("broken"));
    helper(place, "broken", "#!/bin/sh\necho out of order; exit 3\n");
    keeper(place).store("c.example", JANE);
    IOException e = assertThrows(IOException.class, () -> keeper(place).removeAll());
    assertTrue(
        String.valueOf(e.getMessage()).contains("exit status 3, out: `out of order`"),
        e.getMessage());
    assertFalse(Files.readString(place.at(AUTH)).contains("YjpjCg=="));
    assertFalse(Files.exists(root.resolve("kept")));
  }

  @Test
  void aHelperThatNeverEndsItsAnswerIsGivenUp() throws IOException {
    Place place =
        withHelper(Place.ofRoot(root)).file(AUTH, "{\"credHelpers\":{\"a.example\":\"endless\"}}");
    helper(place, "endless", "#!/bin/sh\nexec cat /dev/zero\n");
    CredentialKeeper keeper = keeper(place);
    IOException e =
        assertTimeoutPreemptively(
            Duration.ofSeconds(30),
            () -> assertThrows(IOException.class, () -> keeper.remove("a.example")));
    assertTrue(
        String.valueOf(e.getMessage()).contains("answered with more than 1048576 bytes"),
        e.getMessage());
  }

  private static void helper(Place place, String name, String script) throws IOException {
    String program = "/bin/docker-credential-" + name;
    place.file(program, script);
    Files.setPosixFilePermissions(place.at(program), PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void aHelperOfTheFileIsGivenTheLogin() throws IOException {
    Place place =
        withHelper(Place.ofRoot(root)).file(AUTH, "{\"credHelpers\":{\"a.example\":\"test\"}}");
    CredentialKeeper keeper = keeper(place);
    assertEquals("credential helper: test", keeper.store("a.example", JANE));
    assertTrue(
        Files.readString(root.resolve("kept"))
            .contains(
                "{\"ServerURL\":\"a.example\",\"Username\":\"jane\",\"Secret\":\"hunter:2\"}"));
    assertFalse(Files.readString(place.at(AUTH)).contains("auths"));
    assertEquals(JANE, keeper.sources().findByKey("a.example").credentials());
    assertEquals(Removed.YES, keeper.remove("a.example"));
    assertEquals(Removed.NOTHING_THERE, keeper.remove("a.example"));
  }

  @Test
  void helpersOfTheConfigurationGoBeforeTheFileAndTakeNoNamespaces() throws IOException {
    Place place =
        withHelper(Place.ofRoot(root))
            .file("/etc/containers/registries.conf", "credential-helpers = [\"test\"]");
    CredentialKeeper keeper = keeper(place);
    assertEquals("credential helper: test", keeper.store("a.example", JANE));
    assertFalse(Files.exists(place.at(AUTH)));
    IOException e = assertThrows(IOException.class, () -> keeper.store("a.example/team", JANE));
    assertEquals(
        "Errors storing credentials\n\t* namespaced key is not supported for credential helper"
            + " test\n",
        e.getMessage());
    keeper.removeAll();
    assertFalse(Files.exists(root.resolve("kept")));
  }

  @Test
  void dockersFileHasDockersKeys() throws IOException {
    Place place = Place.ofRoot(root).file("/d/config.json", "{\"credsStore\":\"\"}");
    CredentialKeeper keeper = dockers(place, place.at("/d/config.json"));
    keeper.store("docker.io", JANE);
    assertTrue(
        Files.readString(place.at("/d/config.json")).contains("\"https://index.docker.io/v1/\""));
    assertEquals(JANE, keeper.sources().findByKey("docker.io").credentials());
    IOException e = assertThrows(IOException.class, () -> keeper.store("a.example/team", JANE));
    assertEquals(
        "Credentials cannot be recorded in Docker-compatible format with namespaced key"
            + " \"a.example/team\"",
        e.getMessage());
    assertEquals(
        CredentialKeeper.Form.DOCKER,
        keeper(Place.ofRoot(root).with("DOCKER_CONFIG", place.at("/d").toString())).form());
  }

  @Test
  void aSessionDirectoryThatIsMissingIsTold() {
    Place place = Place.ofRoot(root).with("XDG_RUNTIME_DIR", root + "/nowhere");
    IOException e = assertThrows(IOException.class, () -> keeper(place));
    assertTrue(
        String.valueOf(e.getMessage()).endsWith("or unset $XDG_RUNTIME_DIR."), e.getMessage());
  }

  @Test
  void aBrokenFileIsNotOverwritten() throws IOException {
    Place place = Place.ofRoot(root).file(AUTH, "{\"auths\": ");
    IOException e = assertThrows(IOException.class, () -> keeper(place).store("a.example", JANE));
    assertTrue(String.valueOf(e.getMessage()).contains("mend it, or remove it"), e.getMessage());
    assertEquals("{\"auths\": ", Files.readString(place.at(AUTH)));
  }

  @Test
  void aFileBehindALinkIsWrittenWhereItLies() throws IOException {
    Place place = Place.ofRoot(root).file("/elsewhere/auth.json", "{}");
    Files.createDirectories(place.at(AUTH).getParent());
    Files.createSymbolicLink(place.at(AUTH), place.at("/elsewhere/auth.json"));
    keeper(place).store("a.example", JANE);
    assertTrue(Files.isSymbolicLink(place.at(AUTH)));
    assertTrue(Files.readString(place.at("/elsewhere/auth.json")).contains("a.example"));
  }
}
