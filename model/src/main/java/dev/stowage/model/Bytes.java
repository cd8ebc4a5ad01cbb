package dev.stowage.model;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// An immutable run of bytes.
public final class Bytes {
  private static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] content;

  private Bytes(byte[] content) {
    this.content = content;
  }

  public static Bytes empty() {
    return EMPTY;
  }

  public static Bytes copyOf(byte[] content) {
    return new Bytes(content.clone());
  }

  public static Bytes utf8(String text) {
    return new Bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /// Takes over an array that the caller will not touch again.
  public static Bytes owning(byte[] content) {
    return new Bytes(content);
  }

  public int length() {
    return content.length;
  }

  public byte[] toArray() {
    return content.clone();
  }

  public InputStream stream() {
    return new ByteArrayInputStream(content);
  }

  /// A view of the bytes.
  public ByteBuffer buffer() {
    return ByteBuffer.wrap(content).asReadOnlyBuffer();
  }

  public void writeTo(OutputStream out) throws java.io.IOException {
    out.write(content);
  }

  /// The bytes read as UTF-8, with the replacement character for what is not UTF-8.
  public String utf8() {
    return new String(content, StandardCharsets.UTF_8);
  }

  /// The array itself, for this package's readers.
  byte[] content() {
    return content;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content);
  }

  @Override
  public String toString() {
    return content.length + " bytes";
  }
}
