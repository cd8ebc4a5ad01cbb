package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.output.Log;
import dev.stowage.engine.Remote;
import dev.stowage.model.UnsupportedException;
import dev.stowage.transfer.Location;
import java.io.IOException;
import java.util.List;

/// `delete`: what Skopeo has under this name, but never more than was named.
final class DeleteVerb implements SkopeoVerb {

  @Override
  public Command command() {
    return Command.of("delete", "[options] IMAGE-NAME", Arguments.ANY, "Delete image IMAGE-NAME")
        .described(
            """
            Deletes an image from a registry. A name with a digest stands for the manifest, which goes with all of its tags; a name with a tag stands for the tag alone. Where a registry cannot delete a tag alone, its manifest is deleted only if no other tag stands for it.""")
        .withExamples("@ docker://registry.example.com/example/pause:latest")
        .withFlags(RegistryFlags.skopeos());
  }

  @Override
  public int run(Call call) throws IOException {
    List<String> arguments = call.words().arguments();
    if (arguments.size() != 1) {
      throw new UsageException("Usage: delete imageReference");
    }
    String text = arguments.getFirst();
    Location location;
    try {
      location = Location.parse(text);
    } catch (IOException e) {
      throw new IOException("Invalid source name " + text + ": " + e.getMessage(), e);
    }
    if (location instanceof Location.InStore) {
      throw new UnsupportedException("images of the local store are removed with \"stowage rmi\"");
    }
    if (!(location instanceof Location.AtRegistry at)) {
      throw new UnsupportedException(
          "Deleting images not implemented for "
              + text.substring(0, text.indexOf(':'))
              + ": images");
    }
    try (Remote remote = RegistryFlags.open(call)) {
      switch (remote.delete(at.name())) {
        case TAG, MANIFEST -> {}
        case MANIFEST_OF_THE_ONLY_TAG ->
            call.log()
                .say(
                    Log.Level.WARN,
                    "the registry cannot delete a tag alone: the manifest was deleted, since "
                        + at.name()
                        + " was its only tag");
        case TAG_AND_MANIFEST ->
            call.log()
                .say(
                    Log.Level.WARN,
                    "the registry deleted the manifest together with the tag, and with it any"
                        + " other tag of "
                        + at.name().repository()
                        + " that stood for it");
      }
    }
    return ExitCode.DONE;
  }
}
