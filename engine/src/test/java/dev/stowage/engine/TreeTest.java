package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.ImageId;
import java.util.List;
import org.junit.jupiter.api.Test;

class TreeTest {
  private final Shelf shelf = new Shelf();

  private Tree tree(ImageId image, Tree.Extent extent) {
    View view = shelf.view();
    return Tree.of(view, view.snapshot().image(image).orElseThrow(), extent);
  }

  private static String shape(Tree.Node node) {
    StringBuilder shape = new StringBuilder();
    shape.append(node.layer().value().charAt(0)).append(node.tags());
    for (Tree.Node above : node.above()) {
      shape.append('(').append(shape(above)).append(')');
    }
    return shape.toString();
  }

  private ImageId fill() {
    shelf.layer("a", "", 1).layer("b", "a", 2).layer("c", "b", 3).layer("d", "b", 4);
    shelf.image("1").named("localhost/base:1").on("a", List.of("a"), "s").done();
    ImageId middle = shelf.image("2").on("b", List.of("a", "b"), "s", "t").done();
    shelf.image("3").named("localhost/x:1").on("c", List.of("a", "b", "c"), "s").done();
    return middle;
  }

  @Test
  void theOwnLayersStandOnTheLowest() {
    Tree tree = tree(fill(), Tree.Extent.OWN);
    assertEquals("a[localhost/base:1](b[])", shape(tree.roots().getFirst()));
    assertEquals(1, tree.roots().getFirst().size());
  }

  @Test
  void dependentsBranch() {
    Tree tree = tree(fill(), Tree.Extent.DEPENDENTS);
    assertEquals("b[](c[localhost/x:1])(d[])", shape(tree.roots().getFirst()));
  }

  @Test
  void anImageWithoutLayersHasNoTree() {
    ImageId image = shelf.image("1").steps("-s").done();
    assertTrue(tree(image, Tree.Extent.OWN).roots().isEmpty());
    assertTrue(tree(image, Tree.Extent.DEPENDENTS).roots().isEmpty());
  }

  @Test
  void longChainsDoNotExhaustTheStack() {
    String parent = "";
    for (int i = 0; i < 20_000; i++) {
      String id = "a" + Integer.toHexString(0x10000 + i) + "f";
      shelf.layer(id, parent, 1);
      parent = id;
    }
    shelf.layer("b", parent, 1);
    ImageId image = shelf.image("1").on("b", List.of("b"), "s").done();
    int depth = 0;
    Tree.Node node = tree(image, Tree.Extent.OWN).roots().getFirst();
    while (!node.above().isEmpty()) {
      node = node.above().getFirst();
      depth++;
    }
    assertEquals(20_000, depth);
  }
}
