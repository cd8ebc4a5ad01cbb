package dev.stowage.trust;

import dev.stowage.config.Surroundings;
import dev.stowage.model.Bytes;
import dev.stowage.model.MalformedException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The installed gpg: it signs with the keys of the user's keyring, and hands out public ones.
public final class Gpg {
  private static final int MOST_BYTES = 64 << 20;

  private final Surroundings surroundings;

  public Gpg(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Makes a signed message.
  ///
  /// @param key a fingerprint, or whatever gpg takes
  /// @param passphrase where gpg is not to ask for it
  Bytes sign(Bytes text, String key, Optional<Secret> passphrase) throws IOException {
    if (key.startsWith("-")) {
      throw new MalformedException("no key is called \"" + key + "\"");
    }
    List<String> words =
        new ArrayList<>(List.of("--quiet", "--no-armor", "--local-user", key, "--output", "-"));
    if (passphrase.isEmpty()) {
      words.addAll(List.of("--sign"));
      return run("signing with the key " + key, words, text);
    }
    // What is signed is no secret; the passphrase is, and takes gpg's standard input.
    Path file = Files.createTempFile("stowage-sign", ".json");
    try {
      Files.write(file, text.toArray());
      words.addAll(
          List.of("--batch", "--pinentry-mode", "loopback", "--passphrase-fd", "0", "--sign"));
      words.add(file.toString());
      return run(
          "signing with the key " + key, words, Bytes.utf8(passphrase.get().reveal() + "\n"));
    } finally {
      Files.delete(file);
    }
  }

  /// The public keys of the user's keyring that go by these fingerprints.
  public Bytes publicKeys(List<String> fingerprints) throws IOException {
    List<String> words = new ArrayList<>(List.of("--batch", "--quiet", "--export"));
    for (String fingerprint : fingerprints) {
      if (fingerprint.startsWith("-")) {
        throw new MalformedException("no key is called \"" + fingerprint + "\"");
      }
      words.add(fingerprint);
    }
    return run("reading the keyring", words, Bytes.empty());
  }

  private Bytes run(String doing, List<String> words, Bytes input) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(program().toString());
    command.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(surroundings.environment());
    Process process = builder.start();
    StringBuilder complaint = new StringBuilder();
    Thread reader = Thread.ofVirtual().start(() -> read(process.getErrorStream(), complaint));
    try {
      try (OutputStream stdin = process.getOutputStream()) {
        input.writeTo(stdin);
      } catch (IOException e) {
        // gpg may end without reading; its status decides.
      }
      byte[] output = process.getInputStream().readNBytes(MOST_BYTES);
      int status = process.waitFor();
      reader.join();
      if (status != 0) {
        throw new IOException(
            doing + ": gpg exited with status " + status + ": " + complaint.toString().strip());
      }
      return Bytes.owning(output);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while gpg ran");
    } finally {
      process.destroy();
    }
  }

  private static void read(InputStream in, StringBuilder into) {
    try {
      into.append(new String(in.readNBytes(8192), StandardCharsets.UTF_8));
      in.skip(Long.MAX_VALUE);
    } catch (IOException e) {
      // What could not be read is not told.
    }
  }

  private Path program() throws NotFoundException {
    for (String name : List.of("gpg", "gpg2")) {
      for (String directory : surroundings.variable("PATH").orElse("").split(":")) {
        if (!directory.isEmpty()) {
          Path program = surroundings.absolute(directory).resolve(name);
          if (Files.isExecutable(program) && !Files.isDirectory(program)) {
            return program;
          }
        }
      }
    }
    throw new NotFoundException(
        NotFoundException.Kind.FILE,
        "gpg",
        "exec: \"gpg\": executable file not found in $PATH: install gnupg, or sign with an exported"
            + " key in a file (--sign-by ./key.asc)");
  }
}
