package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.engine.Engine;
import dev.stowage.engine.ManifestList;
import dev.stowage.model.Digest;
import dev.stowage.model.NotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `manifest annotate`.
final class ManifestAnnotateVerb implements Verb {
  /// What can be said of an entry alone, and what messages call it.
  private static final Map<String, String> OF_ENTRIES =
      Map.of(
          "arch", "architecture",
          "features", "features",
          "os", "OS",
          "os-features", "OS features",
          "os-version", "OS version",
          "variant", "variant");

  private static final List<String> ORDER =
      List.of("arch", "features", "os", "os-features", "os-version", "variant");

  @Override
  public Command command() {
    List<Flag> flags =
        ManifestFlags.withTls(
            Flag.toggle(
                "index", ManifestFlags.NONE, "apply --annotation values to the image index itself"),
            Flag.text(
                    "subject",
                    ManifestFlags.NONE,
                    "set the subject to which the image index refers")
                .taking("subject"));
    flags.addAll(ManifestFlags.ofEntries("image or artifact"));
    return Command.of(
            "manifest annotate",
            "[options] LIST IMAGEORARTIFACT",
            new Arguments(1, 2),
            "Add or update information about an entry in a manifest list or image index")
        .described("Adds or updates information about an entry in a manifest list or image index.")
        .withExamples(
            "@ --annotation left=right mylist:v1.11"
                + " sha256:15352d97781ffdf357bf3459c037be3efac4133dc9070c2dce7eca7c05c3e736")
        .withFlags(flags.toArray(new Flag[0]));
  }

  @Override
  public int run(Call call) throws IOException {
    Words words = call.words();
    List<String> arguments = words.arguments();
    String name = arguments.getFirst();
    if (name.isEmpty()) {
      throw new UsageException("invalid image name \"" + name + "\"");
    }
    Map<String, String> annotations = ManifestFlags.annotations(words);
    boolean whole = words.on("index");
    if (arguments.size() == 1 && !whole) {
      throw new UsageException("expected an instance digest, image name, or artifact name");
    }
    if (arguments.size() == 2 && whole) {
      throw new UsageException(
          "did not expect image or artifact name \""
              + arguments.getLast()
              + "\" when modifying the entire index");
    }
    if (arguments.getLast().isEmpty()) {
      throw new UsageException("invalid instance digest, image name, or artifact name \"\"");
    }
    try (Engine engine = Session.open(call)) {
      ManifestList list = engine.lists().find(name);
      list =
          whole
              ? annotateWhole(call, list, annotations)
              : annotate(words, list, arguments.getLast(), annotations);
      call.out().line(list.id().value());
    }
    return ExitCode.DONE;
  }

  private static ManifestList annotateWhole(
      Call call, ManifestList list, Map<String, String> annotations) throws IOException {
    Words words = call.words();
    for (String flag : ORDER) {
      if (words.given(flag)) {
        throw new UsageException(
            "setting "
                + OF_ENTRIES.get(flag)
                + " on an item in a manifest list requires an instance digest");
      }
    }
    String subject = words.text("subject");
    return list.annotateWhole(
        annotations,
        subject.isEmpty() ? Optional.empty() : Optional.of(subject),
        ManifestFlags.access(call));
  }

  private static ManifestList annotate(
      Words words, ManifestList list, String member, Map<String, String> annotations)
      throws IOException {
    if (!words.text("subject").isEmpty()) {
      throw new UsageException("setting subject for a manifest list requires no instance digest");
    }
    Digest instance;
    try {
      instance = list.member(member);
    } catch (NotFoundException e) {
      throw new NotFoundException(
          e.kind(), e.name(), "finding instance for \"" + member + "\": " + e.getMessage());
    }
    return list.annotate(instance, ManifestFlags.changes(words, annotations));
  }
}
