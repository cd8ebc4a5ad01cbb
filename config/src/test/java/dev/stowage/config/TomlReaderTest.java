package dev.stowage.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.MalformedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

final class TomlReaderTest {
  private static final Path FILE = Path.of("x.conf");

  private static final String[] VALID = {
    "",
    "\n\n# only a comment",
    "a = 1",
    "a = 1 # comment\r\nb = 2\r\n",
    "a-b_c = \"x\"\n\"quoted key\" = 'literal'\n'lit.key' = 1\n1234 = 'bare digits'",
    "a.b.c = 1\na.b.d = 2\na.\"x.y\" = 3",
    "[t]\nx = 1\n[t.u]\ny = 2\n[v]\n",
    "[a.b.c]\nx = 1\n[a]\ny = 2\n[a.b]\nz = 3",
    "[ a . \"b\" ]\nx=1",
    "[[r]]\nx = 1\n[[r.m]]\ny = 1\n[[r.m]]\ny = 2\n[[r]]\nx = 2\n[r.sub]\nz = 3",
    "s = \"tab\\t nl\\n q\\\" b\\\\ u\\u00E9 U\\U0001F600 \\b\\f\\r\"",
    "s = \"\"\"\nfirst\nsecond \\\n   third\\\n\n\n  fourth \"quoted\" \"\"two\"\" end\"\"\"",
    "s = \"\"\"four quotes: \"\"\"\"",
    "s = \"\"\"five quotes: \"\"\"\"\"",
    "s = '''\nraw \\n ''two''\nmore'''",
    "s = ''''that's'''",
    "s = \"\"\ne = ''",
    "i = [0, +1, -17, 1_000, 0xDEAD_beef, 0o755, 0b1010, -0, 9223372036854775807]",
    "f = [1.5, -0.01, 5e+22, 1e06, -2E-2, 6.626e-34, 1_000.5, 1e1_0]",
    "f = [inf, +inf, -inf]",
    "t = [true, false]",
    "d = 1979-05-27T07:32:00Z\ne = 1979-05-27T00:32:00.999999-07:00\nf = 1979-05-27 07:32:00Z",
    "d = 1979-05-27T07:32:00\ne = 1979-05-27\nf = 07:32:00\ng = 00:32:00.5",
    "a = [\n  'x', # one\n\n  'y'\n  , 'z',\n]\n",
    "a = [[1, 2], ['a', ['b']], []]",
    "a = [{x = 1}, {x = 2, y = {z = []}}]",
    "p = {}\nq = { a.b = 1, a.c = 2, \"d e\" = 'f' }",
    "additionalimagestores = [\"/a\", {append=true}]",
    "[registries.search]\nregistries = ['docker.io']\n[registries.insecure]\nregistries = []",
    "[aliases]\n\"alpine\" = \"docker.io/library/alpine\"\n\"a/b\" = ''",
    "a.b = 1\n[c]\nb.d = 2\n[c.e]\n",
    "\uFEFFa = 1",
  };

  private static final String[] INVALID = {
    "a",
    "a =",
    "= 1",
    "a = 1 b = 2",
    "a = 1\na = 2",
    "a = 1\n\"a\" = 2",
    "a = 1\na.b = 2",
    "a = {x = 1}\na.y = 2",
    "a = {x = 1}\n[a.y]",
    "a = {x = 1}\n[a]",
    "[t]\n[t]",
    "[a.b]\n[a]\n[a]",
    "a.b = 1\n[a]\nc = 1",
    "[a]\nb.c = 1\n[a.b]\nd = 1",
    "a = []\n[[a]]",
    "[a]\n[[a]]",
    "[[a]]\n[a]",
    "[a",
    "[a]]",
    "[[a]",
    "[]",
    "[a.]",
    "[a] x = 1",
    "a = [1 2]",
    "a = [1,,2]",
    "a = [,]",
    "a = [1",
    "a = {x = 1",
    "a = {x = 1 y = 2}",
    "a = {x = 1, x = 2}",
    "a = \"x",
    "a = \"x\ny\"",
    "a = 'x\ny'",
    "a = \"\"\"x",
    "a = '''x",
    "a = \"\\q\"",
    "a = \"\\u12\"",
    "a = \"\\uD800\"",
    "a = \"\\U00110000\"",
    "a = \"\u0001\"",
    "# \u0001",
    "a = 01",
    "a = 1__0",
    "a = _1",
    "a = 1_",
    "a = 0x",
    "a = +0x1",
    "a = 0o8",
    "a = 1.",
    "a = .5",
    "a = 1.e5",
    "a = 1e",
    "a = 9223372036854775808",
    "a = True",
    "a = overlay",
    "a = 1979-13-01",
    "a = 25:00:00",
    "a = 1979-05-27T",
    "\"\"\"a\"\"\" = 1",
    "é = 1",
    "a b = 1",
    "a = \"\"\"x\"\"\"\"\"\"",
    "a = 1\rb = 2",
  };

  @Test
  void validDocumentsReadAsTheLibraryReadsThem() throws Exception {
    for (String document : VALID) {
      assertEquals(library(document), ours(document), document);
    }
  }

  @Test
  void invalidDocumentsAreRefusedWithTheirLine() {
    for (String document : INVALID) {
      MalformedException refused =
          assertThrows(MalformedException.class, () -> ours(document), document);
      assertTrue(String.valueOf(refused.getMessage()).startsWith("x.conf:"), document);
      assertTrue(
          org.tomlj.Toml.parse(document).hasErrors(), () -> "the library takes it: " + document);
    }
  }

  @Test
  void whatIsMadeOfTornAndSwappedPiecesIsReadAsTheLibraryReadsIt() throws Exception {
    Random random = new Random(20260101);
    String[] pieces = {
      "[a]\n",
      "[a.b]\n",
      "[[c]]\n",
      "[[c.d]]\n",
      "[a.c]\n",
      "a = 1\n",
      "b = 'x'\n",
      "b.c = 2\n",
      "a.b.c = 3\n",
      "c = {x = 1}\n",
      "c.x.y = []\n",
      "d = [{x=1}, {y=2}]\n",
      "# note\n",
      "\"b\" = true\n",
      "e = [\n1,\n2,\n]\n",
      "f = \"\"\"\nx\\\n  y\"\"\"\n",
      "[c]\n",
      "[d]\n"
    };
    int read = 0;
    for (int round = 0; round < 3000; round++) {
      StringBuilder document = new StringBuilder();
      for (int n = random.nextInt(6); n >= 0; n--) {
        document.append(pieces[random.nextInt(pieces.length)]);
      }
      String text = document.toString();
      TomlParseResult expected = org.tomlj.Toml.parse(text);
      if (expected.hasErrors()) {
        assertThrows(MalformedException.class, () -> ours(text), text);
      } else {
        assertEquals(library(text), ours(text), text);
        read++;
      }
    }
    assertTrue(read > 300, "documents that could be read: " + read);
  }

  @Test
  void linesOfValuesAreTold() throws Exception {
    Toml.Table table = read("# one\n\n[storage]\ngraphroot = '''\n/x'''\nrunroot = '/y'\n");
    Toml.Table storage = table.table("storage").orElseThrow();
    assertEquals(3, storage.line());
    assertEquals("x.conf:4", storage.text("graphroot").orElseThrow().origin().toString());
    assertEquals("x.conf:6", storage.text("runroot").orElseThrow().origin().toString());
  }

  @Test
  void aValueOfAnotherTypeIsRefusedByItsWholeName() throws Exception {
    Toml.Table storage = read("[storage]\ndriver = true").table("storage").orElseThrow();
    MalformedException refused =
        assertThrows(MalformedException.class, () -> storage.text("driver"));
    assertEquals(
        "x.conf:2: storage.driver is true or false, wanted a string in quotes",
        refused.getMessage());
  }

  @Test
  void keysAreFoundWhateverTheirCapitals() throws Exception {
    assertEquals("x", read("Driver = 'x'").text("driver").orElseThrow().value());
    assertEquals("y", read("Driver = 'x'\ndriver = 'y'").text("driver").orElseThrow().value());
    assertFalse(read("drivers = 'x'").text("driver").isPresent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{a="})
  void endlessNestingIsRefused(String opening) {
    assertThrows(MalformedException.class, () -> read("a = " + opening.repeat(100_000)));
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    byte[] bytes = {'a', '=', '"', (byte) 0xFF, '"'};
    assertThrows(MalformedException.class, () -> TomlReader.read(FILE, bytes));
  }

  private static Toml.Table read(String document) throws MalformedException {
    return TomlReader.read(FILE, document.getBytes(StandardCharsets.UTF_8));
  }

  private static Object ours(String document) throws MalformedException {
    return plain(read(document));
  }

  private static Object plain(Toml value) {
    return switch (value) {
      case Toml.Text(String text, int _) -> text;
      case Toml.Whole(long number, int _) -> number;
      case Toml.Real(double number, int _) -> number;
      case Toml.Truth(boolean truth, int _) -> truth;
      case Toml.Moment _ -> "a moment";
      case Toml.Array(List<Toml> items, int _) ->
          items.stream().map(TomlReaderTest::plain).toList();
      case Toml.Table table -> {
        Map<String, Object> entries = new TreeMap<>();
        table.entries().forEach((key, entry) -> entries.put(key, plain(entry)));
        yield entries;
      }
    };
  }

  private static Object library(String document) {
    TomlParseResult result =
        org.tomlj.Toml.parse(document.startsWith("\uFEFF") ? document.substring(1) : document);
    assertFalse(result.hasErrors(), () -> document + ": " + result.errors());
    return plain(result);
  }

  private static Object plain(Object value) {
    return switch (value) {
      case TomlTable table -> {
        Map<String, Object> entries = new LinkedHashMap<>();
        for (String key : table.keySet()) {
          entries.put(key, plain(Objects.requireNonNull(table.get(List.of(key)))));
        }
        yield new TreeMap<>(entries);
      }
      case TomlArray array -> array.toList().stream().map(TomlReaderTest::plain).toList();
      case java.time.temporal.Temporal _ -> "a moment";
      default -> value;
    };
  }
}
