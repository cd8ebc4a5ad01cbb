package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.model.Secret;
import dev.stowage.trust.Passphrases;
import dev.stowage.trust.SigstoreKeyPair;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// `generate-sigstore-key`.
final class GenerateSigstoreKeyVerb implements SkopeoVerb {

  @Override
  public Command command() {
    return Command.of(
            "generate-sigstore-key",
            "[options] --output-prefix PREFIX",
            Arguments.ANY,
            "Generate a sigstore public/private key pair")
        .described(
            "Generates a public/private key pair for sigstore signatures; the private key is encrypted with a passphrase.")
        .withExamples("@ --output-prefix my-key")
        .withFlags(
            Flag.text(
                    "output-prefix",
                    Flag.NO_SHORTHAND,
                    "Write the keys to `PREFIX`.pub and `PREFIX`.private")
                .taking("PREFIX"),
            Flag.text(
                    "passphrase-file",
                    Flag.NO_SHORTHAND,
                    "Read a passphrase for the private key from `PATH`")
                .taking("PATH"));
  }

  @Override
  public int run(Call call) throws IOException {
    String prefix = call.words().text("output-prefix");
    if (!call.words().arguments().isEmpty() || prefix.isEmpty()) {
      throw new UsageException("Usage: generate-sigstore-key --output-prefix PREFIX");
    }
    String publicName = prefix + ".pub";
    String privateName = prefix + ".private";
    Path publicFile = call.surroundings().absolute(publicName);
    Path privateFile = call.surroundings().absolute(privateName);
    refuseExisting(publicFile, publicName);
    refuseExisting(privateFile, privateName);
    String passphraseFile = call.words().text("passphrase-file");
    Secret passphrase =
        passphraseFile.isEmpty()
            ? PassphrasePrompt.passphrase(privateName)
            : Passphrases.file(call.surroundings().absolute(passphraseFile).toString());
    SigstoreKeyPair pair = SigstoreKeyPair.generate(passphrase);
    Files.createFile(
        privateFile,
        PosixFilePermissions.asFileAttribute(
            Set.copyOf(PosixFilePermissions.fromString("rw-------"))));
    Files.write(privateFile, pair.privateKey().toArray());
    Files.write(publicFile, pair.publicKey().toArray(), StandardOpenOption.CREATE_NEW);
    call.out().line("Key written to \"" + privateName + "\" and \"" + publicName + "\"");
    return ExitCode.DONE;
  }

  private static void refuseExisting(Path file, String name) throws IOException {
    if (Files.exists(file)) {
      throw new FileAlreadyExistsException(
          name, null, "Refusing to overwrite existing \"" + name + "\"");
    }
  }
}
