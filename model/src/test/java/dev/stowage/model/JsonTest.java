package dev.stowage.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "true",
        "\"\"",
        "-12.5e3",
        "9223372036854775808",
        "{\"b\":1,\"a\":[1,2.50,{\"c\":null}],\"d\":\"x\\n\\u003c\\\"é\"}",
        "[[],{},\"\",0,false]",
      })
  void whatIsReadIsWrittenBackUnchanged(String text) throws MalformedException {
    assertEquals(text, Json.parse(Bytes.utf8(text)).compact());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[1",
        "{\"a\"}",
        "{\"a\":}",
        "nul",
        "\"a",
        "{} {}",
        "[1] x",
        "{\"a\":1,}",
        "[1,]",
        "01x",
        "-",
        "1.",
        "tru e"
      })
  void brokenTextIsRefused(String text) {
    assertThrows(MalformedException.class, () -> Json.parse(Bytes.utf8(text)));
  }

  @Test
  void nestingIsBounded() {
    assertThrows(MalformedException.class, () -> Json.parse(Bytes.utf8("[".repeat(100_000))));
  }

  @Test
  void spaceAndLinesAreNoContent() throws MalformedException {
    assertEquals("{\"a\":[1,2]}", Json.parse(Bytes.utf8("\n{ \"a\" :\t[ 1 , 2 ] }\r\n")).compact());
  }

  @Test
  void numbersBeyondLongAreToldWhenAsked() throws MalformedException {
    Json.Obj object = Json.parseObject(Bytes.utf8("{\"n\":1e99}"));
    assertThrows(MalformedException.class, () -> object.number("n"));
  }

  @Test
  void aLevelIsALine() throws MalformedException {
    assertEquals(
        "{\n  \"a\": [\n    1\n  ],\n  \"b\": {}\n}",
        Json.parse(Bytes.utf8("{\"a\":[1],\"b\":{}}")).pretty("  "));
  }
}
