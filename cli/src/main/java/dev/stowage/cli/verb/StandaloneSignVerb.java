package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.model.Document;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.MediaType;
import dev.stowage.trust.KeyMaterial;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/// `standalone-sign`.
final class StandaloneSignVerb implements SkopeoVerb {

  @Override
  public Command command() {
    return Command.of(
            "standalone-sign",
            "[options] MANIFEST DOCKER-REFERENCE KEY-FINGERPRINT --output|-o SIGNATURE",
            Arguments.ANY,
            "Create a signature using local files")
        .described(
            """
            Creates a simple signature of a manifest with an OpenPGP key.

              The key is one of gpg's keyring, or a file with an exported secret key, whose path has a slash.""")
        .withExamples("@ manifest.json registry.example/app:v1 FINGERPRINT -o app.signature")
        .withFlags(
            Flag.text("output", 'o', "output the signature to `SIGNATURE`").taking("SIGNATURE"),
            Flag.text(
                "passphrase-file",
                Flag.NO_SHORTHAND,
                "file that contains a passphrase for the --sign-by key"));
  }

  @Override
  public int run(Call call) throws IOException {
    List<String> words = call.words().arguments();
    String output = call.words().text("output");
    if (words.size() != 3 || output.isEmpty()) {
      throw new UsageException(
          "Usage: stowage standalone-sign manifest docker-reference key-fingerprint -o signature");
    }
    Document manifest =
        new Document(
            new MediaType(""),
            KeyMaterial.file(call.surroundings().absolute(words.get(0)).toString()));
    ImageSignature.Simple signature =
        SigningFlags.simple(call, words.get(2), call.words().text("passphrase-file"))
            .sign(manifest, words.get(1));
    Files.write(call.surroundings().absolute(output), signature.message().toArray());
    return ExitCode.DONE;
  }
}
