package dev.stowage.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Credentials;
import dev.stowage.model.MalformedException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CredentialSourcesTest {
  private static final String AUTH = "/run/containers/0/auth.json";

  @TempDir private Path root;

  @Test
  void filesAreReadInTheirOrder() throws IOException {
    Place place = Place.ofRoot(root);
    assertEquals(
        List.of(AUTH, "/root/.config/containers/auth.json", "/root/.docker/config.json").stream()
            .map(place::at)
            .toList(),
        sources(place).files().stream().map(AuthFile::path).limit(3).toList());
    place.file("/root/.dockercfg", "{\"https://a.example/v1/\": " + entry("legacy", "p") + "}");
    assertEquals("legacy", user(place, "a.example/x"));
    place.file("/root/.docker/config.json", auths("a.example", "docker"));
    assertEquals("docker", user(place, "a.example/x"));
    place.file("/root/.config/containers/auth.json", auths("a.example", "config"));
    assertEquals("config", user(place, "a.example/x"));
    place.file(AUTH, auths("a.example", "run"));
    assertEquals("run", user(place, "a.example/x"));
    place.file("/session/containers/auth.json", auths("a.example", "session"));
    place.with("XDG_RUNTIME_DIR", root + "/session");
    assertEquals("session", user(place, "a.example/x"));
    place.file("/chosen.json", auths("b.example", "chosen"));
    place.with("REGISTRY_AUTH_FILE", root + "/chosen.json");
    assertEquals("anonymous", user(place, "a.example/x"));
    assertEquals("chosen", user(place, "b.example/x"));
  }

  @Test
  void dockersDirectoryMayBeNamed() throws IOException {
    Place place =
        Place.ofRoot(root)
            .file("/d/config.json", auths("a.example", "there"))
            .with("DOCKER_CONFIG", root + "/d");
    assertEquals("there", user(place, "a.example/x"));
  }

  @ParameterizedTest
  @CsvSource({
    "quay.io/repo/ns/image, image",
    "quay.io/repo/ns/other, ns",
    "quay.io/repo/x, repo",
    "quay.io/else, host",
    "quay.io:5000/else, anonymous",
    "docker.io/library/alpine, hub",
    "old.example/x, url",
  })
  void theMostSpecificKeyCounts(String repository, String user) throws IOException {
    Place place =
        Place.ofRoot(root)
            .file(
                AUTH,
                "{\"auths\": {\"quay.io\": "
                    + entry("host", "p")
                    + ", \"quay.io/repo\": "
                    + entry("repo", "p")
                    + ", \"quay.io/repo/ns\": "
                    + entry("ns", "p")
                    + ", \"quay.io/repo/ns/image\": "
                    + entry("image", "p")
                    + ", \"https://index.docker.io/v1/\": "
                    + entry("hub", "p")
                    + ", \"http://old.example/v2/\": "
                    + entry("url", "p")
                    + "}}");
    assertEquals(user, user(place, repository));
  }

  @Test
  void itIsToldWhyCredentialsWereChosenButNotWhatTheyAre() throws IOException {
    Place place =
        Place.ofRoot(root).file("/root/.docker/config.json", auths("a.example", "someone"));
    FoundCredentials found = sources(place).find(Repository.parse("a.example/x/y"));
    assertEquals(3, found.trace().size());
    assertEquals(place.at(AUTH) + ": no such file", found.trace().getFirst().toString());
    assertEquals(
        place.at("/root/.docker/config.json") + ": credentials of a.example", found.source());
    assertFalse(found.toString().contains("hunter2"));
    assertEquals("anonymous", sources(place).find("b.example").source());
  }

  @Test
  void anIdentityTokenGoesBeforeThePassword() throws IOException {
    Place place =
        Place.ofRoot(root)
            .file(AUTH, "{\"auths\":{\"a.example\":{\"auth\":\"dTpw\",\"identitytoken\":\"T\"}}}");
    Credentials.IdentityToken token =
        assertInstanceOf(
            Credentials.IdentityToken.class, sources(place).find("a.example").credentials());
    assertEquals("T", token.token().reveal());
  }

  @Test
  void anEmptyEntryIsPassedOver() throws IOException {
    Place place =
        Place.ofRoot(root)
            .file(AUTH, "{\"auths\": {\"a.example\": {}}}")
            .file("/root/.docker/config.json", auths("a.example", "second"));
    assertEquals("second", user(place, "a.example/x"));
  }

  @Test
  void aBrokenFileIsNamedAndNotQuoted() throws IOException {
    Place place = Place.ofRoot(root).file(AUTH, "{\"auths\": {");
    MalformedException refused =
        assertThrows(MalformedException.class, () -> sources(place).find("a.example"));
    assertTrue(String.valueOf(refused.getMessage()).contains(place.at(AUTH).toString()));
    place.file(AUTH, "{\"auths\": {\"a.example\": {\"auth\": \"s3cr%t\"}}}");
    refused = assertThrows(MalformedException.class, () -> sources(place).find("a.example"));
    assertFalse(String.valueOf(refused.getMessage()).contains("s3cr"));
  }

  @Test
  void aHelperIsAskedForItsRegistry() throws IOException {
    Place place =
        Place.ofRoot(root)
            .with("PATH", root + "/bin:/usr/bin:/bin")
            .file(AUTH, "{\"credHelpers\": {\"a.example\": \"test\"}}");
    helper(
        "test",
        "read host; echo '{\"ServerURL\":\"x\",\"Username\":\"'$1-$host'\",\"Secret\":\"s\"}'");
    assertEquals("get-a.example", user(place, "a.example/x/y"));
    assertEquals(
        "docker-credential-test (named in " + place.at(AUTH) + "): credentials of a.example",
        sources(place).find("a.example").source());
    helper("test", "echo '{\"Username\":\"<token>\",\"Secret\":\"s\"}'");
    assertInstanceOf(
        Credentials.IdentityToken.class, sources(place).find("a.example").credentials());
    helper("test", "echo credentials not found in native keychain; exit 1");
    assertEquals("anonymous", user(place, "a.example/x"));
    helper("test", "echo the keyring is locked; exit 3");
    MalformedException refused =
        assertThrows(MalformedException.class, () -> sources(place).find("a.example"));
    assertTrue(
        String.valueOf(refused.getMessage())
            .endsWith(
                "error getting credentials - err: exit status 3, out: `the keyring is locked`"));
    Files.delete(root.resolve("bin/docker-credential-test"));
    assertThrows(NotFoundException.class, () -> sources(place).find("a.example"));
  }

  @Test
  void helpersOfRegistriesConfAreAskedInTheirOrder() throws IOException {
    Place place =
        Place.ofRoot(root)
            .with("PATH", root + "/bin:/usr/bin:/bin")
            .file(
                "/etc/containers/registries.conf",
                "credential-helpers = ['broken', 'containers-auth.json']")
            .file(AUTH, auths("a.example", "file"));
    helper("broken", "exit 1");
    assertEquals("file", user(place, "a.example/x"));
    assertThrows(IOException.class, () -> sources(place).find("b.example"));
    helper("broken", "echo '{\"Username\":\"h\",\"Secret\":\"s\"}'");
    assertEquals("h", user(place, "a.example/x"));
  }

  @Test
  void dockersCredentialStoreIsAskedLast() throws IOException {
    Place place =
        Place.ofRoot(root)
            .with("PATH", root + "/bin:/usr/bin:/bin")
            .file("/root/.docker/config.json", "{\"credsStore\": \"desktop\"}");
    assertEquals("anonymous", user(place, "docker.io/library/x"));
    helper("desktop", "read host; echo '{\"Username\":\"'$host'\",\"Secret\":\"s\"}'");
    assertEquals("https://index.docker.io/v1/", user(place, "docker.io/library/x"));
  }

  private void helper(String name, String script) throws IOException {
    Path program = root.resolve("bin/docker-credential-" + name);
    Files.createDirectories(program.getParent());
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static String user(Place place, String repository) throws IOException {
    Credentials found = sources(place).find(Repository.parse(repository)).credentials();
    return found instanceof Credentials.Basic basic ? basic.user() : "anonymous";
  }

  private static CredentialSources sources(Place place) throws IOException {
    return CredentialSources.of(
        place.surroundings(), RegistriesConfig.read(place.surroundings()), Optional.empty());
  }

  private static String auths(String key, String user) {
    return "{\"auths\": {\"" + key + "\": " + entry(user, "hunter2") + "}}";
  }

  private static String entry(String user, String password) {
    String pair = user + ":" + password;
    return "{\"auth\": \""
        + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8))
        + "\"}";
  }
}
