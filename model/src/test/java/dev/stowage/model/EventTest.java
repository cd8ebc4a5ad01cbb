package dev.stowage.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventTest {

  @Test
  void kindsHaveTheWordsOfPodmansLog() {
    List<String> words = new ArrayList<>();
    for (Event.Kind kind : Event.Kind.values()) {
      words.add(kind.word());
    }
    assertEquals(
        List.of(
            "pull",
            "pull-error",
            "push",
            "remove",
            "loadfromarchive",
            "save",
            "import",
            "build",
            "tag",
            "untag",
            "mount",
            "unmount"),
        words);
  }
}
