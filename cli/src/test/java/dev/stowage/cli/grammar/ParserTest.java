package dev.stowage.cli.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ParserTest {
  private static final List<Flag> FLAGS =
      List.of(
          Flag.toggle("all", 'a', ""),
          Flag.toggle("quiet", 'q', ""),
          Flag.toggle("tls-verify", Flag.NO_SHORTHAND, "").initially("true"),
          Flag.list("filter", 'f', ""),
          Flag.text("format", Flag.NO_SHORTHAND, ""),
          Flag.text("sort", Flag.NO_SHORTHAND, "").initially("created").oneOf("created", "id"),
          Flag.number("retry", Flag.NO_SHORTHAND, ""));

  private static Words parse(String... line) throws UsageException {
    Words words = new Words();
    new Parser(words, "stowage images", List.of(FLAGS)).read(List.of(line), 0, Parser.Order.MIXED);
    return words;
  }

  @Test
  void flagsMayStandAnywhere() throws Exception {
    Words words =
        parse(
            "alpine",
            "-aq",
            "--format",
            "x",
            "busybox",
            "--filter=a=b",
            "-fc=d",
            "-f",
            "e",
            "-f=g");
    assertEquals(List.of("alpine", "busybox"), words.arguments());
    assertTrue(words.on("all"));
    assertTrue(words.on("quiet"));
    assertEquals("x", words.text("format"));
    assertEquals(List.of("a=b", "c=d", "e", "g"), words.texts("filter"));
    assertEquals("created", words.text("sort"));
    assertTrue(words.on("tls-verify"));
    assertFalse(words.given("tls-verify"));
  }

  @Test
  void aSwitchTakesAValueOnlyAfterAnEqualsSign() throws Exception {
    Words words = parse("--quiet", "false", "-a=0", "--tls-verify=F");
    assertTrue(words.on("quiet"));
    assertFalse(words.on("all"));
    assertFalse(words.on("tls-verify"));
    assertEquals(List.of("false"), words.arguments());
  }

  @Test
  void nothingIsAFlagAfterTwoDashes() throws Exception {
    assertEquals(List.of("-q", "--x", "-"), parse("--", "-q", "--x", "-").arguments());
    assertEquals(List.of("-"), parse("-").arguments());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--x|unknown flag: --x",
        "-Z|unknown shorthand flag: 'Z' in -Z",
        "-qx|unknown shorthand flag: 'x' in -x",
        "--format|flag needs an argument: --format",
        "-qf|flag needs an argument: 'f' in -f",
        "--=|bad flag syntax: --=",
        "---x|bad flag syntax: ---x",
        "-a=x|invalid argument \"x\" for \"-a, --all\" flag: strconv.ParseBool: parsing \"x\": invalid syntax",
        "--retry=x|invalid argument \"x\" for \"--retry\" flag: strconv.ParseUint: parsing \"x\": invalid syntax",
        "--sort=x|invalid argument \"x\" for \"--sort\" flag: \"x\" is not a valid value.  Choose from: \"created, id\"",
      })
  void complaintsAreThoseOfPodman(String word, String complaint) {
    UsageException e = assertThrows(UsageException.class, () -> parse(word));
    assertEquals(complaint + "\nSee 'stowage images --help'", e.getMessage());
  }
}
