package dev.stowage.model;

import java.util.List;

/// A name that fits several things.
public final class AmbiguousException extends StowageException {
  private final String name;
  private final List<String> candidates;

  public AmbiguousException(String name, List<String> candidates, String message) {
    super(message, null);
    this.name = name;
    this.candidates = List.copyOf(candidates);
  }

  public String name() {
    return name;
  }

  public List<String> candidates() {
    return candidates;
  }
}
