package dev.stowage.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MenuTest {
  private static final List<String> ENTRIES = List.of("a", "b", "c");
  private static final String DOWN = "\u001b[B";
  private static final String UP = "\u001b[A";

  private final ByteArrayOutputStream screen = new ByteArrayOutputStream();

  @Test
  void returnTakesTheMarkedEntryWhichIsTheFirst() throws IOException {
    assertEquals(0, drawn("\r"));
    assertTrue(
        screen().contains("Which:\r\n\u001b[?7l\r\u001b[K  > 1. a\r\n\r\u001b[K    2. b\r\n"));
    assertTrue(screen().contains("Which: a\r\n"), "what was chosen stays to be read");
  }

  @Test
  void arrowsAndLettersAndDigitsMoveTheMark() throws IOException {
    assertEquals(1, drawn(DOWN + "\r"));
    assertEquals(1, drawn("\u001bOB\r"), "as terminals in application mode send it");
    assertEquals(1, drawn(DOWN + DOWN + UP + "\r"));
    assertEquals(2, drawn(DOWN + DOWN + DOWN + DOWN + "\r"));
    assertEquals(0, drawn(UP + UP + "\n"));
    assertEquals(1, drawn("jjk\r"));
    assertEquals(1, drawn("\u000e\u000e\u0010\r"));
    assertEquals(2, drawn("3\r"));
    assertEquals(0, drawn("9x\u001b[3~\u001b[1;5C \r"), "keys without a meaning do nothing");
    assertEquals(1, drawn("\u001bj\r"));
  }

  @Test
  void theMarkIsDrawnWhereItMovedAndTheTerminalWrapsLinesWhileItWaits() throws IOException {
    drawn(DOWN + "\r");
    assertTrue(
        screen().contains("\u001b[3A\u001b[?7l\r\u001b[K    1. a\r\n\r\u001b[K  > 2. b\r\n"));
    assertTrue(screen().contains("    3. c\r\n\u001b[?7h\u001b[4A\r\u001b[J"));
  }

  @ParameterizedTest
  @CsvSource({"'\r',0", "'2\r',1", "'3\n',2", "'12\b\r',0", "'2\u007f3\r',2", "'7\r0\r2\r',1"})
  void aTerminalThatCannotDrawTakesNumbers(String keys, int chosen) throws IOException {
    assertEquals(chosen, menu(keys, ENTRIES).ask(false));
    assertTrue(screen().startsWith("Which:\r\n  1. a\r\n  2. b\r\n  3. c\r\nNumber [1]: "));
    assertEquals(-1, screen().indexOf('\u001b'));
  }

  @Test
  void aNumberThatIsNoneIsAskedForAgain() throws IOException {
    assertEquals(1, menu("99999999\r" + DOWN + "2\r", ENTRIES).ask(false));
    assertTrue(screen().contains("There is no number 999999.\r\nNumber [1]: 2\r\n"), screen());
  }

  @Test
  void moreEntriesThanOneKeyCanNameAreNumbered() throws IOException {
    List<String> many = IntStream.rangeClosed(1, 12).mapToObj(Integer::toString).toList();
    assertEquals(11, menu("12\r", many).ask(true));
  }

  @Test
  void whoLeavesChoosesNothingAndTheTerminalIsAsBefore() {
    for (String keys : List.of("\u0003", DOWN + "\u0003", "\u001b\u0003")) {
      assertEquals("ctrl-C", left(keys, true));
      assertTrue(screen().endsWith("    3. c\r\n\u001b[?7h\r\n"));
      assertEquals("ctrl-C", left(keys, false));
    }
    for (String keys : List.of("", "\u0004", "2", DOWN, "\u001b", "\u001b[", "\u001b[1;")) {
      assertEquals("the input ended", left(keys, true));
      assertEquals("the input ended", left(keys, false));
    }
  }

  @Test
  void terminalsThatDrawHaveAName() {
    assertTrue(Menu.draws("xterm-256color"));
    assertTrue(Menu.draws("linux"));
    assertFalse(Menu.draws(""));
    assertFalse(Menu.draws("dumb"));
  }

  private String left(String keys, boolean draws) {
    Menu menu = menu(keys, ENTRIES);
    return String.valueOf(
        assertThrows(Menu.LeftException.class, () -> menu.ask(draws)).getMessage());
  }

  private int drawn(String keys) throws IOException {
    return menu(keys, ENTRIES).ask(true);
  }

  private Menu menu(String keys, List<String> entries) {
    screen.reset();
    return new Menu(
        new ByteArrayInputStream(keys.getBytes(StandardCharsets.UTF_8)),
        new Output(screen),
        "Which",
        entries);
  }

  private String screen() {
    return screen.toString(StandardCharsets.UTF_8);
  }
}
