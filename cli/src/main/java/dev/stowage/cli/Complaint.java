package dev.stowage.cli;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/// What the user is told of a failure, in one line.
final class Complaint {
  private Complaint() {}

  static String of(Throwable failure) {
    String message = failure.getMessage();
    if (failure instanceof UncheckedIOException wrapped && wrapped.getCause() != null) {
      return of(wrapped.getCause());
    }
    if (failure instanceof OutOfMemoryError) {
      return "out of memory";
    }
    if (failure instanceof StackOverflowError) {
      return "the input is nested too deeply";
    }
    if (failure instanceof AccessDeniedException denied) {
      return denied.getFile() + ": permission denied";
    }
    if (failure instanceof NoSuchFileException missing) {
      return missing.getFile() + ": no such file or directory";
    }
    if (failure instanceof FileSystemException file && file.getReason() == null) {
      return kind(file) + ": " + file.getFile();
    }
    if (failure instanceof RuntimeException) {
      return "unexpected "
          + kind(failure)
          + (message == null ? "" : ": " + message)
          + " (a fault of stowage: --log-level=debug shows where)";
    }
    return message == null || message.isBlank() ? kind(failure) : message;
  }

  private static String kind(Throwable failure) {
    return failure.getClass().getSimpleName();
  }
}
