package dev.stowage.testkit;

import java.time.Duration;

/// One way in which a registry can misbehave.
public sealed interface Fault {

  /// Ends the connection after so many bytes of the body.
  record Cut(long bytes) implements Fault {}

  /// Sends so many bytes of the body, then nothing more, and keeps the line.
  record Stall(long bytes) implements Fault {}

  /// Sends the body piece by piece, with pauses.
  record Slow(int bytes, Duration pause) implements Fault {}

  /// States a length that is wrong by so many bytes, sends what it has and ends the connection.
  record WrongLength(long difference) implements Fault {}

  /// Sends a body that never ends, under the type of the true one.
  record Endless() implements Fault {}

  /// Changes one byte in the middle of the body.
  record WrongContent() implements Fault {}

  /// Answers with a redirect.
  record Redirect(int status, String location) implements Fault {}

  /// Answers with an error of the registry.
  ///
  /// @param code an OCI error code; empty for an answer without a body
  record Refuse(int status, String code, String message) implements Fault {}

  /// Answers `429 Too Many Requests` or another status with a `Retry-After` header.
  record Busy(int status, String retryAfter) implements Fault {}

  /// Answers `401` with the given challenge.
  record Challenge(String header) implements Fault {}

  /// Answers `200` with a web page.
  record Page() implements Fault {}

  /// Ends the connection without an answer.
  record Silence() implements Fault {}

  /// Sends these characters instead of an answer.
  record Garbage(String text) implements Fault {}

  /// Sends the whole in answer to a range.
  record IgnoreRange() implements Fault {}

  /// Answers a range with a part that begins so many bytes later.
  record WrongRange(long shift) implements Fault {}

  /// Answers truly, with one more header, or with another value of one.
  record Header(String name, String value) implements Fault {}

  /// Answers truly, but sends the body in chunks, without its length.
  record Chunked() implements Fault {}

  /// Ends the connection after so many bytes of the request's body.
  ///
  /// @param kept what becomes of the part that arrived
  record CutRequest(long bytes, Kept kept) implements Fault {}

  /// What becomes of the part of a request that arrived before its line was cut.
  enum Kept {
    /// It counts, as in a registry that writes what comes.
    PART,
    /// It is forgotten, as behind a proxy that waits for the whole.
    NOTHING,
    /// The whole upload is forgotten, as in a registry that loses its place.
    NO_UPLOAD
  }

  /// Carries the request out and ends the connection without an answer.
  record LoseAnswer() implements Fault {}
}
