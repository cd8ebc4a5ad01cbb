package dev.stowage.cli.template;

import java.util.List;

/// A part of a parsed template.
sealed interface Node {

  /// Text that is printed as it is.
  record Text(String text) implements Node {}

  /// A pipeline whose value is printed.
  record Print(Pipeline pipeline) implements Node {}

  record If(Pipeline condition, List<Node> then, List<Node> otherwise) implements Node {}

  record With(Pipeline subject, List<Node> then, List<Node> otherwise) implements Node {}

  record Range(Pipeline subject, List<Node> body, List<Node> otherwise) implements Node {}

  record Break() implements Node {}

  record Continue() implements Node {}

  /// The use of another template by name.
  ///
  /// @param subject empty where the template gets no value
  record Use(String name, List<Pipeline> subject, int position) implements Node {}

  /// Commands, each of which hands its value to the next as last argument, perhaps kept in
  /// variables.
  record Pipeline(List<String> variables, Keeping keeping, List<Invocation> steps, int position) {
    @Override
    public String toString() {
      StringBuilder out = new StringBuilder();
      if (!variables.isEmpty()) {
        out.append(String.join(", ", variables));
        out.append(keeping == Keeping.ASSIGNS ? " = " : " := ");
      }
      String gap = "";
      for (Invocation step : steps) {
        out.append(gap).append(step);
        gap = " | ";
      }
      return out.toString();
    }
  }

  /// Whether a pipeline's variables are new.
  enum Keeping {
    DECLARES,
    ASSIGNS
  }

  /// A function or a field with its arguments, or one plain operand.
  record Invocation(List<Operand> operands, int position) {
    @Override
    public String toString() {
      StringBuilder out = new StringBuilder();
      String gap = "";
      for (Operand operand : operands) {
        out.append(gap);
        gap = " ";
        if (operand instanceof Operand.Group(Pipeline pipeline, int _)) {
          out.append('(').append(pipeline).append(')');
        } else {
          out.append(operand);
        }
      }
      return out.toString();
    }
  }

  /// Something that has a value.
  sealed interface Operand {
    int position();

    record Dot(int position) implements Operand {
      @Override
      public String toString() {
        return ".";
      }
    }

    record Literal(Value value, String text, int position) implements Operand {
      @Override
      public String toString() {
        return text;
      }
    }

    record Function(String name, int position) implements Operand {
      @Override
      public String toString() {
        return name;
      }
    }

    /// Fields of the dot, one inside the other.
    record Fields(List<String> names, int position) implements Operand {
      @Override
      public String toString() {
        return "." + String.join(".", names);
      }
    }

    record Variable(String name, List<String> fields, int position) implements Operand {
      @Override
      public String toString() {
        return fields.isEmpty() ? name : name + "." + String.join(".", fields);
      }
    }

    record Group(Pipeline pipeline, int position) implements Operand {
      @Override
      public String toString() {
        return pipeline.toString();
      }
    }

    /// Fields of an operand in parentheses.
    record Chain(Operand of, List<String> fields, int position) implements Operand {
      @Override
      public String toString() {
        String inner = of instanceof Group ? "(" + of + ")" : of.toString();
        return inner + "." + String.join(".", fields);
      }
    }
  }
}
