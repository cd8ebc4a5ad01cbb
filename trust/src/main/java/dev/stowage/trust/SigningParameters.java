package dev.stowage.trust;

import dev.stowage.config.Yaml;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.UnsupportedException;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/// How to sign with sigstore, as a parameter file says it.
///
/// @see <a
///   href="https://github.com/containers/container-libs/blob/main/image/docs/containers-sigstore-signing-params.yaml.5.md">
///   containers-sigstore-signing-params.yaml(5)</a>
public record SigningParameters(String keyFile, Optional<String> passphraseFile) {

  /// Reads a parameter file.
  ///
  /// @throws UnsupportedException if it asks for a certificate or a log entry, which only servers
  ///   give out
  public static SigningParameters read(String file) throws IOException {
    Json.Obj said;
    try {
      said =
          Strict.only(
              Strict.object(Yaml.parse(KeyMaterial.file(file))),
              Set.of("privateKeyFile", "privateKeyPassphraseFile", "fulcio", "rekorURL"));
    } catch (MalformedException e) {
      throw new MalformedException(
          "setting up signing using parameter file \"" + file + "\": " + e.getMessage(),
          e.position(),
          e);
    }
    if (said.get("fulcio").isPresent()) {
      throw new UnsupportedException(
          file + ": signing with a certificate of Fulcio is not supported; name a privateKeyFile");
    }
    if (said.get("rekorURL").isPresent()) {
      throw new UnsupportedException(
          file + ": entering signatures into a log (rekorURL) is not supported");
    }
    return new SigningParameters(
        said.string("privateKeyFile")
            .filter(text -> !text.isEmpty())
            .orElseThrow(
                () ->
                    new MalformedException(
                        file
                            + ": no private key source provided (neither a private key nor"
                            + " Fulcio) when preparing to create sigstore signatures")),
        said.string("privateKeyPassphraseFile").filter(text -> !text.isEmpty()));
  }
}
