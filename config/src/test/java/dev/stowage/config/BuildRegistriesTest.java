package dev.stowage.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.MalformedException;
import dev.stowage.model.RejectedException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BuildRegistriesTest {
  @TempDir private Path root;

  private BuildRegistries read(String text) throws MalformedException {
    return BuildRegistries.of(
        Place.ofRoot(root).with("BUILD_REGISTRY_SOURCES", text).surroundings());
  }

  @Test
  void whereNothingIsSaidEveryRegistryMayBeUsed() throws Exception {
    for (String nothing : List.of("", "{}", "{\"allowedRegistries\":[]}")) {
      read(nothing).check("quay.io");
      assertEquals(List.of(), read(nothing).insecure());
    }
  }

  @Test
  void aBlockedRegistryIsRefusedEvenIfItIsAllowed() throws Exception {
    String text = "{\"blockedRegistries\":[\"bad:5000\"],\"allowedRegistries\":[\"bad:5000\"]}";
    RejectedException e = assertThrows(RejectedException.class, () -> read(text).check("bad:5000"));
    assertEquals(
        "registry \"bad:5000\" denied by policy: it is in the blocked registries list ("
            + text
            + ")",
        e.getMessage());
  }

  @Test
  void whereSomeAreAllowedOthersAreNot() throws Exception {
    String text = "{\"allowedRegistries\":[\"quay.io\"],\"insecureRegistries\":[\"quay.io\"]}";
    read(text).check("quay.io");
    assertEquals(List.of("quay.io"), read(text).insecure());
    RejectedException e =
        assertThrows(RejectedException.class, () -> read(text).check("docker.io"));
    assertEquals(
        "registry \"docker.io\" denied by policy: not in allowed registries list (" + text + ")",
        e.getMessage());
  }

  @Test
  void whatIsNoSuchTextIsRefused() {
    for (String wrong : List.of("nonsense", "[]", "{\"blockedRegistries\":\"x\"}")) {
      MalformedException e = assertThrows(MalformedException.class, () -> read(wrong));
      assertTrue(
          String.valueOf(e.getMessage()).startsWith("parsing $BUILD_REGISTRY_SOURCES (\"" + wrong),
          e.getMessage());
    }
  }
}
