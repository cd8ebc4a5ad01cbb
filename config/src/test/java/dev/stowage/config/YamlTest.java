package dev.stowage.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.Bytes;
import dev.stowage.model.MalformedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class YamlTest {

  @Test
  void aDocumentReadsAsJson() throws MalformedException {
    assertEquals(
        "{\"a\":{\"b\":[1,\"x\",true,null,2.5]},\"c\":\"d: e\",\"1\":\"\"}",
        Yaml.parse(
                Bytes.utf8(
                    """
                    # comment
                    a:
                      b: [1, x, true, null, 2.5]
                    c: "d: e"
                    1: ''
                    """))
            .compact());
    assertEquals("null", Yaml.parse(Bytes.empty()).compact());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: 1\na: 2",
        "a: [",
        "? [x]\n: y",
        "--- 1\n--- 2",
        "\t- x",
        "a: &a [x, x]\nb: &b [*a, *a]\nc: *d",
      })
  void whatIsNoPlainDocumentIsRefused(String text) {
    assertThrows(MalformedException.class, () -> Yaml.parse(Bytes.utf8(text)));
  }

  @Test
  void aliasesThatUnfoldForEverAreRefused() {
    StringBuilder text = new StringBuilder("a0: &a0 [x,x]\n");
    for (int i = 1; i < 60; i++) {
      text.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertThrows(MalformedException.class, () -> Yaml.parse(Bytes.utf8(text.toString())));
  }
}
