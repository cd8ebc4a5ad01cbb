package dev.stowage.config;

import java.nio.file.Path;

/// Where a setting comes from, so that a user who wonders about a value finds the line to change.
public sealed interface Origin {

  /// The value that holds when nobody says anything.
  Origin BUILT_IN = new BuiltIn();

  /// Nobody set it.
  record BuiltIn() implements Origin {
    @Override
    public String toString() {
      return "built in";
    }
  }

  /// A line of a file.
  ///
  /// @param line counted from 1; 0 where the place inside the file is not known
  record InFile(Path file, int line) implements Origin {
    @Override
    public String toString() {
      return line == 0 ? file.toString() : file + ":" + line;
    }
  }

  /// An environment variable.
  record InVariable(String name) implements Origin {
    @Override
    public String toString() {
      return "$" + name;
    }
  }

  /// An option of the command, or of the call into the library that stands for it.
  record OnCommandLine(String flag) implements Origin {
    @Override
    public String toString() {
      return flag;
    }
  }

  /// Something that was found on the disk and decided the matter.
  record Found(Path what) implements Origin {
    @Override
    public String toString() {
      return "found " + what;
    }
  }
}
