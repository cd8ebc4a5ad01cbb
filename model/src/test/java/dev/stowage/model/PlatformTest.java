package dev.stowage.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {

  @ParameterizedTest
  @CsvSource({
    "Linux/x86_64, linux/amd64",
    "linux/amd64/v1, linux/amd64",
    "linux/amd64/v2, linux/amd64/v2",
    "linux/aarch64, linux/arm64",
    "linux/arm64/v8, linux/arm64",
    "linux/arm, linux/arm/v7",
    "linux/arm/6, linux/arm/v6",
    "linux/armhf, linux/arm/v7",
    "linux/armel, linux/arm/v6",
    "linux/i386, linux/386",
    "macos/arm64, darwin/arm64",
    "linux/made-up/x, linux/made-up/x",
  })
  void platformsHaveOneNameEach(String said, String meant) throws MalformedException {
    assertEquals(meant, Platform.parse(said).toString());
  }

  @Test
  void whatIsNotSaidStaysOpen() {
    assertEquals(new Platform("", "", ""), new Platform("", "", "").normalized());
    assertEquals(new Platform("", "arm64", ""), new Platform("", "aarch64", "").normalized());
    assertEquals(new Platform("linux", "", ""), new Platform("LINUX", "", "").normalized());
  }

  @Test
  void whatIsNoPlatformIsRefused() {
    assertThrows(MalformedException.class, () -> Platform.parse(""));
    assertThrows(MalformedException.class, () -> Platform.parse("a/b/c/d"));
  }
}
