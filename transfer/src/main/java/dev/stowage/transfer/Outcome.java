package dev.stowage.transfer;

import dev.stowage.model.Descriptor;
import java.util.Optional;

/// What was done with a layer.
///
/// @param part the layer as the source describes it
/// @param result the layer as the destination describes it
/// @param recipe how this program compressed it, where it did and could do so again exactly
public record Outcome(Part part, Descriptor result, Means means, Optional<String> recipe) {

  /// How a layer got to its destination.
  public enum Means {
    /// It was there.
    PRESENT("already there"),
    /// The registry took it over from another of its repositories.
    MOUNTED("mounted from another repository"),
    /// It was there in another compression.
    PRESENT_OTHERWISE("already there in another compression"),
    /// It was moved as it is.
    MOVED("moved as it is"),
    /// It was compressed again into exactly the form it came in.
    RECREATED("compressed again exactly as it was"),
    /// It was fetched again from where it came from.
    FETCHED_AGAIN("fetched again from where it came from"),
    /// It was compressed.
    COMPRESSED("compressed"),
    /// It was decompressed.
    DECOMPRESSED("decompressed"),
    /// It was decompressed and compressed in another way.
    RECOMPRESSED("compressed in another way"),
    /// It was encrypted.
    ENCRYPTED("encrypted"),
    /// It was decrypted.
    DECRYPTED("decrypted"),
    /// It may be had elsewhere, and only its address was copied.
    LEFT("left where it is");

    private final String words;

    Means(String words) {
      this.words = words;
    }

    /// For people.
    public String words() {
      return words;
    }
  }

  /// Whether the destination describes it with the digest that the source does.
  public boolean sameDigest() {
    return part.descriptor().digest().equals(result.digest());
  }
}
