package dev.stowage.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Holds `docs/libimage.md` to the code: what the page names is there.
class LibimageTableTest {
  private static final Path TOP = Path.of("..");
  private static final String NOT_THERE = "not there: ";
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern METHOD = Pattern.compile("\\bvoid (\\w+)\\(");

  /// Where members are looked for, the nearest to users first.
  private static final List<String> PACKAGES =
      List.of(
          "dev.stowage.engine.",
          "dev.stowage.transfer.",
          "dev.stowage.model.",
          "dev.stowage.config.");

  /// How many rows each section has; whoever takes a row away has to say so here.
  private static final Map<String, Integer> SECTIONS =
      Map.of(
          "1", 21, "2", 15, "3", 30, "4", 6, "5", 19, "6", 24, "7", 41, "8", 75, "9", 39, "10", 12);

  /// What libimage has and Stowage has not.
  private static final Set<String> MISSING =
      Set.of(
          "Image.StorageImage",
          "EventTypeUnknown",
          "LookupReferenceFunc",
          "CopyOptions.SourceLookupReferenceFunc",
          "CopyOptions.DestinationLookupReferenceFunc",
          "CopyOptions.BlobInfoCacheDirPath",
          "CopyOptions.extendTimeoutSocket",
          "mount in a diff");

  private static final List<Row> ROWS = new ArrayList<>();
  private static final Set<String> TESTS = new TreeSet<>();

  /// A row.
  private record Row(String section, List<String> cells) {
    String name() {
      return cells.get(0).replace("`", "");
    }

    String java() {
      return cells.get(2);
    }

    boolean missing() {
      return java().startsWith(NOT_THERE);
    }
  }

  @BeforeAll
  static void read() throws IOException {
    String section = "";
    for (String line : Files.readAllLines(TOP.resolve("docs/libimage.md"))) {
      if (line.startsWith("## ")) {
        section = line.substring(3, line.indexOf('.'));
      } else if (line.startsWith("|") && !line.startsWith("| libimage |") && !isRule(line)) {
        List<String> cells = new ArrayList<>();
        for (String cell : line.substring(1, line.length() - 1).split("\\|", -1)) {
          cells.add(cell.strip());
        }
        ROWS.add(new Row(section, cells));
      }
    }
    try (Stream<Path> modules = Files.list(TOP)) {
      for (Path module : modules.toList()) {
        Path sources = module.resolve("src/test/java");
        if (Files.isDirectory(sources)) {
          readTests(sources);
        }
      }
    }
  }

  private static boolean isRule(String line) {
    return line.chars().allMatch(c -> "|- ".indexOf(c) >= 0);
  }

  private static void readTests(Path sources) throws IOException {
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        String name = String.valueOf(file.getFileName()).replace(".java", "");
        for (String test : testsIn(Files.readString(file))) {
          TESTS.add(name + "." + test);
        }
      }
    }
  }

  /// The names of the methods that JUnit runs, found without compiling: some need peers that are
  /// not installed everywhere, and lie in modules that this one does not see.
  private static List<String> testsIn(String source) {
    List<String> names = new ArrayList<>();
    for (String piece : source.split("(?=@(?:Parameterized)?Test\\b)", -1)) {
      Matcher matcher = METHOD.matcher(piece);
      if (piece.startsWith("@") && matcher.find()) {
        names.add(matcher.group(1));
      }
    }
    return names;
  }

  private static List<String> codes(String cell) {
    List<String> codes = new ArrayList<>();
    Matcher matcher = CODE.matcher(cell);
    while (matcher.find()) {
      codes.add(matcher.group(1));
    }
    return codes;
  }

  @Test
  void everySectionHasItsRowsAndNoneStandsTwice() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    Set<String> seen = new TreeSet<>();
    for (Row row : ROWS) {
      counts.merge(row.section(), 1, Integer::sum);
      assertTrue(seen.add(row.name()), "twice: " + row.name());
    }
    assertEquals(SECTIONS, counts);
    for (int rule = 1; rule <= 23; rule++) {
      assertTrue(seen.contains("R" + rule), "R" + rule);
    }
    for (int step = 1; step <= 8; step++) {
      assertTrue(seen.contains("step " + step), "step " + step);
    }
  }

  @Test
  void noCellIsEmpty() {
    for (Row row : ROWS) {
      assertEquals(5, row.cells().size(), row.toString());
      for (String cell : row.cells()) {
        assertFalse(cell.isEmpty(), row.toString());
      }
    }
  }

  @Test
  void everyMemberNamedIsThereForAllToUse() {
    List<String> wrong = new ArrayList<>();
    for (Row row : ROWS) {
      if (!row.missing()) {
        List<String> members = codes(row.java());
        if (members.isEmpty()) {
          wrong.add(row.name() + ": no member");
        }
        for (String member : members) {
          if (!isPublic(member)) {
            wrong.add(row.name() + ": " + member);
          }
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void everyTestNamedIsOne() {
    List<String> wrong = new ArrayList<>();
    for (Row row : ROWS) {
      List<String> tests = codes(row.cells().get(3));
      if (!row.missing() && tests.isEmpty()) {
        wrong.add(row.name() + ": no test");
      }
      for (String test : tests) {
        if (!TESTS.contains(test)) {
          wrong.add(row.name() + ": " + test);
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void whatIsNotThereIsKnownToBeMissing() {
    Set<String> missing = new TreeSet<>();
    for (Row row : ROWS) {
      if (row.missing()) {
        missing.add(row.name());
      }
    }
    assertEquals(new TreeSet<>(MISSING), missing);
  }

  @Test
  void whatIsNoneIsFoundOut() {
    assertTrue(isPublic("Image.names"));
    assertTrue(isPublic("CopyOptions.Packing.Others.REPLACED"));
    assertTrue(isPublic("Removal.Report.size"));
    assertFalse(isPublic("Image.record"), "not for all");
    assertFalse(isPublic("Removals.plan"), "the class is not for all");
    assertFalse(isPublic("Image.namse"));
    assertFalse(isPublic("Imag.names"));
    assertFalse(isPublic("Image"));
    assertEquals(
        List.of("one", "two"),
        testsIn(
            "@Test\n void one() {}\n private void no() {}\n"
                + "@ParameterizedTest\n @ValueSource(strings = {\"@x\"})\n void two(String a) {}"));
    assertTrue(TESTS.contains("LibimageTableTest.whatIsNoneIsFoundOut"));
    assertFalse(TESTS.contains("LibimageTableTest.isPublic"));
  }

  /// Whether a class that all may use has a member of this name that all may use.
  private static boolean isPublic(String member) {
    int dot = member.lastIndexOf('.');
    Optional<Class<?>> owner = dot < 0 ? Optional.empty() : find(member.substring(0, dot));
    if (owner.isEmpty()) {
      return false;
    }
    String name = member.substring(dot + 1);
    Stream<Member> members =
        Stream.concat(Stream.of(owner.get().getMethods()), Stream.of(owner.get().getFields()));
    return members.anyMatch(each -> each.getName().equals(name));
  }

  private static Optional<Class<?>> find(String name) {
    for (String where : PACKAGES) {
      Optional<Class<?>> found = load(where + name.replace('.', '$'));
      if (found.isPresent() && isPublic(found.get())) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static boolean isPublic(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    return Modifier.isPublic(type.getModifiers()) && (outer == null || isPublic(outer));
  }

  private static Optional<Class<?>> load(String name) {
    try {
      return Optional.of(Class.forName(name, false, LibimageTableTest.class.getClassLoader()));
    } catch (ClassNotFoundException e) {
      return Optional.empty();
    }
  }
}
