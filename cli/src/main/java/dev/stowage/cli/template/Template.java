package dev.stowage.cli.template;

import java.util.List;
import java.util.Map;

/// A template in the language of Go's text/template, with the functions that Podman adds to it.
///
/// @see <a href="https://pkg.go.dev/text/template">text/template</a>
public final class Template {
  private final String name;
  private final String text;
  private final List<Node> nodes;
  private final Map<String, List<Node>> definitions;

  Template(String name, String text, List<Node> nodes, Map<String, List<Node>> definitions) {
    this.name = name;
    this.text = text;
    this.nodes = nodes;
    this.definitions = definitions;
  }

  /// Reads a template.
  ///
  /// @param name what messages call it
  public static Template parse(String name, String text) throws TemplateException {
    return TemplateParser.parse(name, text);
  }

  /// Fills the template in.
  public String execute(Value value) throws TemplateException {
    StringBuilder out = new StringBuilder();
    new Evaluation(this, out).run(nodes, value);
    return out.toString();
  }

  String name() {
    return name;
  }

  List<Node> definition(String wanted, List<Node.Pipeline> subject, int position)
      throws TemplateException {
    List<Node> found = definitions.get(wanted);
    if (found == null) {
      throw wrong(
          position,
          "{{template "
              + GoText.quote(wanted)
              + (subject.isEmpty() ? "" : " " + subject.getFirst())
              + "}}",
          "template " + GoText.quote(wanted) + " not defined");
    }
    return found;
  }

  /// The complaint that something in the template cannot be evaluated.
  ///
  /// @param position where it stands
  /// @param part its text
  TemplateException wrong(int position, String part, String message) {
    int newline = text.lastIndexOf('\n', position - 1);
    int column = GoText.bytes(text.substring(newline + 1, position));

    return new TemplateException(
        "template: "
            + name
            + ":"
            + line(text, position)
            + ":"
            + (newline < 0 ? column : column + 1)
            + ": executing "
            + GoText.quote(name)
            + " at <"
            + part
            + ">: "
            + message);
  }

  /// The line of a position, counted from 1.
  static int line(String text, int position) {
    int line = 1;
    for (int i = 0; i < position; i++) {
      if (text.charAt(i) == '\n') {
        line++;
      }
    }
    return line;
  }
}
