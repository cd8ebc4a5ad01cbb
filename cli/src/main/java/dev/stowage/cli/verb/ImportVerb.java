package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.engine.Engine;
import dev.stowage.engine.Image;
import dev.stowage.engine.ImportInput;
import dev.stowage.engine.ImportOptions;
import dev.stowage.model.Platform;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.Listener.Progress;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// `import` and `image import`.
final class ImportVerb implements Verb {
  private static final char NONE = Flag.NO_SHORTHAND;

  private final String path;

  ImportVerb(String path) {
    this.path = path;
  }

  @Override
  public Command command() {
    return Command.of(
            path,
            "[options] PATH [REFERENCE]",
            new Arguments(1, 2),
            "Import a tarball to create a filesystem image")
        .described(
            """
            Create a container image from the contents of the specified tarball (.tar, .tar.gz, .tgz, .bzip, .tar.xz, .txz, .tar.zst).

              Note remote tar balls can be specified, via web address.
              Optionally tag the image. You can specify the instructions using the --change option.""")
        .withExamples(
            "@ https://example.com/ctr.tar url-image",
            "cat ctr.tar | @ --quiet --message \"importing the ctr.tar tarball\" - image-imported",
            "cat ctr.tar | @ -")
        .withFlags(
            Flag.text("arch", NONE, "Set the architecture of the imported image"),
            Flag.list(
                "change",
                'c',
                "Apply the following possible instructions to the created image: CMD |"
                    + " ENTRYPOINT | ENV | EXPOSE | LABEL | ONBUILD | STOPSIGNAL | USER | VOLUME |"
                    + " WORKDIR"),
            Flag.text("message", 'm', "Set commit message for imported image"),
            Flag.text("os", NONE, "Set the OS of the imported image"),
            Flag.toggle("quiet", 'q', "Suppress output"),
            Flag.text("signature-policy", NONE, "Path to a signature-policy file").hidden(),
            Flag.text("variant", NONE, "Set the variant of the imported image"));
  }

  @Override
  public int run(Call call) throws IOException {
    Words words = call.words();
    ImportOptions options =
        ImportOptions.DEFAULT
            .withChanges(words.texts("change"))
            .withMessage(words.text("message"))
            .withPlatform(new Platform(words.text("os"), words.text("arch"), words.text("variant")))
            .withTrust(RegistryFlags.trust(call));
    if (words.arguments().size() > 1) {
      options = options.withName(words.arguments().get(1));
    }
    ImportInput input = input(call);
    Image made;
    try (Progresses progress = new Progresses(call);
        Engine engine = Session.open(call)) {
      made = engine.importImage(input, options, listener(call, progress.listener()));
    }
    call.out().line("sha256:" + made.id());
    return ExitCode.DONE;
  }

  /// Where it is downloaded from stands in the output.
  private static Listener listener(Call call, Listener usual) {
    return progress -> {
      if (progress instanceof Progress.Noted(String text)) {
        try {
          call.out().line(text);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      } else {
        usual.on(progress);
      }
    };
  }

  private static ImportInput input(Call call) throws IOException {
    String given = call.words().arguments().getFirst();
    if (given.equals("-")) {
      return new ImportInput.From(new FileInputStream(FileDescriptor.in));
    }
    if (given.startsWith("https://") || given.startsWith("http://")) {
      return new ImportInput.Web(WebAddress.parse(given));
    }
    checkFileName(given);
    return new ImportInput.At(call.surroundings().absolute(given));
  }

  /// Refuses a name that could be taken for a location.
  static void checkFileName(String name) throws UsageException {
    if (name.indexOf(':') >= 0) {
      throw new UsageException("invalid filename (should not contain ':') \"" + name + "\"");
    }
  }
}
