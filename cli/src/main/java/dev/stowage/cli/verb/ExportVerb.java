package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.config.Terminal;
import dev.stowage.engine.Engine;
import dev.stowage.engine.Remote;
import dev.stowage.engine.RemoteContents;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.Reference;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Location;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.List;

/// `registry export`: what crane has as `export`, but of an image anywhere.
final class ExportVerb implements SkopeoVerb {
  private static final String STANDARD = "-";
  private static final String STORE = "containers-storage:";
  private static final int BUFFER = 256 * 1024;

  @Override
  public Command command() {
    return Command.of(
            "registry export",
            "[options] IMAGE [TARBALL|-]",
            new Arguments(1, 2),
            "Export filesystem of a container image as a tarball")
        .described(
            """
            Writes what can be seen through all layers of an image as one tar, without unpacking anything.

              IMAGE is a name in a registry or has the form "transport":"details".""")
        .withExamples(
            "@ ubuntu ubuntu.tar", "@ docker-archive:saved.tar - | tar -t", "@ oci:layout:v1")
        .withFlags(
            RegistryFlags.skopeos(
                Flag.text(
                    "platform",
                    Flag.NO_SHORTHAND,
                    "Specifies the platform in the form os/arch[/variant]")));
  }

  @Override
  public int run(Call call) throws IOException {
    List<String> words = call.words().arguments();
    String text = words.getFirst();
    String to = words.size() > 1 ? words.get(1) : STANDARD;
    if (to.equals(STANDARD)
        && call.surroundings().terminal().output() == Terminal.Stream.TERMINAL) {
      throw new UsageException("refusing to write a tarball to the terminal: name a file");
    }
    if (text.startsWith(STORE + "[")) {
      throw new UsageException("another store is named with --root and --runroot");
    }
    if (text.startsWith(STORE)) {
      try (Engine engine = Session.open(call);
          ImageSource source = engine.contents(text)) {
        export(call, source, to);
      }
      return ExitCode.DONE;
    }
    Location location =
        Location.transportOf(text).isPresent()
            ? Location.parse(text).in(call.surroundings().directory())
            : new Location.AtRegistry(Reference.parse(text).tagged().withoutRedundantTag());
    try (Remote remote = RegistryFlags.open(call);
        ImageSource source = remote.image(location)) {
      export(call, source, to);
    }
    return ExitCode.DONE;
  }

  private static void export(Call call, ImageSource source, String to) throws IOException {
    ImageManifest manifest =
        RemoteContents.imageOf(source, source.manifest(), RegistryVerb.platform(call));
    if (to.equals(STANDARD)) {
      call.out().transfer(out -> RemoteContents.export(source, manifest, out));
      return;
    }
    try (OutputStream out =
        new BufferedOutputStream(Files.newOutputStream(call.surroundings().absolute(to)), BUFFER)) {
      RemoteContents.export(source, manifest, out);
    }
  }
}
