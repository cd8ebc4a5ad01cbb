package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.engine.Engine;
import dev.stowage.engine.ListAdd;
import dev.stowage.engine.ManifestList;
import dev.stowage.model.InUseException;
import dev.stowage.model.NotFoundException;
import dev.stowage.transfer.RegistryAccess;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `manifest create`.
final class ManifestCreateVerb implements Verb {

  @Override
  public Command command() {
    return Command.of(
            "manifest create",
            "[options] LIST [IMAGE...]",
            Arguments.atLeast(1),
            "Create manifest list or image index")
        .described("Creates manifest lists or image indexes.")
        .withExamples(
            "@ mylist:v1.11",
            "@ mylist:v1.11 arch-specific-image-to-add",
            "@ mylist:v1.11 arch-specific-image-to-add another-arch-specific-image-to-add",
            "@ --all mylist:v1.11 transport:tagged-image-to-add")
        .withFlags(
            ManifestFlags.withTls(
                    Flag.toggle(
                        "all",
                        ManifestFlags.NONE,
                        "add all of the lists' images if the images to add are lists"),
                    Flag.toggle(
                        "amend",
                        'a',
                        "modify an existing list if one with the desired name already exists"),
                    Flag.list("annotation", ManifestFlags.NONE, "set annotations on the new list"))
                .toArray(new Flag[0]));
  }

  @Override
  public int run(Call call) throws IOException {
    Words words = call.words();
    RegistryAccess access = ManifestFlags.access(call);
    Map<String, String> annotations = ManifestFlags.annotations(words);
    ListAdd how =
        ListAdd.DEFAULT
            .withAccess(access)
            .withInstances(
                words.on("all") ? ListAdd.Instances.ALL : ListAdd.Instances.FOR_THIS_MACHINE);
    List<String> arguments = words.arguments();
    String name = arguments.getFirst();
    if (name.isEmpty()) {
      throw new UsageException("no name specified for creating a manifest list");
    }
    try (Engine engine = Session.open(call)) {
      ManifestList list = list(engine, name, words.on("amend"));
      if (!annotations.isEmpty()) {
        list = list.annotateWhole(annotations, Optional.empty(), access);
      }
      for (String image : arguments.subList(1, arguments.size())) {
        list = list.add(image, how).list();
      }
      call.out().line(list.id().value());
    }
    return ExitCode.DONE;
  }

  private static ManifestList list(Engine engine, String name, boolean amend) throws IOException {
    try {
      return engine.lists().create(name);
    } catch (InUseException taken) {
      if (amend) {
        try {
          return engine.lists().find(name);
        } catch (NotFoundException e) {
          taken.addSuppressed(e);
        }
      }
      throw taken;
    }
  }
}
