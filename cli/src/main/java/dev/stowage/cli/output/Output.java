package dev.stowage.cli.output;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// Standard output: gathered, written in few pieces, and a failure to write is told.
public final class Output {
  private static final int PIECE = 1 << 15;

  private final OutputStream stream;
  private final StringBuilder waiting = new StringBuilder();

  public Output(OutputStream stream) {
    this.stream = stream;
  }

  public void print(String text) throws IOException {
    waiting.append(text);
    if (waiting.length() >= PIECE) {
      flush();
    }
  }

  public void line(String text) throws IOException {
    waiting.append(text);
    print("\n");
  }

  /// Writes bytes as they are.
  public void transfer(InputStream bytes) throws IOException {
    flush();
    long _ = bytes.transferTo(stream);
    stream.flush();
  }

  /// Something that writes bytes by itself.
  @FunctionalInterface
  public interface Writing {
    void to(OutputStream out) throws IOException;
  }

  /// Lets something write bytes as they are.
  public void transfer(Writing writing) throws IOException {
    flush();
    BufferedOutputStream pieces = new BufferedOutputStream(stream, PIECE);
    writing.to(pieces);
    pieces.flush();
  }

  /// Writes what waits.
  public void flush() throws IOException {
    if (waiting.length() > 0) {
      byte[] bytes = waiting.toString().getBytes(StandardCharsets.UTF_8);
      waiting.setLength(0);
      stream.write(bytes);
      stream.flush();
    }
  }
}
