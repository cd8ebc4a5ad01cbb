package dev.stowage.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LayoutTest {

  @Test
  void plainNamesOfDataItemsAreFileNames() {
    assertEquals("manifest", Layout.dataFile("manifest"));
    assertEquals("instances.json", Layout.dataFile("instances.json"));
  }

  @Test
  void otherNamesOfDataItemsAreEncoded() {
    assertEquals("=c2hhMjU2OjAx", Layout.dataFile("sha256:01"));
    assertEquals("=TWFuaWZlc3Q=", Layout.dataFile("Manifest"));
    assertEquals("=w6Q=", Layout.dataFile("ä"));
  }
}
