package dev.stowage.config;

/// Which of the standard streams are terminals.
public record Terminal(Stream input, Stream output, Stream error) {

  /// What stands at the other end of a stream.
  public enum Stream {
    TERMINAL,
    ELSEWHERE
  }

  /// No terminal anywhere.
  public static final Terminal NONE =
      new Terminal(Stream.ELSEWHERE, Stream.ELSEWHERE, Stream.ELSEWHERE);

  /// Whether a question can be asked and answered.
  public boolean canAsk() {
    return input == Stream.TERMINAL && output == Stream.TERMINAL;
  }
}
