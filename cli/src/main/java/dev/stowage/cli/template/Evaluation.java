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

  // Not switches: those over types are linked at run time, which a short command would wait for.

  private Flow walk(Node node, Value dot) throws TemplateException {
    if (node instanceof Node.Text text) {
      out.append(text.text());
      return Flow.ON;
    }
    if (node instanceof Node.Print print) {
      Value value = evaluate(print.pipeline(), dot);
      if (print.pipeline().variables().isEmpty()) {
        value.print(out);
      }
      return Flow.ON;
    }
    if (node instanceof Node.Range range) {
      return range(range, dot);
    }
    if (node instanceof Node.Use use) {
      use(use, dot);
      return Flow.ON;
    }
    if (node instanceof Node.Break) {
      return Flow.BREAK;
    }
    if (node instanceof Node.Continue) {
      return Flow.CONTINUE;
    }
    int mark = bindings.size();
    Flow flow = Flow.ON;
    if (node instanceof Node.If condition) {
      Value value = evaluate(condition.condition(), dot);
      flow = walk(Functions.truth(value) ? condition.then() : condition.otherwise(), dot);
    } else if (node instanceof Node.With with) {
      Value value = evaluate(with.subject(), dot);
      flow = Functions.truth(value) ? walk(with.then(), value) : walk(with.otherwise(), dot);
    }
    unbind(mark);
    return flow;
  }

  private void use(Node.Use use, Value dot) throws TemplateException {
    uses++;
    if (uses > USE_LIMIT) {
      throw template.wrong(
          use.position(),
          "{{template " + GoText.quote(use.name()) + "}}",
          "exceeded maximum template depth (" + USE_LIMIT + ")");
    }
    List<Node> body = template.definition(use.name(), use.subject(), use.position());
    Value value =
        use.subject().isEmpty() ? new Value.Absent() : evaluate(use.subject().getFirst(), dot);
    List<Binding> outer = bindings;
    bindings = new ArrayList<>(List.of(new Binding("$", value)));
    walk(body, value);
    bindings = outer;
    uses--;
  }

  private Flow range(Node.Range range, Value dot) throws TemplateException {
    int mark = bindings.size();
    Node.Pipeline pipeline = range.subject();
    Value subject = value(pipeline, dot);
    List<Value> keys = new ArrayList<>();
    List<Value> values = new ArrayList<>();
    if (subject instanceof Value.Items items) {
      for (int i = 0; i < items.values().size(); i++) {
        keys.add(Value.of((long) i));
        values.add(items.values().get(i));
      }
    } else if (subject instanceof Value.Dict dict) {
      for (Map.Entry<String, Value> entry : dict.values().entrySet()) {
        keys.add(Value.of(entry.getKey()));
        values.add(entry.getValue());
      }
    } else if (subject instanceof Value.Whole whole) {
      for (long i = 0; i < whole.number(); i++) {
        keys.add(Value.of(i));
        values.add(Value.of(i));
      }
    } else if (!isNothing(subject)) {
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

  private static boolean isNothing(Value value) {
    return value instanceof Value.Absent
        || value instanceof Value.Nil
        || value instanceof Value.Unset;
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
      String what = notCallable(first);
      throw template.wrong(first.position(), first.toString(), what);
    }
    return value;
  }

  private static String notCallable(Node.Operand operand) {
    return switch (operand) {
      case Node.Operand.Fields(List<String> names, int _) ->
          names.getLast() + " is not a method but has arguments";
      case Node.Operand.Variable(String _, List<String> fields, int _) when !fields.isEmpty() ->
          fields.getLast() + " is not a method but has arguments";
      case Node.Operand.Chain(Node.Operand _, List<String> fields, int _) ->
          fields.getLast() + " is not a method but has arguments";
      default -> "can't give argument to non-function " + operand;
    };
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
    if (operand instanceof Node.Operand.Fields fields) {
      return field(dot, fields.names(), operand);
    }
    if (operand instanceof Node.Operand.Dot) {
      return dot;
    }
    if (operand instanceof Node.Operand.Literal literal) {
      return literal.value();
    }
    if (operand instanceof Node.Operand.Variable variable) {
      return field(binding(variable.name()).value, variable.fields(), operand);
    }
    if (operand instanceof Node.Operand.Group group) {
      return value(group.pipeline(), dot);
    }
    if (operand instanceof Node.Operand.Chain chain) {
      return field(argument(chain.of(), dot), chain.fields(), operand);
    }
    return argument(operand, dot);
  }

  private Value field(Value of, List<String> names, Node.Operand operand) throws TemplateException {
    Value value = of;
    for (String name : names) {
      value = field(value, name, operand);
    }
    return value;
  }

  private Value field(Value of, String name, Node.Operand operand) throws TemplateException {
    Value found = null;
    if (of instanceof Value.Struct struct) {
      found = member(struct, name);
    } else if (of instanceof Value.Dict dict) {
      Value value = dict.values().get(name);
      found = value == null ? new Value.Absent() : value;
    } else if (of instanceof Value.Absent) {
      found = of;
    } else if (of instanceof Value.Unset unset && unset.shape() == Value.Unset.Shape.MAP) {
      found = new Value.Absent();
    } else if (of instanceof Value.Moment moment) {
      found = Functions.moment(moment.instant(), name);
    } else if (of instanceof Value.Nil nil) {
      throw template.wrong(
          operand.position(),
          operand.toString(),
          "nil pointer evaluating " + nil.type() + "." + name);
    }
    if (found == null) {
      throw template.wrong(
          operand.position(),
          operand.toString(),
          "can't evaluate field " + name + " in type " + of.typeName());
    }
    return found.ready();
  }

  private static @Nullable Value member(Value.Struct struct, String name) {
    Value made = struct.methods().get(name);
    if (made != null) {
      return made;
    }
    for (Value.Field field : struct.fields()) {
      if (field.name().equals(name)) {
        return field.value();
      }
    }
    return null;
  }
}
