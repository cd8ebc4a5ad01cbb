package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.engine.Engine;
import dev.stowage.engine.ManifestList;
import dev.stowage.engine.PushOptions;
import dev.stowage.engine.Pushed;
import dev.stowage.engine.Removal;
import dev.stowage.engine.RemoveOptions;
import dev.stowage.model.LayerCompression;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Reference;
import dev.stowage.model.UnsupportedException;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.CopyOptions.Form;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `manifest push`.
final class ManifestPushVerb implements Verb {
  private static final char NONE = ManifestFlags.NONE;

  @Override
  public Command command() {
    List<Flag> flags =
        ManifestFlags.withAccess(
            Flag.list(
                "add-compression", NONE, "add instances with selected compression while pushing"),
            Flag.toggle("all", NONE, "also push the images in the list").initially("true"),
            Flag.text("compression-format", NONE, "compression format to use"),
            Flag.number("compression-level", NONE, "compression level to use"),
            Flag.text(
                "digestfile",
                NONE,
                "after copying the image, write the digest of the resulting digest to the file"),
            Flag.toggle(
                "force-compression",
                NONE,
                "Use the specified compression algorithm even if the destination contains a"
                    + " differently-compressed variant already"),
            Flag.text(
                "format",
                'f',
                "manifest type (oci or v2s2) to attempt to use when pushing the manifest list"
                    + " (default is manifest type of source)"),
            Flag.toggle("purge", 'p', "remove the local manifest list after push").hidden(),
            Flag.toggle("quiet", 'q', "don't output progress information when pushing lists"),
            Flag.toggle("rm", NONE, "remove the manifest list if push succeeds"));
    flags.addAll(SigningFlags.all());
    return Command.of(
            "manifest push",
            "[options] LIST DESTINATION",
            new Arguments(1, 2),
            "Push a manifest list or image index to a registry")
        .described("Pushes manifest lists and image indexes to registries.")
        .withExamples("@ mylist:v1.11 docker://registry.example.com/myuser/image:v1.11")
        .withFlags(flags.toArray(new Flag[0]));
  }

  @Override
  public int run(Call call) throws IOException {
    Words words = call.words();
    String name = words.arguments().getFirst();
    String destination = words.arguments().getLast();
    if (name.isEmpty()) {
      throw new UsageException("invalid image name \"" + name + "\"");
    }
    if (destination.isEmpty()) {
      throw new UsageException("invalid destination \"" + destination + "\"");
    }
    PushOptions options = options(call);
    try (Progresses progress = new Progresses(call);
        Engine engine = Session.open(call)) {
      ManifestList list = list(engine, name);
      Optional<Reference> identity =
          SigningFlags.sign(words)
              ? SigningFlags.identity(words, Pushed.location(destination))
              : Optional.empty();
      Pushed pushed =
          list.push(
              destination,
              options.withCopy(options.copy().withSigning(SigningFlags.signing(call, identity))),
              progress.listener());
      progress.end();
      DigestFile.write(call, pushed.digest());
      if (words.on("rm") || words.on("purge")) {
        remove(engine, list);
      }
    }
    return ExitCode.DONE;
  }

  private static ManifestList list(Engine engine, String name) throws IOException {
    try {
      return engine.lists().find(name);
    } catch (NotFoundException e) {
      throw new NotFoundException(
          e.kind(),
          e.name(),
          "retrieving local image from image name " + name + ": " + e.getMessage());
    }
  }

  private static void remove(Engine engine, ManifestList list) throws IOException {
    Removal removal =
        engine
            .images()
            .remove(
                List.of(list.id().value()),
                RemoveOptions.DEFAULT.withNames(RemoveOptions.Scope.Names.LISTS));
    if (!removal.failures().isEmpty()) {
      IOException cause = removal.failures().getFirst().cause();
      throw new IOException("removing manifest after push: " + cause.getMessage(), cause);
    }
  }

  private static PushOptions options(Call call) throws IOException {
    Words words = call.words();
    Form form = PackingFlags.form(words, PackingFlags.Names.PUSH);
    List<LayerCompression> besides = new ArrayList<>();
    for (String each : ManifestFlags.pieces(words.texts("add-compression"))) {
      besides.add(
          switch (each) {
            case "gzip" -> LayerCompression.GZIP;
            case "zstd" -> LayerCompression.ZSTD;
            default ->
                throw new UnsupportedException(
                    "requested algorithm " + each + " is not supported for replication");
          });
    }
    if (!words.on("all") && !besides.isEmpty()) {
      throw new UsageException("--add-compression needs the images, which --all=false leaves out");
    }
    return PushOptions.DEFAULT
        .withAccess(ManifestFlags.access(call))
        .withCopy(
            CopyOptions.of(
                    words.on("all") ? CopyOptions.Instances.ALL : CopyOptions.Instances.INDEX_ONLY)
                .withForm(form.withBesides(besides)));
  }
}
