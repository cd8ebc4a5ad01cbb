package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.output.Log;
import dev.stowage.config.StorageOverrides;
import dev.stowage.engine.Engine;
import dev.stowage.engine.EngineOptions;
import dev.stowage.engine.Remote;
import dev.stowage.engine.Removal;
import dev.stowage.engine.RemoveOptions;
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
            Deletes an image from a registry, an OCI layout or a local store. A name with a digest stands for the manifest, which goes with all of its tags; a name with a tag stands for the tag alone. Where a registry cannot delete a tag alone, its manifest is deleted only if no other tag stands for it.""")
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
    if (location instanceof Location.InStore stored) {
      deleteStored(call, stored);
      return ExitCode.DONE;
    }
    if (location.in(call.surroundings().directory()) instanceof Location.InLayout layout) {
      try (Remote remote = RegistryFlags.open(call)) {
        remote.delete(layout);
      }
      return ExitCode.DONE;
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

  /// Removes a name from an image of a store, and the image with its last name.
  private static void deleteStored(Call call, Location.InStore stored) throws IOException {
    StorageOverrides storage =
        stored.store().isPresent()
            ? ScpVerb.overrides(stored.store().get())
            : Session.overrides(call.words(), call.surroundings());
    if (stored.name().indexOf(':') > 0 && stored.name().contains("@sha256:")) {
      throw new UnsupportedException(
          "name the image of a local store by a tag or by its ID, not by a digest");
    }
    try (Engine engine =
        Engine.open(call.surroundings(), EngineOptions.DEFAULT.withStorage(storage))) {
      Removal removal =
          engine
              .images()
              .remove(
                  List.of(stored.name().substring(stored.name().lastIndexOf('@') + 1)),
                  RemoveOptions.DEFAULT);
      if (!removal.failures().isEmpty()) {
        throw removal.failures().getFirst().cause();
      }
    }
  }
}
