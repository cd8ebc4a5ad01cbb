package dev.stowage.cli.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One filling-in of a template.
final class Evaluation {
  /// A template that uses itself must not exhaust the stack.
  private static final int USE_LIMIT = 500;

  private enum Flow {
    ON,
    BREAK,
    CONTINUE
  }

  /// A variable and what it holds now.
  private static final class Binding {
    private final String name;
    private Value value;

    Binding(String name, Value value) {
      this.name = name;
      this.value = value;
    }
  }

  private final Template template;
  private final StringBuilder out;
  private List<Binding> bindings = new ArrayList<>();
  private int uses;

  Evaluation(Template template, StringBuilder out) {
    this.template = template;
    this.out = out;
  }

  void run(List<Node> nodes, Value value) throws TemplateException {
    bindings.add(new Binding("$", value));
    walk(nodes, value);
  }

  private Flow walk(List<Node> nodes, Value dot) throws TemplateException {
    for (Node node : nodes) {
      Flow flow = walk(node, dot);
      if (flow != Flow.ON) {
        return flow;
      }
    }
    return Flow.ON;
  }

  private Flow walk(Node node, Value dot) throws TemplateException {
    switch (node) {
      case Node.Text(String text) -> out.append(text);
      case Node.Print(Node.Pipeline pipeline) -> {
        Value value = evaluate(pipeline, dot);
        if (pipeline.variables().isEmpty()) {
          out.append(GoText.print(value));
        }
      }
      case Node.If(Node.Pipeline condition, List<Node> then, List<Node> otherwise) -> {
        int mark = bindings.size();
        Value value = evaluate(condition, dot);
        Flow flow = walk(Functions.truth(value) ? then : otherwise, dot);
        unbind(mark);
        return flow;
      }
      case Node.With(Node.Pipeline subject, List<Node> then, List<Node> otherwise) -> {
        int mark = bindings.size();
        Value value = evaluate(subject, dot);
        Flow flow = Functions.truth(value) ? walk(then, value) : walk(otherwise, dot);
        unbind(mark);
        return flow;
      }
      case Node.Range range -> {
        return range(range, dot);
      }
      case Node.Break() -> {
        return Flow.BREAK;
      }
      case Node.Continue() -> {
        return Flow.CONTINUE;
      }
      case Node.Use(String name, List<Node.Pipeline> subject, int position) -> {
        uses++;
        if (uses > USE_LIMIT) {
          throw template.wrong(
              position,
              "{{template " + GoText.quote(name) + "}}",
              "exceeded maximum template depth (" + USE_LIMIT + ")");
        }
        List<Node> body = template.definition(name, subject, position);
        Value value = subject.isEmpty() ? new Value.Absent() : evaluate(subject.getFirst(), dot);
        List<Binding> outer = bindings;
        bindings = new ArrayList<>(List.of(new Binding("$", value)));
        walk(body, value);
        bindings = outer;
        uses--;
      }
    }
    return Flow.ON;
  }

  private Flow range(Node.Range range, Value dot) throws TemplateException {
    int mark = bindings.size();
    Node.Pipeline pipeline = range.subject();
    Value subject = value(pipeline, dot);
    List<Value> keys = new ArrayList<>();
    List<Value> values = new ArrayList<>();
    switch (subject) {
      case Value.Items(List<Value> items) -> {
        for (int i = 0; i < items.size(); i++) {
          keys.add(Value.of((long) i));
          values.add(items.get(i));
        }
      }
      case Value.Dict(Map<String, Value> entries, Value _) ->
          entries.forEach(
              (key, value) -> {
                keys.add(Value.of(key));
                values.add(value);
              });
      case Value.Whole(long number) -> {
        for (long i = 0; i < number; i++) {
          keys.add(Value.of(i));
          values.add(Value.of(i));
        }
      }
      case Value.Absent _, Value.Nil _, Value.Unset _ -> {}
      default ->
          throw template.wrong(
              pipeline.position(),
              pipeline.toString(),
              "range can't iterate over " + GoText.print(subject));
    }
    Flow flow = Flow.ON;
    for (int i = 0; i < values.size() && flow != Flow.BREAK; i++) {
      int inner = bindings.size();
      List<String> variables = pipeline.variables();
      if (!variables.isEmpty()) {
        keep(pipeline, variables.getLast(), values.get(i));
      }
      if (variables.size() > 1) {
        keep(pipeline, variables.getFirst(), keys.get(i));
      }
      flow = walk(range.body(), values.get(i));
      unbind(inner);
    }
    if (values.isEmpty()) {
      return walk(range.otherwise(), dot);
    }
    unbind(mark);
    return Flow.ON;
  }

  private void unbind(int mark) {
    bindings.subList(mark, bindings.size()).clear();
  }

  private Value evaluate(Node.Pipeline pipeline, Value dot) throws TemplateException {
    Value value = value(pipeline, dot);
    for (String variable : pipeline.variables()) {
      keep(pipeline, variable, value);
    }
    return value;
  }

  private void keep(Node.Pipeline pipeline, String variable, Value value) {
    if (pipeline.keeping() == Node.Keeping.DECLARES) {
      bindings.add(new Binding(variable, value));
      return;
    }
    binding(variable).value = value;
  }

  private Binding binding(String variable) {
    for (int i = bindings.size() - 1; i >= 0; i--) {
      if (bindings.get(i).name.equals(variable)) {
        return bindings.get(i);
      }
    }
    throw new IllegalStateException("the parser let " + variable + " through");
  }

  private Value value(Node.Pipeline pipeline, Value dot) throws TemplateException {
    Value value = null;
    for (Node.Invocation step : pipeline.steps()) {
      value = value(step, dot, value);
    }
    return value == null ? new Value.Absent() : value;
  }

  private Value value(Node.Invocation step, Value dot, @Nullable Value last)
      throws TemplateException {
    Node.Operand first = step.operands().getFirst();
    List<Node.Operand> rest = step.operands().subList(1, step.operands().size());
    if (first instanceof Node.Operand.Function function) {
      return call(function, step, rest, dot, last);
    }
    if (first instanceof Node.Operand.Literal(Value.Nil _, String text, int position)) {
      throw template.wrong(position, text, "nil is not a command");
    }
    Value value = value(first, dot);
    if (!rest.isEmpty() || last != null) {
      String what =
          switch (first) {
            case Node.Operand.Fields(List<String> names, int _) ->
                names.getLast() + " is not a method but has arguments";
            case Node.Operand.Variable(String name, List<String> fields, int _)
                when !fields.isEmpty() ->
                fields.getLast() + " is not a method but has arguments";
            case Node.Operand.Chain(Node.Operand _, List<String> fields, int _) ->
                fields.getLast() + " is not a method but has arguments";
            default -> "can't give argument to non-function " + first;
          };
      throw template.wrong(first.position(), first.toString(), what);
    }
    return value;
  }

  private Value call(
      Node.Operand.Function function,
      Node.Invocation step,
      List<Node.Operand> rest,
      Value dot,
      @Nullable Value last)
      throws TemplateException {
    String name = function.name();
    if (name.equals("and") || name.equals("or")) {
      Value value = null;
      for (Node.Operand operand : rest) {
        value = argument(operand, dot);
        if (Functions.truth(value) == name.equals("or")) {
          return value;
        }
      }
      if (last != null) {
        return last;
      }
      if (value == null) {
        throw template.wrong(
            step.position(),
            step.toString(),
            "wrong number of args for " + name + ": want at least 1 got 0");
      }
      return value;
    }
    List<Value> arguments = new ArrayList<>();
    for (Node.Operand operand : rest) {
      arguments.add(argument(operand, dot));
    }
    if (last != null) {
      arguments.add(last);
    }
    try {
      return Functions.call(name, arguments);
    } catch (Functions.BadArgument e) {
      if (e.index() >= rest.size()) {
        throw template.wrong(function.position(), name, e.wrongType());
      }
      Node.Operand operand = rest.get(e.index());
      throw template.wrong(
          operand.position(),
          operand.toString(),
          operand instanceof Node.Operand.Literal literal
              ? e.wrongLiteral(literal.text())
              : e.wrongType());
    } catch (Functions.BadCall e) {
      String message =
          e.inside() == Functions.Inside.YES
              ? "error calling " + name + ": " + e.reason()
              : e.reason();
      throw template.wrong(
          function.position(),
          e.inside() == Functions.Inside.YES ? step.toString() : name,
          message);
    }
  }

  private Value argument(Node.Operand operand, Value dot) throws TemplateException {
    if (operand instanceof Node.Operand.Function function) {
      return call(
          function,
          new Node.Invocation(List.of(function), function.position()),
          List.of(),
          dot,
          null);
    }
    return value(operand, dot);
  }

  private Value value(Node.Operand operand, Value dot) throws TemplateException {
    return switch (operand) {
      case Node.Operand.Dot _ -> dot;
      case Node.Operand.Literal literal -> literal.value();
      case Node.Operand.Fields fields -> field(dot, fields.names(), operand);
      case Node.Operand.Variable variable ->
          field(binding(variable.name()).value, variable.fields(), operand);
      case Node.Operand.Group group -> value(group.pipeline(), dot);
      case Node.Operand.Chain chain -> field(argument(chain.of(), dot), chain.fields(), operand);
      case Node.Operand.Function _ -> argument(operand, dot);
    };
  }

  private Value field(Value of, List<String> names, Node.Operand operand) throws TemplateException {
    Value value = of;
    for (String name : names) {
      value = field(value, name, operand);
    }
    return value;
  }

  private Value field(Value of, String name, Node.Operand operand) throws TemplateException {
    switch (of) {
      case Value.Struct(String _, List<Value.Field> fields, Map<String, Value> methods) -> {
        Value made = methods.get(name);
        if (made != null) {
          return made;
        }
        for (Value.Field field : fields) {
          if (field.name().equals(name)) {
            return field.value();
          }
        }
      }
      case Value.Dict(Map<String, Value> entries, Value _) -> {
        Value value = entries.get(name);
        return value == null ? new Value.Absent() : value;
      }
      case Value.Unset(Value.Unset.Shape shape) when shape == Value.Unset.Shape.MAP -> {
        return new Value.Absent();
      }
      case Value.Absent absent -> {
        return absent;
      }
      case Value.Moment moment -> {
        Value made = Functions.moment(moment.instant(), name);
        if (made != null) {
          return made;
        }
      }
      case Value.Nil(String type) ->
          throw template.wrong(
              operand.position(),
              operand.toString(),
              "nil pointer evaluating " + type + "." + name);
      default -> {}
    }
    throw template.wrong(
        operand.position(),
        operand.toString(),
        "can't evaluate field " + name + " in type " + of.typeName());
  }
}
