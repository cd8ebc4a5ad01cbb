package dev.stowage.transfer.place;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.ImageSource;
import java.lang.reflect.Method;
import org.junit.jupiter.api.Test;

/// A place around another one that answered a question by itself would hide what that one knows.
class ForwardingTest {
  private static void assertAnswersNothingByItself(Class<?> place, Class<?> seam) {
    for (Method each : seam.getMethods()) {
      Method _ =
          assertDoesNotThrow(
              () -> place.getDeclaredMethod(each.getName(), each.getParameterTypes()));
    }
  }

  @Test
  void everyQuestionIsForwarded() {
    assertAnswersNothingByItself(Closing.class, ImageSource.class);
    assertAnswersNothingByItself(WholeArchive.class, ImageSink.class);
    assertAnswersNothingByItself(GuardedSource.class, ImageSource.class);
  }
}
