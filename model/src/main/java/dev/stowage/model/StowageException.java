package dev.stowage.model;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A failure that a caller can act on. What the JDK already names (a full disk, a broken pipe)
/// stays what the JDK calls it; everything else is one of these.
///
/// The message names the cause, the place (file, registry, mirror, credential source) and, where
/// there is one, the remedy.
public abstract sealed class StowageException extends IOException
    permits AmbiguousException,
        CorruptException,
        InUseException,
        MalformedException,
        MismatchException,
        NotFoundException,
        RegistryException,
        RejectedException,
        UnsupportedException {

  StowageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
