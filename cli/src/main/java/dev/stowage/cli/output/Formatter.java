package dev.stowage.cli.output;

import dev.stowage.cli.template.Template;
import dev.stowage.cli.template.TemplateException;
import dev.stowage.cli.template.Value;
import java.util.List;
import java.util.Map;

/// Fills in a `--format` as Podman does: `json`, `table …` with column heads, or a plain template.
public final class Formatter {

  /// What a format is filled in with.
  public enum Subject {
    /// A list; a template without a `range` of its own is filled in for each.
    LIST,
    /// One value.
    ONE
  }

  private static final String TABLE = "table ";

  private Formatter() {}

  /// Whether a format asks for JSON. `{{json .}}` is a template like any other, filled in for each.
  public static boolean isJson(String format) {
    String bare = format.strip();
    if (bare.startsWith("{{") && bare.endsWith("}}")) {
      String inside = bare.substring(2, Math.max(2, bare.length() - 2)).strip();
      return inside.equals("json") || inside.equals("json.");
    }
    return bare.equals("json");
  }

  /// Whether a format asks for columns with heads.
  public static boolean isTable(String format) {
    return format.startsWith(TABLE);
  }

  /// Fills a user's format in.
  ///
  /// @param name what messages call the template
  /// @param heads the heads of the columns by field, for `table`; empty for none
  public static String fill(
      String name, String format, Subject subject, Value value, Map<String, String> heads)
      throws TemplateException {
    Template template = parse(name, format, subject);
    if (!isTable(format)) {
      return template.execute(value);
    }
    String head =
        heads.isEmpty() ? "" : template.execute(new Value.Items(List.of(Value.ofTexts(heads))));
    return Columns.align(head + template.execute(value));
  }

  private static Template parse(String name, String format, Subject subject)
      throws TemplateException {
    // Escapes written for the shell are read first; where that breaks the template, it is taken as
    // it stands.
    String bare = isTable(format) ? format.substring(TABLE.length()) : format;
    try {
      return Template.parse(name, ranged(normalized(format), format, subject));
    } catch (TemplateException e) {
      return Template.parse(name, ranged(bare, format, subject));
    }
  }

  private static String ranged(String text, String format, Subject subject) {
    if (isTable(format) || (subject == Subject.LIST && !hasRange(text))) {
      return "{{range .}}" + text + "{{end -}}";
    }
    return text;
  }

  private static String normalized(String format) {
    String text =
        isTable(format)
            ? format.replace(TABLE, "").replace("\\t", "\t").replace(" ", "\t").replace("\\n", "\n")
            : format.replace("\\t", "\t").replace("\\n", "\n");
    return text.endsWith("\n") ? text : text + "\n";
  }

  /// Whether a template walks over the list itself.
  private static boolean hasRange(String text) {
    for (int open = text.indexOf("{{"); open >= 0; open = text.indexOf("{{", open + 2)) {
      int close = text.indexOf("}}", open);
      if (close < 0) {
        return false;
      }
      String inside = text.substring(open + 2, close).strip();
      if (inside.startsWith("range") && inside.substring(5).strip().equals(".")) {
        return hasEnd(text, close);
      }
    }
    return false;
  }

  private static boolean hasEnd(String text, int from) {
    for (int open = text.indexOf("{{", from); open >= 0; open = text.indexOf("{{", open + 2)) {
      int close = text.indexOf("}}", open);
      if (close < 0) {
        return false;
      }
      String inside = text.substring(open + 2, close).strip();
      if (inside.equals("end")
          || (inside.startsWith("end") && inside.substring(3).strip().equals("-"))) {
        return true;
      }
    }
    return false;
  }
}
