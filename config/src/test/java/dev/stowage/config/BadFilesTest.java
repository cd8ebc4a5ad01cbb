package dev.stowage.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.MalformedException;
import dev.stowage.model.StowageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Configuration files that are broken, and what their writers are told; and files broken by
/// chance.
final class BadFilesTest {
  private static final String REGISTRIES = "/etc/containers/registries.conf";
  private static final String AUTH = "/run/containers/0/auth.json";

  /// How many files are broken by chance; a property makes it more.
  private static final int ROUNDS = Integer.getInteger("stowage.fuzz.rounds", 1_000);

  @TempDir private Path root;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "'unqualified-search-registries = [\"a/b\"]'     | 'FILE:1: Invalid unqualified-search-registries entry \"a/b\": wanted a host, with a port if need be'",
        "'unqualified-search-registries = \"docker.io\"' | 'FILE:1: unqualified-search-registries is a string, wanted an array of strings'",
        "'short-name-mode = \"lax\"'                     | 'FILE:1: invalid short-name mode: \"lax\", wanted \"enforcing\", \"permissive\" or \"disabled\"'",
        "'[[registry]]'                                  | 'FILE:1: invalid condition: both location and prefix are unset'",
        "'[[registry]]\nprefix = \"a.example\"'          | 'FILE:1: invalid condition: location is unset and prefix is not in the format: *.example.com'",
        "'[[registry]]\nprefix = \"*.a.example/b\"\nlocation = \"c\"' | 'FILE:1: Wildcarded prefix should be in the format: *.example.com. Current prefix \"*.a.example/b\" is incorrectly formatted'",
        "'[[registry]]\nlocation = \"https://a.example\"' | 'FILE:1: invalid location ''https://a.example'': URI schemes are not supported'",
        "'[[registry]]\nlocation = \"a.example\"\n[[registry.mirror]]\ninsecure = true' | 'FILE:3: invalid condition: mirror location is unset'",
        "'[[registry]]\nlocation = \"a.example\"\n[[registry.mirror]]\nlocation = \"b\"\npull-from-mirror = \"never\"' | 'FILE:3: unsupported pull-from-mirror value \"never\" for mirror \"b\"'",
        "'[[registry]]\nlocation = \"a.example\"\ninsecure = \"yes\"' | 'FILE:3: registry.insecure is a string, wanted true or false, without quotes'",
        "'[aliases]\nx = \"y\"'                          | 'validating short-name aliases: FILE:2: invalid alias \"y\": must contain registry and repository'",
        "'[registries.search]\nregistries = []\n[[registry]]\nlocation = \"a\"' | 'FILE:1: mixing sysregistry v1/v2 is not supported: [registries] and registry stand in one file'",
        "'location = '                                   | 'FILE:1: wanted a value for location, found the end of the file'",
      })
  void aBrokenRegistriesFileIsToldWithItsPlace(String text, String message) throws IOException {
    Place place = Place.ofRoot(root).file(REGISTRIES, text.replace("\\n", "\n"));
    MalformedException e =
        assertThrows(MalformedException.class, () -> RegistriesConfig.read(place.surroundings()));
    assertEquals(
        message, String.valueOf(e.getMessage()).replace(place.at(REGISTRIES).toString(), "FILE"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "''                                             | 'reading JSON file \"FILE\": invalid JSON at byte 0: it ends too early: mend it, or remove it and log in again'",
        "'[]'                                           | 'reading JSON file \"FILE\": wanted a JSON object: mend it, or remove it and log in again'",
        "'{\"auths\": []}'                              | 'reading JSON file \"FILE\": \"auths\" is not an object'",
        "'{\"auths\": {\"a.example\": {\"auth\": \"!\"}}}' | 'reading JSON file \"FILE\": the field \"auth\" of \"a.example\" is not base64: log in again'",
        "'{\"auths\": {\"a.example\": {\"auth\": 5}}}'  | 'reading JSON file \"FILE\": \"auth\" is not a string'",
        "'{\"credHelpers\": {\"a.example\": \"none\"}}' | 'exec: \"docker-credential-none\": executable file not found in $PATH: install it, or remove it from the configuration'",
      })
  void aBrokenAuthFileIsToldWithItsPlaceAndWithoutItsSecrets(String text, String message)
      throws IOException {
    Place place = Place.ofRoot(root).file(AUTH, text);
    IOException e = assertThrows(IOException.class, () -> find(place));
    assertEquals(
        message, String.valueOf(e.getMessage()).replace(place.at(AUTH).toString(), "FILE"));
  }

  private static FoundCredentials find(Place place) throws IOException {
    return CredentialSources.of(
            place.surroundings(), RegistriesConfig.read(place.surroundings()), Optional.empty())
        .find("a.example");
  }

  @Test
  void filesBrokenByChanceAreReadOrToldAndNothingElse() throws IOException {
    String registries =
        """
        unqualified-search-registries = ["docker.io", "quay.io"]
        short-name-mode = "permissive"
        credential-helpers = ["containers-auth.json"]
        [[registry]]
        prefix = "*.a.example"
        insecure = true
        [[registry.mirror]]
        location = "mirror.example/x"
        pull-from-mirror = "digest-only"
        [aliases]
        "alpine" = "docker.io/library/alpine"
        """;
    String auth =
        "{\"auths\": {\"a.example\": {\"auth\": \"amFuZTpwYXNz\"}}, \"credHelpers\": {}, \"n\": [1, 2e3, null]}";
    Random random = new Random(7);
    int readable = 0;
    Place place = Place.ofRoot(root);
    for (int round = 0; round < ROUNDS; round++) {
      boolean first = round % 2 == 0;
      byte[] bytes = broken(first ? registries : auth, random);
      Path file = place.at(first ? REGISTRIES : AUTH);
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
      try {
        if (first) {
          RegistriesConfig.read(place.surroundings());
        } else {
          Files.deleteIfExists(place.at(REGISTRIES));
          find(place);
        }
        readable++;
      } catch (StowageException | java.nio.charset.CharacterCodingException e) {
        assertTrue(!String.valueOf(e.getMessage()).contains("amFuZTpwYXNz"), e.getMessage());
      }
    }
    assertTrue(readable > ROUNDS / 50, "only " + readable + " files were read");
  }

  private static byte[] broken(String text, Random random) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int change = random.nextInt(3); change >= 0; change--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(3)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 ->
            bytes[at] =
                (byte)
                    List.of('"', '[', ']', '{', '}', '=', '\n', '\\', ':')
                        .get(random.nextInt(9))
                        .charValue();
        default -> bytes = java.util.Arrays.copyOf(bytes, Math.max(1, at));
      }
    }
    return bytes;
  }
}
