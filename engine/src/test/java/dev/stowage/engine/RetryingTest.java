package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.NotFoundException;
import dev.stowage.registry.Retries;
import dev.stowage.transfer.Listener.Progress;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryingTest {
  private static final Retries TWICE_MORE =
      new Retries(3, Duration.ofMillis(1), Duration.ofMillis(1), 3);

  private final List<Progress> told = new ArrayList<>();
  private int attempts;

  @Test
  void whatMayPassIsTriedAsOftenAsAskedForAndToldEachTime() throws IOException {
    String done =
        Retrying.run(
            TWICE_MORE,
            told::add,
            () -> {
              attempts++;
              if (attempts < 3) {
                throw new SocketException("reset");
              }
              return "done";
            });
    assertEquals("done", done);
    assertEquals(
        List.of(
            new Progress.Warned("Failed, retrying in 0.001s ... (1/2). Error: reset"),
            new Progress.Warned("Failed, retrying in 0.001s ... (2/2). Error: reset")),
        told);
  }

  @Test
  void theLastFailureIsTheOneThatIsThrown() {
    IOException e =
        assertThrows(
            IOException.class,
            () ->
                Retrying.run(
                    TWICE_MORE,
                    told::add,
                    () -> {
                      attempts++;
                      throw new SocketException("reset " + attempts);
                    }));
    assertEquals("reset 3", e.getMessage());
  }

  @Test
  void whatWillNotPassIsNotTriedAgain() {
    assertThrows(
        NotFoundException.class,
        () ->
            Retrying.run(
                TWICE_MORE,
                told::add,
                () -> {
                  attempts++;
                  throw new NotFoundException(NotFoundException.Kind.IMAGE, "x");
                }));
    assertEquals(1, attempts);
    assertEquals(List.of(), told);
  }
}
