package dev.stowage.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stowage.archive.StackUsage.Amount;
import dev.stowage.archive.StackUsage.Repeated;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class StackUsageTest {

  /// Files of so many bytes: `name=12`; marks have none.
  private static InputStream layer(String... entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarWriter tar = new TarWriter(out);
    for (String entry : entries) {
      int equals = entry.indexOf('=');
      if (entry.endsWith("/")) {
        tar.directory(entry);
      } else if (equals < 0) {
        tar.file(entry, 0, InputStream.nullInputStream());
      } else {
        int size = Integer.parseInt(entry.substring(equals + 1));
        tar.file(entry.substring(0, equals), size, new ByteArrayInputStream(new byte[size]));
      }
    }
    tar.end();
    return new ByteArrayInputStream(out.toByteArray());
  }

  private static StackUsage of(InputStream... layers) throws IOException {
    StackUsage usage = new StackUsage();
    for (InputStream layer : layers) {
      usage.add(layer);
    }
    return usage;
  }

  @Test
  void layersThatOnlyAddAreWhollyEfficient() throws IOException {
    StackUsage usage = of(layer("d/", "d/a=10"), layer("d/", "d/b=5"));
    assertEquals(1.0, usage.efficiency());
    assertEquals(0, usage.hidden());
    assertEquals(List.of(), usage.repeated());
    assertEquals(new Amount(1, 5), usage.layers().get(1).added());
  }

  @Test
  void whatIsOverwrittenCountsByItsLeastSize() throws IOException {
    StackUsage usage = of(layer("a=10", "b=90"), layer("a=30"));
    assertEquals(100.0 / 130, usage.efficiency());
    assertEquals(10, usage.hidden());
    assertEquals(List.of(new Repeated("a", 2, 40)), usage.repeated());
    assertEquals(new Amount(1, 30), usage.layers().get(1).modified());
    assertEquals(new Amount(0, 0), usage.layers().get(1).added());
  }

  @Test
  void aRemovedFileCountsAsNothingAndARemovedDirectoryAsItsSize() throws IOException {
    StackUsage file = of(layer("a=10", "b=90"), layer(".wh.a"));
    assertEquals(0.9, file.efficiency());
    assertEquals(new Amount(1, 10), file.layers().get(1).removed());
    StackUsage directory = of(layer("d/", "d/a=10", "d/e/f=20", "b=70"), layer(".wh.d"));
    assertEquals(1.0, directory.efficiency());
    assertEquals(30, directory.hidden());
    assertEquals(new Amount(2, 30), directory.layers().get(1).removed());
  }

  @Test
  void anOpaqueDirectoryAndAFileInPlaceOfOneRemoveWhatWasThere() throws IOException {
    StackUsage opaque = of(layer("d/", "d/a=10"), layer("d/", "d/b=1", "d/.wh..wh..opq"));
    assertEquals(10, opaque.hidden());
    assertEquals(new Amount(1, 10), opaque.layers().get(1).removed());
    StackUsage replaced = of(layer("d/", "d/a=10"), layer("d=3"));
    assertEquals(10, replaced.hidden());
    assertEquals(new Amount(1, 3), replaced.layers().get(1).modified());
    assertEquals(0, of(layer("a=1"), layer(".wh.nothing")).hidden());
  }
}
