package dev.stowage.cli.verb;

import dev.stowage.model.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// `--digestfile`.
final class DigestFile {
  private DigestFile() {}

  /// Writes the digest of what has been copied where the command line asks for it.
  static void write(Call call, Digest digest) throws IOException {
    if (call.words().given("digestfile")) {
      Path file = call.surroundings().absolute(call.words().text("digestfile"));
      Path _ = Files.writeString(file, digest.toString(), StandardCharsets.UTF_8);
    }
  }
}
