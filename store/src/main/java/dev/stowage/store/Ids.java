package dev.stowage.store;

import dev.stowage.model.ContainerId;
import dev.stowage.model.ImageId;
import dev.stowage.model.LayerId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;

/// Makes and reads the IDs of records.
public final class Ids {
  private static final int RANDOM_BYTES = 32;
  private static final Path ENTROPY = Path.of("/dev/urandom");

  private Ids() {}

  static Optional<LayerId> layer(Optional<String> text) {
    return text.isPresent() && safe(text.get())
        ? Optional.of(new LayerId(text.get()))
        : Optional.empty();
  }

  static Optional<ImageId> image(Optional<String> text) {
    return text.isPresent() && safe(text.get())
        ? Optional.of(new ImageId(text.get()))
        : Optional.empty();
  }

  static Optional<ContainerId> container(Optional<String> text) {
    return text.isPresent() && safe(text.get())
        ? Optional.of(new ContainerId(text.get()))
        : Optional.empty();
  }

  /// 64 random hexadecimal digits.
  public static String random() throws IOException {
    return HexFormat.of().formatHex(randomBytes(RANDOM_BYTES));
  }

  /// Random bytes from the kernel: `SecureRandom` takes longer to load than a whole command may.
  static byte[] randomBytes(int count) throws IOException {
    try (InputStream entropy = Files.newInputStream(ENTROPY)) {
      return entropy.readNBytes(count);
    }
  }

  /// Whether the text has the form of the IDs that the peers make: 64 hexadecimal digits.
  static boolean looksMade(String text) {
    if (text.length() != 2 * RANDOM_BYTES) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  private static boolean safe(String text) {
    if (text.isEmpty() || text.length() > 255 || text.charAt(0) == '.') {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '/' || c <= ' ' || c == 0x7f) {
        return false;
      }
    }
    return true;
  }
}
