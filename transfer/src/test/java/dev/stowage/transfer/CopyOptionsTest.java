package dev.stowage.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.MalformedException;
import dev.stowage.model.Platform;
import dev.stowage.model.PlatformChoice;
import dev.stowage.transfer.CopyOptions.Sealing;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CopyOptionsTest {

  @Test
  void layersToEncryptAreCountedFromBothEnds() throws MalformedException {
    assertEquals(Set.of(0, 1, 2), Sealing.NONE.layersOf(3));
    assertEquals(Set.of(0, 2), sealing(0, -1).layersOf(3));
    assertEquals(Set.of(0), sealing(-3, 0).layersOf(3));
    for (int outside : new int[] {3, -4}) {
      MalformedException e =
          assertThrows(MalformedException.class, () -> sealing(outside).layersOf(3));
      assertEquals(
          "when choosing layers to encrypt, layer index "
              + outside
              + " out of range (3 layers exist)",
          e.getMessage());
    }
  }

  private static Sealing sealing(Integer... layers) {
    return new Sealing(List.of(), List.of(layers), List.of());
  }

  @Test
  void whereNothingIsSaidTheImageIsCopiedAsItIsSixBlobsAtOnce() {
    CopyOptions options = CopyOptions.of(PlatformChoice.of(new Platform("linux", "amd64", "")));
    assertEquals(6, options.atOnce());
    assertEquals(CopyOptions.Form.AS_IT_IS, options.form());
    assertEquals(CopyOptions.Signing.KEEP, options.signing());
    assertEquals(Sealing.NONE, options.sealing());
    assertThrows(IllegalArgumentException.class, () -> options.withAtOnce(0));
  }
}
