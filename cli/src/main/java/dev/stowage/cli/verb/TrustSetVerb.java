package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.trust.PolicyFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// `image trust set`.
final class TrustSetVerb implements Verb {

  @Override
  public Command command() {
    return Command.of(
            "image trust set",
            "[options] REGISTRY",
            Arguments.exactly(1),
            "Set default trust policy or a new trust policy for a registry")
        .described("Set default trust policy or add a new trust policy for a registry")
        .withExamples(
            "@ --type accept default",
            "@ --type signedBy --pubkeysfile /etc/pki/key.gpg registry.example/team")
        .withFlags(
            // What Podman called --signature-policy before.
            Flag.text("policypath", Flag.NO_SHORTHAND, "").hidden(),
            Flag.list(
                "pubkeysfile",
                'f',
                "Path of installed public key(s) to trust for TARGET. Absolute path to keys is added to policy.json. May be used multiple times to define multiple public keys. File(s) must exist before using this command"),
            Flag.text("signature-policy", Flag.NO_SHORTHAND, "Path to a signature-policy file"),
            Flag.text(
                    "type",
                    't',
                    "Trust type, accept values: signedBy(default), sigstoreSigned, accept, reject")
                .initially("signedBy"));
  }

  @Override
  public int run(Call call) throws IOException {
    String scope = call.words().arguments().getFirst();
    if (!looksLikeScope(scope)) {
      throw new UsageException("invalid image uri: " + scope);
    }
    String type = call.words().text("type");
    if (!List.of("accept", "insecureAcceptAnything", "reject", "signedBy", "sigstoreSigned")
        .contains(type)) {
      throw new UsageException(
          "invalid choice: "
              + type
              + " (choose from 'accept', 'reject', 'signedBy', 'sigstoreSigned')");
    }
    String flag = call.words().given("signature-policy") ? "signature-policy" : "policypath";
    Optional<Path> chosen =
        call.words().given(flag)
            ? Optional.of(call.surroundings().absolute(call.words().text(flag)))
            : Optional.empty();
    PolicyFile.at(call.surroundings(), chosen).set(scope, type, call.words().texts("pubkeysfile"));
    return ExitCode.DONE;
  }

  /// A registry, a namespace, a repository, with a tag or without, or `default`.
  private static boolean looksLikeScope(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean usual = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
      if (!usual && "-_.:/@*".indexOf(c) < 0) {
        return false;
      }
    }
    return !text.isEmpty() && "/:@".indexOf(text.charAt(0)) < 0;
  }
}
