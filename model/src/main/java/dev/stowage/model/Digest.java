package dev.stowage.model;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// A content digest, `algorithm:hex`.
///
/// @param hex lower-case hexadecimal digits, as many as the algorithm yields
/// @see <a href="https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests">OCI
///   digests</a>
public record Digest(Algorithm algorithm, String hex) implements Comparable<Digest> {

  /// A registered digest algorithm.
  public enum Algorithm {
    SHA256("sha256", "SHA-256", 64),
    SHA384("sha384", "SHA-384", 96),
    SHA512("sha512", "SHA-512", 128);

    private final String prefix;
    private final String javaName;
    private final int digits;

    Algorithm(String prefix, String javaName, int digits) {
      this.prefix = prefix;
      this.javaName = javaName;
      this.digits = digits;
    }

    /// The name before the colon.
    public String prefix() {
      return prefix;
    }

    /// How many hexadecimal digits a digest has.
    public int digits() {
      return digits;
    }

    /// A new computation of this algorithm.
    public MessageDigest start() {
      try {
        return MessageDigest.getInstance(javaName);
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError("every JDK has " + javaName, e);
      }
    }

    private MessageDigest started(Bytes bytes) {
      MessageDigest computation = start();
      computation.update(bytes.content());
      return computation;
    }
  }

  public Digest {
    if (!isHex(hex, algorithm.digits)) {
      throw new IllegalArgumentException("not a " + algorithm.prefix + " digest: " + hex);
    }
  }

  public static Digest parse(String text) throws MalformedException {
    int colon = text.indexOf(':');
    if (colon > 0) {
      for (Algorithm algorithm : Algorithm.values()) {
        if (text.startsWith(algorithm.prefix) && colon == algorithm.prefix.length()) {
          String hex = text.substring(colon + 1);
          if (isHex(hex, algorithm.digits)) {
            return new Digest(algorithm, hex);
          }
          throw new MalformedException(
              "invalid digest "
                  + quoted(text)
                  + ": wanted "
                  + algorithm.digits
                  + " lower-case hexadecimal digits");
        }
      }
    }
    throw new MalformedException(
        "invalid digest " + quoted(text) + ": wanted sha256:, sha384: or sha512: and digits");
  }

  /// Whether the text is the form of a digest.
  public static boolean isDigest(String text) {
    int colon = text.indexOf(':');
    for (Algorithm algorithm : Algorithm.values()) {
      if (colon == algorithm.prefix.length()
          && text.startsWith(algorithm.prefix)
          && isHex(text.substring(colon + 1), algorithm.digits)) {
        return true;
      }
    }
    return false;
  }

  public static Digest sha256(String hex) {
    return new Digest(Algorithm.SHA256, hex);
  }

  /// The SHA-256 digest of the bytes.
  public static Digest of(Bytes bytes) {
    return bytes.length() <= ShortSha256.LONGEST
        ? sha256(ShortSha256.hex(bytes.content()))
        : finish(Algorithm.SHA256, Algorithm.SHA256.started(bytes));
  }

  /// The digest of the bytes by another algorithm.
  public static Digest of(Bytes bytes, Algorithm algorithm) {
    return algorithm == Algorithm.SHA256 ? of(bytes) : finish(algorithm, algorithm.started(bytes));
  }

  /// Whether it is the digest of these bytes.
  public boolean matches(Bytes bytes) {
    return equals(of(bytes, algorithm));
  }

  /// Ends a computation that [Algorithm#start] began.
  public static Digest finish(Algorithm algorithm, MessageDigest computation) {
    return new Digest(algorithm, HexFormat.of().formatHex(computation.digest()));
  }

  private static boolean isHex(String text, int digits) {
    if (text.length() != digits) {
      return false;
    }
    for (int i = 0; i < digits; i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  private static String quoted(String text) {
    return '"' + (text.length() > 200 ? text.substring(0, 200) + "…" : text) + '"';
  }

  @Override
  public int compareTo(Digest other) {
    return toString().compareTo(other.toString());
  }

  // The ones that the compiler gives to records cost a short command some milliseconds.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Digest digest
        && digest.algorithm == algorithm
        && digest.hex.equals(hex);
  }

  @Override
  public int hashCode() {
    return hex.hashCode();
  }

  @Override
  public String toString() {
    return algorithm.prefix + ":" + hex;
  }
}
