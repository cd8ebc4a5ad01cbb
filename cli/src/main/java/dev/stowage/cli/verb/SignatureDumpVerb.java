package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.model.Json;
import dev.stowage.trust.Claim;
import dev.stowage.trust.KeyMaterial;
import dev.stowage.trust.StandaloneSignature;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;

/// `untrusted-signature-dump-without-verification`.
final class SignatureDumpVerb implements SkopeoVerb {

  @Override
  public Command command() {
    return Command.of(
            "untrusted-signature-dump-without-verification",
            "SIGNATURE",
            Arguments.ANY,
            "Dump contents of a signature WITHOUT VERIFYING IT")
        .described(
            "Shows what a simple signature claims. Nothing of it is verified: do not use it for any decision.");
  }

  @Override
  public int run(Call call) throws IOException {
    if (call.words().arguments().size() != 1) {
      throw new UsageException(
          "Usage: stowage untrusted-signature-dump-without-verification signature");
    }
    String file = call.surroundings().absolute(call.words().arguments().getFirst()).toString();
    StandaloneSignature.Untrusted untrusted =
        StandaloneSignature.withoutVerification(KeyMaterial.file(file));
    Claim claim = untrusted.claim();
    Json.Obj shown =
        Json.object()
            .put("UntrustedDockerManifestDigest", claim.manifest().toString())
            .put("UntrustedDockerReference", claim.reference())
            .put(
                "UntrustedCreatorID",
                claim.creator().isPresent() ? Json.of(claim.creator().get()) : new Json.Null())
            .put(
                "UntrustedTimestamp",
                claim.timestamp().isPresent()
                    ? Json.of(
                        DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                            Instant.ofEpochSecond(claim.timestamp().get())
                                .atZone(call.surroundings().zone().get())))
                    : new Json.Null())
            .put("UntrustedShortKeyIdentifier", untrusted.keyId())
            .build();
    call.out().line(shown.pretty("    "));
    return ExitCode.DONE;
  }
}
