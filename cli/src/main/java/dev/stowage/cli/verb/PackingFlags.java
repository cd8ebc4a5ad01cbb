package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.config.Surroundings;
import dev.stowage.model.Family;
import dev.stowage.model.LayerCompression;
import dev.stowage.model.UnsupportedException;
import dev.stowage.transfer.CopyOptions.Form;
import dev.stowage.transfer.CopyOptions.Packing;
import dev.stowage.transfer.CopyOptions.Sealing;
import dev.stowage.transfer.seal.DecryptionKey;
import dev.stowage.transfer.seal.EncryptionKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// What the flags of commands that write images say about the form of manifests and layers.
final class PackingFlags {

  /// Under which names a command has the flags.
  enum Names {
    /// Podman's.
    PUSH("compression-format", "compression-level", "force-compression", Alone.GZIP),

    /// Skopeo's.
    COPY(
        "dest-compress-format", "dest-compress-level", "dest-force-compress-format", Alone.NOTHING);

    final String format;
    final String level;
    final String force;

    /// What `force` means where no format is given.
    final Alone alone;

    Names(String format, String level, String force, Alone alone) {
      this.format = format;
      this.level = level;
      this.force = force;
      this.alone = alone;
    }
  }

  /// What it means to force a compression that is not named.
  enum Alone {
    NOTHING,
    GZIP
  }

  private PackingFlags() {}

  /// The form of manifests and layers.
  static Form form(Words words, Names names) throws IOException {
    String format = words.text("format");
    return form(
        Form.AS_IT_IS.withPacking(packing(words, names)),
        names == Names.PUSH && format.equals("docker") ? "v2s2" : format);
  }

  /// A form with the manifests that `--format` asks for.
  static Form form(Form form, String format) throws IOException {
    return switch (format) {
      case "" -> form;
      case "oci" -> form.withManifest(Family.OCI);
      case "v2s2" -> form.withManifest(Family.DOCKER);
      case "v2s1" ->
          throw new UnsupportedException(
              "writing manifests of Docker's schema 1 is not supported: registries gave them up");
      default ->
          throw new UsageException(
              "unknown format \""
                  + format
                  + "\". Choose one of the supported formats: 'oci', 'v2s1', or 'v2s2'");
    };
  }

  private static Packing packing(Words words, Names names) throws IOException {
    OptionalInt level =
        words.given(names.level)
            ? OptionalInt.of(Integer.parseInt(words.text(names.level)))
            : OptionalInt.empty();
    String format = words.given(names.format) ? words.text(names.format) : "";
    if (format.isEmpty()) {
      return names.alone == Alone.GZIP && words.on(names.force)
          ? new Packing.As(LayerCompression.GZIP, level, Packing.Others.REPLACED)
          : new Packing.Kept(level);
    }
    Packing.Others others =
        !words.given(names.force) || words.on(names.force)
            ? Packing.Others.REPLACED
            : Packing.Others.REUSED;
    return switch (format) {
      case "gzip" -> new Packing.As(LayerCompression.GZIP, level, others);
      case "zstd" -> new Packing.As(LayerCompression.ZSTD, level, others);
      case "none" -> new Packing.As(LayerCompression.NONE, level, others);
      case "zstd:chunked", "bzip2", "xz" ->
          throw new UnsupportedException("compressing with " + format + " is not supported");
      default -> throw new UsageException("cannot find compressor for \"" + format + "\"");
    };
  }

  /// Which layers are encrypted, and for whom.
  static Sealing encryption(Call call) throws IOException {
    Words words = call.words();
    Surroundings surroundings = call.surroundings();
    List<EncryptionKey> keys = new ArrayList<>();
    for (String text : words.texts("encryption-key")) {
      EncryptionKey key = EncryptionKey.parse(text);
      keys.add(new EncryptionKey(surroundings.absolute(key.file().toString())));
    }
    List<Integer> layers = new ArrayList<>();
    for (String text : words.texts("encrypt-layer")) {
      for (String one : text.split(",", -1)) {
        try {
          layers.add(Integer.parseInt(one.strip()));
        } catch (NumberFormatException e) {
          throw new UsageException(
              "invalid argument \"" + text + "\" for \"--encrypt-layer\" flag");
        }
      }
    }
    if (keys.isEmpty() && !layers.isEmpty()) {
      throw new UsageException("--encrypt-layer can be used only with --encryption-key");
    }
    return new Sealing(keys, layers, List.of());
  }

  /// What layers are decrypted with.
  static List<DecryptionKey> decryption(Call call) throws IOException {
    List<DecryptionKey> keys = new ArrayList<>();
    for (String text : call.words().texts("decryption-key")) {
      DecryptionKey key = DecryptionKey.parse(text);
      keys.add(new DecryptionKey(call.surroundings().absolute(key.file().toString())));
    }
    return keys;
  }
}
