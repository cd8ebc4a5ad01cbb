package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.config.Terminal;
import dev.stowage.engine.ArchiveInput;
import dev.stowage.engine.Engine;
import dev.stowage.engine.LoadOptions;
import dev.stowage.engine.Loaded;
import dev.stowage.model.NotFoundException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// `load` and `image load`.
final class LoadVerb implements Verb {
  private static final char NONE = Flag.NO_SHORTHAND;

  private final String path;

  LoadVerb(String path) {
    this.path = path;
  }

  @Override
  public Command command() {
    return Command.of(path, "[options]", Arguments.NONE, "Load image(s) from a tar archive")
        .described(
            "Loads an image from a locally stored archive (tar file) into container storage.")
        .withFlags(
            Flag.text("input", 'i', "Read from specified archive file (default: stdin)"),
            Flag.toggle("quiet", 'q', "Suppress the output"),
            Flag.text("signature-policy", NONE, "Pathname of signature policy file").hidden());
  }

  @Override
  public int run(Call call) throws IOException {
    LoadOptions options = LoadOptions.DEFAULT.withTrust(RegistryFlags.trust(call));
    ArchiveInput input = input(call);
    Loaded loaded;
    try (Progresses progress = new Progresses(call);
        Engine engine = Session.open(call)) {
      loaded = engine.load(input, options, progress.listener());
    }
    for (Loaded.Named image : loaded.images()) {
      call.out().line("Loaded image: " + image.name());
    }
    return ExitCode.DONE;
  }

  private static ArchiveInput input(Call call) throws IOException {
    String given = call.words().text("input");
    if (given.isEmpty()) {
      if (call.surroundings().terminal().input() == Terminal.Stream.TERMINAL) {
        throw new UsageException(
            "cannot read from terminal, use command-line redirection or the --input flag");
      }
      return new ArchiveInput.From("/dev/stdin", new FileInputStream(FileDescriptor.in));
    }
    if (given.startsWith("https://") || given.startsWith("http://")) {
      return new ArchiveInput.Web(WebAddress.parse(given));
    }
    Path file = call.surroundings().absolute(given);
    if (!Files.exists(file)) {
      throw new NotFoundException(
          NotFoundException.Kind.FILE, given, "stat " + given + ": no such file or directory");
    }
    return new ArchiveInput.At(file);
  }
}
