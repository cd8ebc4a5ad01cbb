package dev.stowage.cli.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.cli.output.Formatter;
import dev.stowage.cli.template.Value.Field;
import dev.stowage.model.Bytes;
import dev.stowage.model.Json;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class TemplateTest {

  /// What podman 4.3.1 answered to `podman version --format`, template by template.
  @TestFactory
  List<DynamicTest> aTemplateGivesWhatPodmanGives() throws Exception {
    List<DynamicTest> tests = new ArrayList<>();
    try (InputStream in = TemplateTest.class.getResourceAsStream("podman-4.3.json")) {
      Json.Arr cases = (Json.Arr) Json.parse(Bytes.owning(in.readAllBytes()));
      for (Json pair : cases.items()) {
        List<Json> both = ((Json.Arr) pair).items();
        String template = ((Json.Str) both.get(0)).value();
        String expected = ((Json.Str) both.get(1)).value();
        tests.add(
            DynamicTest.dynamicTest(
                template, () -> assertEquals(expected, podmanVersion(template))));
      }
    }
    return tests;
  }

  private static String podmanVersion(String format) {
    Value client =
        new Value.Struct(
            "*define.Version",
            List.of(
                new Field("APIVersion", Value.of("4.3.1")),
                new Field("Version", Value.of("4.3.1")),
                new Field("GoVersion", Value.of("go1.19.8")),
                new Field("GitCommit", Value.of("")),
                new Field("BuiltTime", Value.of("Thu Jan  1 00:00:00 1970")),
                new Field("Built", Value.of(0)),
                new Field("OsArch", Value.of("linux/amd64")),
                new Field("Os", Value.of("linux"))));
    Value versions =
        new Value.Struct(
            "*entities.SystemVersionReport",
            List.of(
                new Field("Client", client),
                new Field("Server", new Value.Nil("*define.Version"))));
    try {
      return fill(format, versions);
    } catch (TemplateException e) {
      try {
        return fill(format.replace(".Server.", "."), client);
      } catch (TemplateException second) {
        return String.valueOf(second.getMessage());
      }
    }
  }

  private static String fill(String format, Value value) throws TemplateException {
    return Formatter.fill("version", format, Formatter.Subject.ONE, value, Map.of());
  }

  @Test
  void mapsAndSlicesPrintAsGoPrintsThem() throws Exception {
    Value value =
        new Value.Struct(
            "t",
            List.of(
                new Field("Map", Value.ofTexts(Map.of("b", "2", "a", "1"))),
                new Field("List", Value.ofTexts(List.of("x", "y"))),
                new Field("Time", Value.of(Instant.parse("2024-02-29T03:04:05.120Z"))),
                new Field("None", Value.ofTexts(List.of()))));
    assertEquals(
        "map[a:1 b:2]|[x y]|2024-02-29 03:04:05.12 +0000 UTC|[]|1||<no value>",
        Template.parse(
                "t",
                "{{.Map}}|{{.List}}|{{.Time}}|{{.None}}|{{.Map.a}}|{{index .Map \"z\"}}|{{.Map.z}}")
            .execute(value));
    assertEquals(
        "{\"Map\":{\"a\":\"1\",\"b\":\"2\"},\"List\":[\"x\",\"y\"],\"Time\":\"2024-02-29T03:04:05.12Z\",\"None\":[]}",
        Template.parse("t", "{{json .}}").execute(value));
    assertEquals(
        "a=1 b=2 ",
        Template.parse("t", "{{range $k, $v := .Map}}{{$k}}={{$v}} {{end}}").execute(value));
    assertEquals(
        "1709175845 2024", Template.parse("t", "{{.Time.Unix}} {{.Time.Year}}").execute(value));
  }

  @Test
  void aTemplateThatUsesItselfIsStopped() throws Exception {
    Template endless =
        Template.parse("t", "{{define \"x\"}}{{template \"x\"}}{{end}}{{template \"x\"}}");
    assertThrows(TemplateException.class, () -> endless.execute(new Value.Absent()));
  }

  @Test
  void deepNestingIsRefused() {
    assertThrows(
        TemplateException.class,
        () -> Template.parse("t", "{{" + "(".repeat(100_000) + "1" + ")".repeat(100_000) + "}}"));
    assertThrows(
        TemplateException.class,
        () -> Template.parse("t", "{{if 1}}".repeat(100_000) + "{{end}}".repeat(100_000)));
  }

  @Test
  void anIntegerCanBeWalkedOver() throws Exception {
    assertEquals("012", Template.parse("t", "{{range 3}}{{.}}{{end}}").execute(new Value.Absent()));
  }
}
