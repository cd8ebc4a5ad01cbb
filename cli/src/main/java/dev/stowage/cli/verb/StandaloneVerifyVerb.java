package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.config.Surroundings;
import dev.stowage.model.Bytes;
import dev.stowage.model.Document;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MediaType;
import dev.stowage.trust.Gpg;
import dev.stowage.trust.KeyMaterial;
import dev.stowage.trust.OpenPgpKeys;
import dev.stowage.trust.StandaloneSignature;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/// `standalone-verify`.
final class StandaloneVerifyVerb implements SkopeoVerb {

  @Override
  public Command command() {
    return Command.of(
            "standalone-verify",
            "MANIFEST DOCKER-REFERENCE KEY-FINGERPRINTS SIGNATURE",
            Arguments.ANY,
            "Verify a signature using local files")
        .described(
            """
            Verify a signature using local files

              KEY-FINGERPRINTS can be a comma separated list of fingerprints, or "any" if you trust all the keys in the public key file.""")
        .withExamples("@ manifest.json registry.example/app:v1 FINGERPRINT app.signature")
        .withFlags(
            Flag.text(
                "public-key-file",
                Flag.NO_SHORTHAND,
                "File containing public keys. If not specified, will use local GPG keys."));
  }

  @Override
  public int run(Call call) throws IOException {
    List<String> words = call.words().arguments();
    if (words.size() != 4) {
      throw new UsageException(
          "Usage: stowage standalone-verify manifest docker-reference key-fingerprint signature");
    }
    List<String> wanted = List.of(words.get(2).split(",", -1));
    String keyFile = call.words().text("public-key-file");
    boolean any = wanted.equals(List.of("any"));
    if (keyFile.isEmpty() && any) {
      throw new MalformedException("Cannot use any fingerprint without a public key file");
    }
    Surroundings surroundings = call.surroundings();
    Document manifest = new Document(new MediaType(""), file(surroundings, words.get(0)));
    Bytes signature = file(surroundings, words.get(3));
    Bytes blob =
        keyFile.isEmpty() ? new Gpg(surroundings).publicKeys(wanted) : file(surroundings, keyFile);
    OpenPgpKeys keys = OpenPgpKeys.of(List.of(blob), Instant.now());
    try {
      OpenPgpKeys.Signed signed =
          StandaloneSignature.verify(
              signature, manifest, words.get(1), keys, any ? keys.fingerprints() : wanted);
      call.out()
          .line(
              "Signature verified using fingerprint "
                  + signed.fingerprint()
                  + ", digest "
                  + manifest.digest());
    } catch (MalformedException e) {
      throw new MalformedException("Error verifying signature: " + e.getMessage(), e.position(), e);
    }
    return ExitCode.DONE;
  }

  private static Bytes file(Surroundings surroundings, String name) throws IOException {
    return KeyMaterial.file(surroundings.absolute(name).toString());
  }
}
