package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/// `manifest-digest`, as Skopeo has it.
final class ManifestDigestVerb implements SkopeoVerb {

  @Override
  public Command command() {
    return Command.of(
            "manifest-digest",
            "MANIFEST-FILE",
            Arguments.ANY,
            "Compute a manifest digest of a file")
        .withExamples("@ manifest.json");
  }

  @Override
  public int run(Call call) throws IOException {
    List<String> arguments = call.words().arguments();
    if (arguments.size() != 1) {
      throw new UsageException("Usage: stowage manifest-digest manifest");
    }
    Path file = call.surroundings().absolute(arguments.getFirst());
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new IOException(
          "Error reading manifest from "
              + arguments.getFirst()
              + ": open "
              + arguments.getFirst()
              + ": no such file or directory",
          e);
    }
    call.out().line(Digest.of(Bytes.owning(bytes)).toString());
    return ExitCode.DONE;
  }
}
