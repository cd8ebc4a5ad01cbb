package dev.stowage.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The store of an ordinary user, in the user namespace that the launcher enters.
@NeedsRoot("it makes an ordinary user")
class OrdinaryUserTest {

  @Test
  void anOrdinaryUserSharesTheStoreWithPodman() throws IOException {
    Tool.requireAll();
    String said = Shell.run(List.of(Shell.script("ordinary-user")));
    assertTrue(said.endsWith("an ordinary user: good\n"), said);
  }

  @Test
  void theseTestsPassAsAnOrdinaryUser() throws IOException {
    Tool.requireAll();
    String classes = System.getProperty("java.class.path");
    String said =
        Shell.run(
            List.of(Shell.script("run-as-ordinary-user")), Map.of("STOWAGE_CLASS_PATH", classes));
    System.out.println(said);
  }
}
