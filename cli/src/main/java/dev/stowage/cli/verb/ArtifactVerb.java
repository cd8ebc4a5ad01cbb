package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.cli.output.Formatter;
import dev.stowage.cli.template.PlainJson;
import dev.stowage.cli.template.Value;
import dev.stowage.cli.template.Value.Field;
import dev.stowage.engine.Artifact;
import dev.stowage.engine.Artifacts;
import dev.stowage.engine.Engine;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.MediaType;
import dev.stowage.model.NotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `artifact extract`, `artifact inspect` and `artifact rm`.
final class ArtifactVerb implements Verb {
  private static final char NONE = Flag.NO_SHORTHAND;
  private static final String INDENT = "     ";

  private final String path;

  ArtifactVerb(String path) {
    this.path = path;
  }

  @Override
  public Command command() {
    return switch (path) {
      case "artifact extract" ->
          Command.of(
                  path,
                  "[options] ARTIFACT PATH",
                  Arguments.exactly(2),
                  "Extract an OCI artifact to a local path")
              .described("Extract the blobs of an OCI artifact to a local file or directory")
              .withExamples(
                  "@ registry.example.com/myimage/myartifact:latest /tmp/foobar.txt",
                  "@ registry.example.com/myimage/myartifact:latest /home/paul/mydir")
              .withFlags(
                  Flag.text("digest", NONE, "Only extract blob with the given digest"),
                  Flag.text("title", NONE, "Only extract blob with the given title"));
      case "artifact inspect" ->
          Command.of(path, "[options] ARTIFACT", Arguments.exactly(1), "Inspect an OCI artifact")
              .described("Provide details on an OCI artifact")
              .withExamples("@ registry.example.com/myimage/myartifact:latest")
              .withFlags(
                  Flag.text("format", 'f', "Format volume output using JSON or a Go template")
                      .initially("json"));
      default ->
          Command.of(
                  path,
                  "[options] ARTIFACT [ARTIFACT...]",
                  Arguments.ANY,
                  "Remove one or more OCI artifacts")
              .described("Remove one or more OCI artifacts from local storage")
              .withExamples(
                  "@ registry.example.com/myimage/myartifact:latest",
                  "@ -a",
                  "@ c4dfb1609ee2 93fd78260bd1 c0ed59d05ff7",
                  "@ -i c4dfb1609ee2")
              .withFlags(
                  Flag.toggle("all", 'a', "Remove all artifacts"),
                  Flag.toggle("ignore", 'i', "Ignore error if artifact does not exist"))
              .alias("remove");
    };
  }

  @Override
  public int run(Call call) throws IOException {
    switch (path) {
      case "artifact extract" -> extract(call);
      case "artifact inspect" -> inspect(call);
      default -> remove(call);
    }
    return ExitCode.DONE;
  }

  private static void extract(Call call) throws IOException {
    Words words = call.words();
    String title = words.text("title");
    String digest = words.text("digest");
    if (!title.isEmpty() && !digest.isEmpty()) {
      throw new UsageException("cannot specify both digest and title");
    }
    Artifacts.Part part = Artifacts.Part.ALL;
    if (!title.isEmpty()) {
      part = new Artifacts.Part.Titled(title);
    } else if (!digest.isEmpty()) {
      part = new Artifacts.Part.Digested(digest);
    }
    try (Engine engine = Session.open(call)) {
      List<Path> _ =
          engine
              .artifacts()
              .extract(words.arguments().getFirst(), Path.of(words.arguments().getLast()), part);
    }
  }

  private static void inspect(Call call) throws IOException {
    Artifact artifact;
    try (Engine engine = Session.open(call)) {
      artifact = engine.artifacts().find(call.words().arguments().getFirst());
    }
    String format = call.words().text("format");
    if (format.isEmpty() || Formatter.isJson(format)) {
      call.out().line(PlainJson.pretty(artifact.inspect(), INDENT));
      return;
    }
    call.out()
        .print(
            Formatter.fill(
                "inspect",
                format,
                Formatter.Subject.LIST,
                new Value.Items(List.of(value(artifact))),
                Map.of()));
  }

  private static Value value(Artifact artifact) throws IOException {
    List<Value> layers = new ArrayList<>();
    for (Descriptor layer : artifact.manifest().layers()) {
      layers.add(value(layer));
    }
    Value manifest =
        new Value.Struct(
            "manifest.OCI1",
            List.of(
                new Field("SchemaVersion", Value.of(2)),
                new Field("MediaType", Value.of(artifact.document().type().value())),
                new Field(
                    "ArtifactType",
                    Value.of(artifact.manifest().artifactType().map(MediaType::value).orElse(""))),
                new Field("Config", value(artifact.manifest().config())),
                new Field("Layers", new Value.Items(layers)),
                new Field("Annotations", Value.ofTexts(artifact.manifest().annotations()))),
            Map.of());
    return new Value.Struct(
        "entities.ArtifactInspectReport",
        List.of(
            new Field("Name", Value.of(artifact.name().orElse(""))),
            new Field("Manifest", manifest),
            new Field("Digest", Value.of(artifact.digest().toString()))),
        Map.of("TotalSizeBytes", Value.of(artifact.size())));
  }

  private static Value value(Descriptor descriptor) {
    return new Value.Struct(
        "v1.Descriptor",
        List.of(
            new Field("MediaType", Value.of(descriptor.type().value())),
            new Field("Digest", Value.of(descriptor.digest().toString())),
            new Field("Size", Value.of(descriptor.size())),
            new Field("Annotations", Value.ofTexts(descriptor.annotations()))),
        Map.of());
  }

  private static void remove(Call call) throws IOException {
    List<String> names = call.words().arguments();
    boolean all = call.words().on("all");
    if (all && !names.isEmpty()) {
      throw new UsageException(
          "when using the --all switch, you may not pass any artifact names or digests");
    }
    if (!all && names.isEmpty()) {
      throw new UsageException("at least one artifact name or digest must be specified");
    }
    try (Engine engine = Session.open(call)) {
      if (all) {
        for (Digest digest : engine.artifacts().removeAll()) {
          call.out().line(digest.hex());
        }
      }
      for (String name : names) {
        try {
          call.out().line(engine.artifacts().remove(name).digest().hex());
        } catch (NotFoundException e) {
          if (!call.words().on("ignore")) {
            throw e;
          }
        }
      }
    }
  }
}
