package dev.stowage.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class ColumnsTest {

  @Test
  void aColumnIsAtLeastTwelveWideAndTwoWiderThanItsText() {
    assertEquals(
        "REPOSITORY                TAG         ID\nlocalhost/a-longer-name:x  3           y\n"
            .replace("REPOSITORY                TAG", "REPOSITORY                 TAG"),
        Columns.align("REPOSITORY\tTAG\tID\nlocalhost/a-longer-name:x\t3\ty\n"));
  }

  @Test
  void aLineWithoutTabsEndsTheColumn() {
    assertEquals(
        "a           b\nno tabs here at all\nlonger than twelve  c\n",
        Columns.align("a\tb\nno tabs here at all\nlonger than twelve\tc\n"));
  }

  @Test
  void widthIsCountedInCharactersNotBytes() {
    assertEquals("é           x\n", Columns.align("é\tx\n"));
  }

  @Test
  void anEmptyCellKeepsItsPlace() {
    assertEquals("            x\n", Columns.align("\tx\n"));
  }
}
