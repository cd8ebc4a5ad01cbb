package dev.stowage.cli.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Builds the tree of a template from its tokens.
final class TemplateParser {
  /// Nested actions and parentheses beyond this many would only exhaust the stack.
  private static final int DEPTH_LIMIT = 200;

  private final String name;
  private final String text;
  private final List<Token> tokens;
  private final Map<String, List<Node>> definitions = new HashMap<>();
  private final List<String> variables = new ArrayList<>(List.of("$"));
  private int at;
  private int ranges;
  private int depth;

  private TemplateParser(String name, String text) throws TemplateException {
    this.name = name;
    this.text = text;
    this.tokens = Lexer.tokens(name, text);
  }

  static Template parse(String name, String text) throws TemplateException {
    TemplateParser parser = new TemplateParser(name, text);
    List<Node> nodes = new ArrayList<>();
    String stop = parser.list(nodes);
    if (!stop.isEmpty()) {
      parser.close(stop);
      throw parser.wrong("unexpected {{" + stop + "}}");
    }
    return new Template(name, text, nodes, parser.definitions);
  }

  /// Reads nodes up to an `end` or `else`, which is left for the caller to look at.
  ///
  /// @return the keyword that ended the list; empty at the end of the text
  private String list(List<Node> into) throws TemplateException {
    while (true) {
      Token token = tokens.get(at);
      if (token.is(Token.Kind.END)) {
        return "";
      }
      at++;
      if (token.is(Token.Kind.TEXT)) {
        into.add(new Node.Text(token.text()));
        continue;
      }
      Token first = skipSpace();
      if (first.isKeyword("end") || first.isKeyword("else")) {
        at++;
        return first.text();
      }
      action(first, into);
    }
  }

  private void action(Token first, List<Node> into) throws TemplateException {
    if (first.is(Token.Kind.KEYWORD)) {
      at++;
      switch (first.text()) {
        case "if", "with", "range" -> into.add(control(first.text()));
        case "break", "continue" -> {
          if (ranges == 0) {
            throw wrong("{{" + first.text() + "}} outside {{range}}");
          }
          close("{{" + first.text() + "}}");
          into.add(first.text().equals("break") ? new Node.Break() : new Node.Continue());
        }
        case "template" -> into.add(use());
        case "define" -> define();
        case "block" -> into.add(block());
        default -> throw wrong("unexpected " + first + " in command");
      }
      return;
    }
    into.add(new Node.Print(pipeline("command", Token.Kind.CLOSE)));
  }

  private Node control(String keyword) throws TemplateException {
    enter();
    int declared = variables.size();
    Node.Pipeline pipeline = pipeline(keyword, Token.Kind.CLOSE);
    List<Node> then = new ArrayList<>();
    List<Node> otherwise = new ArrayList<>();
    ranges += keyword.equals("range") ? 1 : 0;
    String stop = list(then);
    ranges -= keyword.equals("range") ? 1 : 0;
    if (stop.equals("else")) {
      Token next = skipSpace();
      if (next.is(Token.Kind.KEYWORD) && next.text().equals(keyword) && !keyword.equals("range")) {
        at++;
        otherwise.add(control(keyword));
        variables.subList(declared, variables.size()).clear();
        leave();
        return made(keyword, pipeline, then, otherwise);
      }
      close("else");
      stop = list(otherwise);
      if (stop.equals("else")) {
        throw wrong("expected end; found {{else}}");
      }
    }
    if (stop.isEmpty()) {
      throw wrong("unexpected EOF");
    }
    close("end");
    variables.subList(declared, variables.size()).clear();
    leave();
    return made(keyword, pipeline, then, otherwise);
  }

  private static Node made(
      String keyword, Node.Pipeline pipeline, List<Node> then, List<Node> otherwise) {
    return switch (keyword) {
      case "if" -> new Node.If(pipeline, then, otherwise);
      case "with" -> new Node.With(pipeline, then, otherwise);
      default -> new Node.Range(pipeline, then, otherwise);
    };
  }

  private Node use() throws TemplateException {
    int position = skipSpace().position();
    String wanted = templateName("template clause");
    List<Node.Pipeline> subject = new ArrayList<>();
    if (skipSpace().is(Token.Kind.CLOSE)) {
      at++;
    } else {
      subject.add(pipeline("template clause", Token.Kind.CLOSE));
    }
    return new Node.Use(wanted, subject, position);
  }

  private void define() throws TemplateException {
    String defined = templateName("define clause");
    close("define clause");
    definitions.put(defined, definition());
  }

  private Node block() throws TemplateException {
    int position = skipSpace().position();
    String defined = templateName("block clause");
    Node.Pipeline subject = pipeline("block clause", Token.Kind.CLOSE);
    definitions.put(defined, definition());
    return new Node.Use(defined, List.of(subject), position);
  }

  private List<Node> definition() throws TemplateException {
    enter();
    List<String> outer = new ArrayList<>(variables);
    variables.subList(1, variables.size()).clear();
    List<Node> body = new ArrayList<>();
    String stop = list(body);
    if (!stop.equals("end")) {
      throw wrong(stop.isEmpty() ? "unexpected EOF" : "unexpected {{else}} in define clause");
    }
    close("end");
    variables.clear();
    variables.addAll(outer);
    leave();
    return body;
  }

  private String templateName(String context) throws TemplateException {
    Token token = skipSpace();
    at++;
    return switch (token.kind()) {
      case STRING -> unquote(token);
      case RAW_STRING -> token.text().substring(1, token.text().length() - 1);
      default -> throw unexpected(token, context);
    };
  }

  private Node.Pipeline pipeline(String context, Token.Kind end) throws TemplateException {
    enter();
    int position = skipSpace().position();
    List<String> kept = new ArrayList<>();
    Node.Keeping keeping = declarations(kept, context);
    List<Node.Invocation> steps = new ArrayList<>();
    while (true) {
      Token token = skipSpace();
      if (token.is(end)) {
        at++;
        if (steps.isEmpty()) {
          throw wrong("missing value for " + context);
        }
        checkSteps(steps);
        leave();
        return new Node.Pipeline(kept, keeping, steps, position);
      }
      switch (token.kind()) {
        case TRUTH,
            CHARACTER,
            DOT,
            FIELD,
            NAME,
            NUMBER,
            NIL,
            RAW_STRING,
            STRING,
            VARIABLE,
            LEFT_PARENTHESIS ->
            steps.add(invocation());
        default -> throw unexpected(token, context);
      }
    }
  }

  /// Only a function or a field can take the value that the step before hands on.
  private void checkSteps(List<Node.Invocation> steps) throws TemplateException {
    for (int i = 1; i < steps.size(); i++) {
      Node.Operand first = steps.get(i).operands().getFirst();
      if (first instanceof Node.Operand.Literal || first instanceof Node.Operand.Dot) {
        throw wrong("non executable command in pipeline stage " + (i + 1));
      }
    }
  }

  private Node.Keeping declarations(List<String> kept, String context) throws TemplateException {
    int start = at;
    while (skipSpace().is(Token.Kind.VARIABLE)) {
      Token variable = tokens.get(at++);
      Token next = skipSpace();
      if (next.is(Token.Kind.DECLARE) || next.is(Token.Kind.ASSIGN)) {
        at++;
        kept.add(variable.text());
        if (next.is(Token.Kind.DECLARE)) {
          variables.addAll(kept);
          return Node.Keeping.DECLARES;
        }
        for (String known : kept) {
          know(known);
        }
        return Node.Keeping.ASSIGNS;
      }
      if (!next.is(Token.Kind.COMMA)) {
        break;
      }
      at++;
      kept.add(variable.text());
      if (!context.equals("range") || kept.size() > 1) {
        throw wrong("too many declarations in " + context);
      }
    }
    kept.clear();
    at = start;
    return Node.Keeping.DECLARES;
  }

  private Node.Invocation invocation() throws TemplateException {
    int position = skipSpace().position();
    List<Node.Operand> operands = new ArrayList<>();
    while (true) {
      skipSpace();
      operands.add(operand());
      Token token = tokens.get(at);
      switch (token.kind()) {
        case SPACE -> {
          Token next = skipSpace();
          switch (next.kind()) {
            case CLOSE, RIGHT_PARENTHESIS -> {
              return new Node.Invocation(operands, position);
            }
            case PIPE -> {
              at++;
              return new Node.Invocation(operands, position);
            }
            case TRUTH,
                CHARACTER,
                DOT,
                FIELD,
                NAME,
                NUMBER,
                NIL,
                RAW_STRING,
                STRING,
                VARIABLE,
                LEFT_PARENTHESIS -> {}
            default -> throw unexpected(next, "operand");
          }
        }
        case CLOSE, RIGHT_PARENTHESIS -> {
          return new Node.Invocation(operands, position);
        }
        case PIPE -> {
          at++;
          return new Node.Invocation(operands, position);
        }
        default -> throw unexpected(token, "operand");
      }
    }
  }

  private Node.Operand operand() throws TemplateException {
    Token token = tokens.get(at++);
    Node.Operand operand =
        switch (token.kind()) {
          case NAME -> {
            if (!Functions.exists(token.text())) {
              throw wrong("function " + GoText.quote(token.text()) + " not defined");
            }
            yield new Node.Operand.Function(token.text(), token.position());
          }
          case DOT -> new Node.Operand.Dot(token.position());
          case NIL ->
              new Node.Operand.Literal(new Value.Nil("untyped nil"), "nil", token.position());
          case TRUTH -> literal(token, Value.of(token.text().equals("true")));
          case NUMBER -> literal(token, number(token));
          case CHARACTER -> literal(token, Value.of((long) unquote(token).codePointAt(0)));
          case STRING -> literal(token, Value.of(unquote(token)));
          case RAW_STRING ->
              literal(token, Value.of(token.text().substring(1, token.text().length() - 1)));
          case FIELD -> {
            List<String> names = new ArrayList<>(List.of(token.text().substring(1)));
            yield new Node.Operand.Fields(names, fields(names, token));
          }
          case VARIABLE -> {
            know(token.text());
            List<String> names = new ArrayList<>();
            int position = fields(names, token);
            yield new Node.Operand.Variable(token.text(), names, position);
          }
          case LEFT_PARENTHESIS ->
              new Node.Operand.Group(
                  pipeline("parenthesized pipeline", Token.Kind.RIGHT_PARENTHESIS),
                  token.position());
          default -> throw unexpected(token, "operand");
        };
    Token next = tokens.get(at);
    if (!next.is(Token.Kind.FIELD)) {
      return operand;
    }
    if (operand instanceof Node.Operand.Literal || operand instanceof Node.Operand.Dot) {
      throw wrong("unexpected . after term " + GoText.quote(operand.toString()));
    }
    List<String> names = new ArrayList<>();
    return new Node.Operand.Chain(operand, names, fields(names, next));
  }

  private static Node.Operand literal(Token token, Value value) {
    return new Node.Operand.Literal(value, token.text(), token.position());
  }

  /// Reads the fields that follow a term.
  ///
  /// @return where messages place them: at the first that follows, else at the term
  private int fields(List<String> names, Token term) {
    Token next = tokens.get(at);
    int position = next.is(Token.Kind.FIELD) ? next.position() : term.position();
    while (tokens.get(at).is(Token.Kind.FIELD)) {
      names.add(tokens.get(at++).text().substring(1));
    }
    return position;
  }

  private Value number(Token token) throws TemplateException {
    String digits = token.text().replace("_", "");
    try {
      boolean negative = digits.startsWith("-");
      String bare = digits.startsWith("-") || digits.startsWith("+") ? digits.substring(1) : digits;
      int base = base(bare);
      if (base != 10) {
        int prefix = Character.isDigit(bare.charAt(1)) ? 1 : 2;
        long size = Long.parseLong(bare.substring(prefix), base);
        return Value.of(negative ? -size : size);
      }
      boolean whole = digits.indexOf('.') < 0 && digits.indexOf('e') < 0 && digits.indexOf('E') < 0;
      return whole ? Value.of(Long.parseLong(digits)) : new Value.Real(Double.parseDouble(digits));
    } catch (NumberFormatException e) {
      throw wrong("bad number syntax: " + GoText.quote(token.text()));
    }
  }

  private static int base(String digits) {
    if (digits.length() < 2 || digits.charAt(0) != '0') {
      return 10;
    }
    return switch (digits.charAt(1)) {
      case 'x', 'X' -> 16;
      case 'b', 'B' -> 2;
      case 'o', 'O', '0', '1', '2', '3', '4', '5', '6', '7' -> digits.indexOf('.') < 0 ? 8 : 10;
      default -> 10;
    };
  }

  private String unquote(Token token) throws TemplateException {
    String quoted = token.text();
    StringBuilder out = new StringBuilder();
    int i = 1;
    while (i < quoted.length() - 1) {
      char c = quoted.charAt(i);
      if (c == '\\') {
        i = escape(quoted, i + 1, out);
      } else {
        out.append(c);
        i++;
      }
    }
    if (token.is(Token.Kind.CHARACTER) && out.codePointCount(0, out.length()) != 1) {
      throw wrong("malformed character constant: " + quoted);
    }
    return out.toString();
  }

  /// @return the position after the escape
  private int escape(String quoted, int at, StringBuilder out) throws TemplateException {
    int width = 0;
    switch (quoted.charAt(at)) {
      case 'n' -> out.append('\n');
      case 't' -> out.append('\t');
      case 'r' -> out.append('\r');
      case 'a' -> out.append((char) 7);
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'v' -> out.append((char) 11);
      case '\\', '"', '\'' -> out.append(quoted.charAt(at));
      case 'x' -> width = 2;
      case 'u' -> width = 4;
      case 'U' -> width = 8;
      default -> throw wrong("invalid syntax");
    }
    int end = at + 1 + width;
    if (width > 0) {
      if (end >= quoted.length()) {
        throw wrong("invalid syntax");
      }
      try {
        out.appendCodePoint(Integer.parseInt(quoted.substring(at + 1, end), 16));
      } catch (IllegalArgumentException e) {
        throw wrong("invalid syntax");
      }
    }
    return end;
  }

  private void know(String variable) throws TemplateException {
    if (!variables.contains(variable)) {
      throw wrong("undefined variable " + GoText.quote(variable));
    }
  }

  private Token skipSpace() {
    while (tokens.get(at).is(Token.Kind.SPACE)) {
      at++;
    }
    return tokens.get(at);
  }

  private void close(String context) throws TemplateException {
    Token token = skipSpace();
    if (!token.is(Token.Kind.CLOSE)) {
      throw unexpected(token, context);
    }
    at++;
  }

  private void enter() throws TemplateException {
    depth++;
    if (depth > DEPTH_LIMIT) {
      throw wrong("actions are nested more than " + DEPTH_LIMIT + " deep");
    }
  }

  private void leave() {
    depth--;
  }

  private TemplateException unexpected(Token token, String context) {
    return wrong("unexpected " + token + " in " + context);
  }

  private TemplateException wrong(String message) {
    int position = tokens.get(Math.min(Math.max(at - 1, 0), tokens.size() - 1)).position();
    return new TemplateException(
        "template: " + name + ":" + Template.line(text, position) + ": " + message);
  }
}
