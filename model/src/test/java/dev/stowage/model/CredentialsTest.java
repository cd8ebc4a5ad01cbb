package dev.stowage.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

class CredentialsTest {

  @Test
  void aSecretDoesNotShowInText() {
    Credentials credentials = new Credentials.Basic("jane", Secret.of("hunter2"));
    assertFalse(credentials.toString().contains("hunter2"));
    assertFalse(new Credentials.Token(Secret.of("hunter2")).toString().contains("hunter2"));
  }

  @Test
  void secretsAreComparedByTheirText() {
    assertEquals(Secret.of("a"), Secret.of("a"));
    assertEquals(Secret.of("a").hashCode(), Secret.of("a").hashCode());
    assertNotEquals(Secret.of("a"), Secret.of("b"));
  }
}
