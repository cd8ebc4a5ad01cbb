package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.engine.ArtifactAdd;
import dev.stowage.engine.Engine;
import dev.stowage.model.MediaType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `artifact add`.
final class ArtifactAddVerb implements Verb {
  private static final char NONE = Flag.NO_SHORTHAND;

  @Override
  public Command command() {
    return Command.of(
            "artifact add",
            "[options] ARTIFACT PATH [...PATH]",
            Arguments.atLeast(2),
            "Add an OCI artifact to the local store")
        .described("Add an OCI artifact to the local store from the local filesystem")
        .withExamples(
            "@ registry.example.com/myimage/myartifact:latest /tmp/foobar.txt",
            "@ --file-type text/yaml registry.example.com/myimage/myartifact:latest"
                + " /tmp/foobar.yaml",
            "@ --append registry.example.com/myimage/myartifact:latest /tmp/foobar.tar.gz")
        .withFlags(
            Flag.list("annotation", NONE, "set an annotation for the specified files of artifact")
                .taking("annotation"),
            Flag.toggle("append", 'a', "Append files to an existing artifact"),
            Flag.text("file-type", NONE, "Set file type to use for the artifact (layer)"),
            Flag.toggle("replace", NONE, "Replace an existing artifact"),
            Flag.text("type", NONE, "Use type to describe an artifact"));
  }

  @Override
  public int run(Call call) throws IOException {
    Words words = call.words();
    if (words.on("append") && words.on("replace")) {
      throw new UsageException("--append and --replace options cannot be used together");
    }
    ArtifactAdd how =
        ArtifactAdd.DEFAULT
            .withAnnotations(ManifestFlags.annotations(words))
            .withPresent(
                words.on("append")
                    ? ArtifactAdd.Present.GROWS
                    : words.on("replace") ? ArtifactAdd.Present.GOES : ArtifactAdd.Present.STAYS);
    if (!words.text("type").isEmpty()) {
      how = how.withType(new MediaType(words.text("type")));
    }
    if (!words.text("file-type").isEmpty()) {
      how = how.withFileType(new MediaType(words.text("file-type")));
    }
    List<Path> files = new ArrayList<>();
    for (String file : words.arguments().subList(1, words.arguments().size())) {
      files.add(Path.of(file));
    }
    try (Engine engine = Session.open(call)) {
      call.out()
          .line(engine.artifacts().add(words.arguments().getFirst(), files, how).digest().hex());
    }
    return ExitCode.DONE;
  }
}
