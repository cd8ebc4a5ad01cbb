package dev.stowage.transfer;

import dev.stowage.model.MalformedException;
import dev.stowage.model.UnsupportedException;
import java.io.EOFException;
import java.io.IOException;

/// Complaints about content that say which part of the image it is.
final class Told {
  private Told() {}

  /// Something that takes content in.
  @FunctionalInterface
  interface Putting {
    void run() throws IOException;
  }

  /// Says of what is wrong inside a part which part that is.
  static void putting(Part part, Putting work) throws IOException {
    try {
      work.run();
    } catch (MalformedException e) {
      throw new MalformedException(named(part, e), e.position(), e);
    } catch (UnsupportedException e) {
      throw new UnsupportedException(named(part, e), e);
    } catch (EOFException e) {
      throw new MalformedException(named(part, e), MalformedException.UNKNOWN_POSITION, e);
    }
  }

  private static String named(Part part, IOException e) {
    String text = String.valueOf(e.getMessage());
    return text.contains(part.descriptor().digest().hex()) ? text : part + ": " + text;
  }
}
