package dev.stowage.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The store of an ordinary user, in the user namespace that the launcher enters.
class OrdinaryUserTest {

  @Test
  void anOrdinaryUserSharesTheStoreWithPodman() throws IOException {
    Tool.requireAll();
    String said = Shell.run(List.of(Shell.script("ordinary-user")));
    assertTrue(said.endsWith("an ordinary user: good\n"), said);
  }
}
