package dev.stowage.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "null",
        "{\"a\":1}",
        "[{},{\"a\":{}},{\"a\":[]},7,\"x\",[{\"b\":null}]]",
        "[{\"b\":1,\"a\":[1,2.50,{\"c\":null}],\"d\":\"x\\n\\u003c\\\"é\\\\\"}]",
        "[{\"\":1,\"é\":\"\\u003e\",\"\\\"\":true,\"x\":false}]",
      })
  void recordsAreReadAsDocumentsAre(String text) throws MalformedException {
    Json whole = Json.parse(Bytes.utf8(text));
    Json records = Json.parseRecords(Bytes.utf8(text));
    assertEquals(text, records.compact());
    assertEquals(whole, records);
    assertEquals(whole.hashCode(), records.hashCode());
  }

  @Test
  void fieldsOfRecordsAreFoundByTheirWholeNames() throws MalformedException {
    Json records =
        Json.parseRecords(
            Bytes.utf8(
                "[ { \"id\" : \"1\", \"idx\":2, \"\":3, \"\\u00e9\":4, \"id\":5, \"q\\\"\":6 } ]"));
    Json.Obj record = (Json.Obj) ((Json.Arr) records).items().getFirst();
    assertEquals(Json.of(5), record.fields().get("id"));
    assertEquals(Json.of(2), record.fields().get("idx"));
    assertEquals(Json.of(3), record.fields().get(""));
    assertEquals(Json.of(4), record.fields().get("é"));
    assertEquals(Json.of(6), record.fields().get("q\""));
    for (String name : new String[] {"i", "idxx", "id\"", "id\":5", "q", "q\\\"", "e"}) {
      assertFalse(record.fields().containsKey(name), name);
      assertEquals(Optional.empty(), record.get(name), name);
    }
    assertEquals(5, record.fields().size());
    assertEquals("[{\"id\":5,\"idx\":2,\"\":3,\"é\":4,\"q\\\"\":6}]", records.compact());
  }

  @Test
  void recordsAreWrittenAsTheyWereReadUnlessTheyChanged() throws MalformedException {
    String text = "[ { \"id\" : 1, \"id\":\"\\u00e9<\" } ,7, {},{\"a\":{\"b\":[1.50]}} ]";
    List<Json> items = ((Json.Arr) Json.parseRecords(Bytes.utf8(text))).items();
    assertEquals(
        "[{ \"id\" : 1, \"id\":\"\\u00e9<\" },7,{},{\"a\":{\"b\":[1.50]}}]",
        Json.records(items).utf8());
    List<Json> changed = new ArrayList<>(items);
    changed.set(0, ((Json.Obj) items.get(0)).toBuilder().put("new", "é").build());
    changed.remove(3);
    assertEquals("[{\"id\":\"é\\u003c\",\"new\":\"é\"},7,{}]", Json.records(changed).utf8());
    assertEquals("[]", Json.records(List.of()).utf8());
  }

  /// Whatever is cut off or put in, records complain where documents do, in the same words.
  @Test
  void brokenRecordsAreRefusedAsDocumentsAre() {
    byte[] sound =
        Bytes.utf8("[{\"a\":[1,-2.5e3,{\"c\":null}],\"d\":\"x\\n\\u003cé\"},{\"t\":true}, {}, 7]")
            .toArray();
    for (int at = 0; at < sound.length; at++) {
      assertEquals(
          complaint(Json::parse, Arrays.copyOf(sound, at)),
          complaint(Json::parseRecords, Arrays.copyOf(sound, at)));
      for (char put : "{}[]\",:\\0x-.\n\u0001".toCharArray()) {
        byte[] changed = sound.clone();
        changed[at] = (byte) put;
        assertEquals(complaint(Json::parse, changed), complaint(Json::parseRecords, changed));
      }
    }
  }

  private interface Reader {
    Json read(Bytes text) throws MalformedException;
  }

  private static String complaint(Reader reader, byte[] text) {
    try {
      return reader.read(Bytes.copyOf(text)).compact();
    } catch (MalformedException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
