package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.output.Human;
import dev.stowage.engine.Engine;
import dev.stowage.engine.Tree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `image tree`.
final class TreeVerb implements Verb {
  private static final int SHORT_ID = 12;
  private static final int SIZE_WIDTH = 7;

  @Override
  public Command command() {
    return Command.of(
            "image tree",
            "[options] IMAGE",
            Arguments.exactly(1),
            "Print layer hierarchy of an image in a tree format")
        .withExamples("@ alpine:latest")
        .withFlags(
            Flag.toggle(
                "whatrequires",
                Flag.NO_SHORTHAND,
                "Show all child images and layers of the specified image"));
  }

  @Override
  public int run(Call call) throws IOException {
    Tree.Extent extent = call.words().on("whatrequires") ? Tree.Extent.DEPENDENTS : Tree.Extent.OWN;
    try (Engine engine = Session.open(call)) {
      Tree tree = engine.images().find(call.words().arguments().getFirst()).image().tree(extent);
      call.out().line(print(tree));
    }
    return ExitCode.DONE;
  }

  static String print(Tree tree) {
    StringBuilder out = new StringBuilder();
    out.append("Image ID: ").append(tree.image().value(), 0, SHORT_ID).append('\n');
    out.append("Tags:     [").append(String.join(" ", tree.tags())).append("]\n");
    out.append("Size:     ").append(Human.preciseSize(tree.size())).append('\n');
    out.append(tree.roots().isEmpty() ? "No Image Layers" : "Image Layers").append('\n');
    Branch top = new Branch("");
    for (Tree.Node root : tree.roots()) {
      grow(root, top, tree.roots().size());
    }
    top.print("", out);
    return out.toString();
  }

  /// A line and the lines that stand one step to its right.
  private record Branch(String line, List<Branch> inner) {
    Branch(String line) {
      this(line, new ArrayList<>());
    }

    void print(String indent, StringBuilder out) {
      for (int i = 0; i < inner.size(); i++) {
        boolean last = i == inner.size() - 1;
        out.append(indent).append(last ? "└── " : "├── ").append(inner.get(i).line()).append('\n');
        inner.get(i).print(indent + (last ? "    " : "│   "), out);
      }
    }
  }

  /// A layer that stands alone on another is shown on the same level; where several stand on one,
  /// each begins a branch.
  private static void grow(Tree.Node node, Branch level, int siblings) {
    Branch branch = new Branch(line(node));
    level.inner().add(branch);
    for (Tree.Node above : node.above()) {
      grow(above, siblings == 1 ? level : branch, node.above().size());
    }
  }

  private static String line(Tree.Node node) {
    String size = Human.preciseSize(node.size());
    StringBuilder out = new StringBuilder("ID: ");
    out.append(node.layer().value(), 0, SHORT_ID).append(" Size: ");
    out.repeat(' ', Math.max(0, SIZE_WIDTH - size.length())).append(size);
    if (!node.tags().isEmpty()) {
      out.append(" Top Layer of: [").append(String.join(" ", node.tags())).append(']');
    }
    return out.toString();
  }
}
