package dev.stowage.cli.template;

import java.io.IOException;

/// A template that does not parse, or that asks a value for what it does not have.
public final class TemplateException extends IOException {
  TemplateException(String message) {
    super(message);
  }
}
