package dev.stowage.store;

import java.io.IOException;

/// What changes a store. It sees the store as it is, locked, and says what is to become of it; the
/// changes are made when it returns, and none are when it throws.
@FunctionalInterface
public interface Writing<T> {
  T write(Edit edit) throws IOException;
}
