package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.output.Columns;
import dev.stowage.model.Json;
import dev.stowage.trust.PolicyFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `image trust show`.
final class TrustShowVerb implements Verb {

  @Override
  public Command command() {
    return Command.of(
            "image trust show",
            "[options] [REGISTRY]",
            Arguments.atMost(1),
            "Display trust policy for the system")
        .described("Display trust policy for the system")
        .withFlags(
            Flag.toggle("json", 'j', "Output as json"),
            Flag.toggle("noheading", 'n', "Do not print column headings"),
            Flag.toggle("raw", Flag.NO_SHORTHAND, "Output raw policy file"),
            Flag.text("policypath", Flag.NO_SHORTHAND, "").hidden(),
            Flag.text("registrypath", Flag.NO_SHORTHAND, "").hidden(),
            Flag.text("signature-policy", Flag.NO_SHORTHAND, "Path to a signature-policy file"));
  }

  @Override
  public int run(Call call) throws IOException {
    PolicyFile policy =
        PolicyFile.at(
            call.surroundings(), path(call, "signature-policy").or(() -> path(call, "policypath")));
    if (call.words().on("raw")) {
      call.out().line(policy.text().utf8());
      return ExitCode.DONE;
    }
    List<PolicyFile.Entry> entries =
        policy.entries(call.surroundings(), path(call, "registrypath"));
    if (call.words().on("json")) {
      List<Json> rows = new ArrayList<>();
      for (PolicyFile.Entry entry : entries) {
        rows.add(json(entry));
      }
      call.out().line(new Json.Arr(rows).pretty("  "));
      return ExitCode.DONE;
    }
    StringBuilder table = new StringBuilder();
    if (!call.words().on("noheading")) {
      table.append("TRANSPORT\tNAME\tTYPE\tID\tSTORE\n");
    }
    for (PolicyFile.Entry entry : entries) {
      table
          .append(entry.transport())
          .append('\t')
          .append(entry.repository())
          .append('\t')
          .append(entry.type())
          .append('\t')
          .append(entry.ids())
          .append('\t')
          .append(entry.store())
          .append('\n');
    }
    call.out().print(Columns.align(table.toString()));
    return ExitCode.DONE;
  }

  private static Optional<Path> path(Call call, String flag) {
    return call.words().given(flag)
        ? Optional.of(call.surroundings().absolute(call.words().text(flag)))
        : Optional.empty();
  }

  private static Json json(PolicyFile.Entry entry) {
    Json.Builder row = Json.object().put("transport", entry.transport());
    unlessEmpty(row, "name", entry.name());
    unlessEmpty(row, "repo_name", entry.repository());
    unlessEmpty(row, "sigstore", entry.store());
    row.put("type", entry.type());
    unlessEmpty(row, "gpg_id", entry.ids());
    return row.build();
  }

  private static void unlessEmpty(Json.Builder row, String key, String value) {
    if (!value.isEmpty()) {
      row.put(key, value);
    }
  }
}
