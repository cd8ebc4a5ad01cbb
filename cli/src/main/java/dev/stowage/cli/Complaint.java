package dev.stowage.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/// What the user is told of a failure, in one line.
final class Complaint {
  private Complaint() {}

  static String of(Throwable failure) {
    String message = failure.getMessage();
    return switch (failure) {
      case OutOfMemoryError _ -> "out of memory";
      case StackOverflowError _ -> "the input is nested too deeply";
      case AccessDeniedException denied -> denied.getFile() + ": permission denied";
      case NoSuchFileException missing -> missing.getFile() + ": no such file or directory";
      case FileSystemException file when file.getReason() == null ->
          kind(file) + ": " + file.getFile();
      case RuntimeException broken ->
          "unexpected "
              + kind(broken)
              + (message == null ? "" : ": " + message)
              + " (a fault of stowage: --log-level=debug shows where)";
      default -> message == null || message.isBlank() ? kind(failure) : message;
    };
  }

  private static String kind(Throwable failure) {
    return failure.getClass().getSimpleName();
  }
}
