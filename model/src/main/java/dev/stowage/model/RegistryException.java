package dev.stowage.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A registry refused, failed or answered nonsense.
///
/// @see <a
///   href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes">OCI
///   distribution error codes</a>
public final class RegistryException extends StowageException {

  /// The status of a failure that has no HTTP answer (no connection, a cut line).
  public static final int NO_STATUS = 0;

  private final int status;
  private final List<String> codes;
  private final Optional<Duration> retryAfter;

  public RegistryException(
      String message,
      int status,
      List<String> codes,
      Optional<Duration> retryAfter,
      @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
    this.codes = List.copyOf(codes);
    this.retryAfter = retryAfter;
  }

  /// The HTTP status, or [#NO_STATUS].
  public int status() {
    return status;
  }

  /// The error codes of the answer's body, for example `MANIFEST_UNKNOWN`; empty where it had none.
  public List<String> codes() {
    return codes;
  }

  /// How long the registry asked callers to wait.
  public Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
