package dev.stowage.archive;

import java.util.function.Supplier;

/// Over how many threads the work on one layer is spread. Who unpacks asks at each chunk until the
/// answer is [#TWO]; a constant answers with itself.
public enum Stages implements Supplier<Stages> {
  /// All on the caller's: best where there are at least as many layers as processors.
  ONE,

  /// Decompressing and digesting on another thread, a few chunks ahead: best for a layer that would
  /// else leave a processor idle.
  TWO;

  @Override
  public Stages get() {
    return this;
  }
}
