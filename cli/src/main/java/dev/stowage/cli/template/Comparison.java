package dev.stowage.cli.template;

import java.util.List;

/// The comparing functions of templates.
final class Comparison {
  private Comparison() {}

  static Value call(String name, List<Value> arguments) throws Functions.BadCall {
    if (name.equals("eq")) {
      if (arguments.size() < 2) {
        if (arguments.isEmpty()) {
          throw new Functions.BadCall(
              Functions.Inside.NO, "wrong number of args for eq: want at least 1 got 0");
        }
        throw wrong("missing argument for comparison");
      }
      for (Value other : arguments.subList(1, arguments.size())) {
        if (equal(arguments.getFirst(), other)) {
          return Value.of(true);
        }
      }
      return Value.of(false);
    }
    if (arguments.size() != 2) {
      throw new Functions.BadCall(
          Functions.Inside.NO,
          "wrong number of args for " + name + ": want 2 got " + arguments.size());
    }
    Value left = arguments.get(0);
    Value right = arguments.get(1);
    if (name.equals("ne")) {
      return Value.of(!equal(left, right));
    }
    int order = compare(left, right);
    return Value.of(
        switch (name) {
          case "lt" -> order < 0;
          case "le" -> order <= 0;
          case "gt" -> order > 0;
          default -> order >= 0;
        });
  }

  private static boolean equal(Value left, Value right) throws Functions.BadCall {
    if (isNothing(left) || isNothing(right)) {
      return isNothing(left) && isNothing(right);
    }
    if (!left.getClass().equals(right.getClass())) {
      throw wrong("incompatible types for comparison");
    }
    return switch (left) {
      case Value.Text _, Value.Whole _, Value.Real _, Value.Truth _, Value.Moment _ ->
          left.equals(right);
      default -> throw wrong("non-comparable type " + GoText.print(left) + ": " + left.typeName());
    };
  }

  private static boolean isNothing(Value value) {
    return value instanceof Value.Nil || value instanceof Value.Absent;
  }

  private static int compare(Value left, Value right) throws Functions.BadCall {
    return switch (left) {
      case Value.Text(String text) when right instanceof Value.Text(String other) ->
          text.compareTo(other);
      case Value.Whole(long number) when right instanceof Value.Whole(long other) ->
          Long.compare(number, other);
      case Value.Real(double number) when right instanceof Value.Real(double other) ->
          Double.compare(number, other);
      case Value.Text _, Value.Whole _, Value.Real _ ->
          throw wrong("incompatible types for comparison");
      default -> throw wrong("invalid type for comparison");
    };
  }

  private static Functions.BadCall wrong(String reason) {
    return new Functions.BadCall(Functions.Inside.YES, reason);
  }
}
