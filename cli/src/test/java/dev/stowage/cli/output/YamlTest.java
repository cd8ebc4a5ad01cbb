package dev.stowage.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stowage.model.Bytes;
import dev.stowage.model.Json;
import org.junit.jupiter.api.Test;

final class YamlTest {

  @Test
  void keysAreSortedAndListsAreNotIndented() throws Exception {
    assertEquals(
        """
        a:
          none: {}
          x: 1
        b:
        - one
        - k: v
          l: w
        c: "12"
        d: ""
        e: 'conmon version 2.1, commit: unknown'
        f: true
        g: "true"
        h: null
        """,
        Yaml.of(
            Json.parse(
                Bytes.utf8(
                    """
                    {"b":["one",{"k":"v","l":"w"}],"a":{"x":1,"none":{}},"c":"12","d":"",
                     "e":"conmon version 2.1, commit: unknown","f":true,"g":"true","h":null}"""))));
  }
}
