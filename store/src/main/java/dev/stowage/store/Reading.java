package dev.stowage.store;

import java.io.IOException;

/// What is done with a snapshot while the store cannot change.
@FunctionalInterface
public interface Reading<T> {
  T read(Snapshot now) throws IOException;
}
