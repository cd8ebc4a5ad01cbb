package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.config.Surroundings;
import dev.stowage.engine.Engine;
import dev.stowage.engine.SignOptions;
import dev.stowage.model.NotFoundException;
import dev.stowage.transfer.RegistryAccess;
import dev.stowage.trust.Passphrases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// `image sign`.
final class ImageSignVerb implements Verb {
  private static final char NONE = Flag.NO_SHORTHAND;

  @Override
  public Command command() {
    return Command.of(
            "image sign", "[options] IMAGE [IMAGE...]", Arguments.atLeast(1), "Sign an image")
        .described("Create a signature file that can be used later to verify the image.")
        .withExamples(
            "@ --sign-by mykey imageID", "@ --sign-by mykey --directory ./mykeydir imageID")
        .withFlags(
            Flag.toggle("all", 'a', "Sign all the manifests of the multi-architecture image"),
            Flag.text(
                "authfile",
                NONE,
                "Path of the authentication file. Use REGISTRY_AUTH_FILE environment variable to override"),
            Flag.text(
                    "cert-dir",
                    NONE,
                    "Pathname of a directory containing TLS certificates and keys")
                .taking("Pathname"),
            Flag.text("directory", 'd', "Define an alternate directory to store signatures"),
            Flag.text("sign-by", NONE, "Name of the signing key"),
            Flag.text(
                    "sign-passphrase-file",
                    NONE,
                    "Read a passphrase for signing an image from `PATH`")
                .taking("PATH"),
            Flag.toggle(
                    "tls-verify",
                    NONE,
                    "Require HTTPS and verify certificates when contacting registries")
                .initially("true"));
  }

  @Override
  public int run(Call call) throws IOException {
    Words words = call.words();
    Surroundings surroundings = call.surroundings();
    String key = words.text("sign-by");
    if (key.isEmpty()) {
      throw new UsageException("no identity provided");
    }
    SignOptions options =
        SignOptions.with(
                key.indexOf('/') >= 0
                    ? new SignOptions.Key.InFile(surroundings.absolute(key))
                    : new SignOptions.Key.OfGpg(key))
            .withDepth(words.on("all") ? SignOptions.Depth.INSTANCES : SignOptions.Depth.NAMED)
            .withAccess(access(words, surroundings));
    if (words.given("sign-passphrase-file")) {
      options =
          options.withPassphrase(
              Passphrases.file(
                  surroundings.absolute(words.text("sign-passphrase-file")).toString()));
    }
    if (words.given("directory")) {
      Path directory = surroundings.absolute(words.text("directory"));
      if (!Files.exists(directory)) {
        throw new NotFoundException(
            NotFoundException.Kind.FILE,
            directory.toString(),
            "faccessat " + directory + ": no such file or directory");
      }
      options = options.withDirectory(directory);
    }
    try (Engine engine = Session.open(call)) {
      for (String image : words.arguments()) {
        engine.sign(image, options);
      }
    }
    return ExitCode.DONE;
  }

  private static RegistryAccess access(Words words, Surroundings surroundings)
      throws UsageException {
    RegistryAccess access = RegistryAccess.DEFAULT;
    if (words.given("authfile")) {
      Path file = surroundings.absolute(words.text("authfile"));
      if (!Files.exists(file)) {
        throw new UsageException(
            "credential file is not accessible: stat " + file + ": no such file or directory");
      }
      access = access.withAuthFile(file);
    }
    if (words.given("cert-dir")) {
      access = access.withCertificates(surroundings.absolute(words.text("cert-dir")));
    }
    if (words.given("tls-verify")) {
      access =
          access.withTls(
              words.on("tls-verify")
                  ? RegistryAccess.Tls.REQUIRED
                  : RegistryAccess.Tls.NOT_VERIFIED);
    }
    return access;
  }
}
