package dev.stowage.linux;

import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;

/// A refusal of the kernel for which the JDK has no exception of its own.
///
/// Ask [#refusal] and not the reason, which is in the language of the machine.
public final class KernelException extends FileSystemException {
  private final Refusal refusal;

  /// The refusals that a caller may have an answer to.
  public enum Refusal {
    /// `EPERM`: the process lacks a privilege.
    NOT_PERMITTED,

    /// `EOPNOTSUPP`: the file system has no such thing, as extended attributes.
    NOT_SUPPORTED,

    /// `ENOSPC`: the disk is full.
    NO_SPACE,

    /// What was asked for is beyond what there can be: a name too long, a value not allowed or too
    /// large, links in a circle or too many of them.
    NOT_POSSIBLE,

    /// All else.
    OTHER
  }

  KernelException(String file, @Nullable String other, int number) {
    super(file, other, Errno.text(number));
    this.refusal =
        switch (number) {
          case Errno.EPERM -> Refusal.NOT_PERMITTED;
          case Errno.EOPNOTSUPP -> Refusal.NOT_SUPPORTED;
          case Errno.ENOSPC -> Refusal.NO_SPACE;
          case Errno.ENAMETOOLONG,
              Errno.EINVAL,
              Errno.ERANGE,
              Errno.E2BIG,
              Errno.EFBIG,
              Errno.ELOOP,
              Errno.EMLINK ->
              Refusal.NOT_POSSIBLE;
          default -> Refusal.OTHER;
        };
  }

  public Refusal refusal() {
    return refusal;
  }
}
