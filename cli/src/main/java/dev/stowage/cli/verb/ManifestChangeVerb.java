package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.engine.Engine;
import dev.stowage.engine.ManifestList;
import dev.stowage.engine.RemoveOptions;
import dev.stowage.model.Digest;
import dev.stowage.model.MalformedException;
import dev.stowage.model.NotFoundException;
import java.io.IOException;

/// `manifest exists`, `manifest remove` and `manifest rm`.
final class ManifestChangeVerb implements Verb {
  private final String path;

  ManifestChangeVerb(String path) {
    this.path = path;
  }

  @Override
  public Command command() {
    return switch (path) {
      case "manifest exists" ->
          Command.of(
                  path,
                  "MANIFEST",
                  Arguments.exactly(1),
                  "Check if a manifest list exists in local storage")
              .described(
                  "If the manifest list exists in local storage, stowage manifest exists exits with"
                      + " 0, otherwise the exit code will be 1.")
              .withExamples("@ mylist");
      case "manifest remove" ->
          Command.of(
                  path,
                  "LIST DIGEST",
                  Arguments.exactly(2),
                  "Remove an item from a manifest list or image index")
              .described("Removes an item from a manifest list or image index.")
              .withExamples(
                  "@ mylist:v1.11"
                      + " sha256:15352d97781ffdf357bf3459c037be3efac4133dc9070c2dce7eca7c05c3e736");
      default ->
          Command.of(
                  path,
                  "[options] LIST [LIST...]",
                  Arguments.atLeast(1),
                  "Remove manifest list or image index from local storage")
              .described("Remove manifest list or image index from local storage.")
              .withExamples("@ mylist:v1.11")
              .withFlags(
                  Flag.toggle("ignore", 'i', "Ignore errors when a specified manifest is missing"));
    };
  }

  @Override
  public int run(Call call) throws IOException {
    try (Engine engine = Session.open(call)) {
      return switch (path) {
        case "manifest exists" ->
            engine.lists().exists(call.words().arguments().getFirst())
                ? ExitCode.DONE
                : ExitCode.NOT_KNOWN;
        case "manifest remove" -> remove(call, engine);
        default -> removeLists(call, engine);
      };
    }
  }

  private static int remove(Call call, Engine engine) throws IOException {
    String name = call.words().arguments().getFirst();
    String instance = call.words().arguments().getLast();
    String complaint = "removing from manifest list " + name + ": ";
    if (!Digest.isDigest(instance)) {
      throw new MalformedException(
          complaint + "invalid image digest \"" + instance + "\": invalid checksum digest format");
    }
    try {
      ManifestList list = engine.lists().find(name).remove(Digest.parse(instance));
      call.out().line(list.id().value());
      return ExitCode.DONE;
    } catch (NotFoundException e) {
      throw new NotFoundException(e.kind(), e.name(), complaint + e.getMessage());
    }
  }

  private static int removeLists(Call call, Engine engine) throws IOException {
    RemoveOptions options = RemoveOptions.DEFAULT.withNames(RemoveOptions.Scope.Names.LISTS);
    if (call.words().on("ignore")) {
      options = options.withMissing(RemoveOptions.Missing.IGNORED);
    }
    return RemovalText.of(
        call, engine.images().remove(call.words().arguments(), options), RemovalText.When.DONE);
  }
}
