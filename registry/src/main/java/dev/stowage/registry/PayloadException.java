package dev.stowage.registry;

import java.io.IOException;

/// What a request is to carry cannot be had: no fault of the registry or of the line to it.
final class PayloadException extends IOException {
  private final IOException fault;

  PayloadException(IOException fault) {
    super(fault);
    this.fault = fault;
  }

  /// What is wrong with it.
  IOException fault() {
    return fault;
  }
}
