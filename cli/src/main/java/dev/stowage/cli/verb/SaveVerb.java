package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.config.EngineConfig;
import dev.stowage.config.Terminal;
import dev.stowage.engine.Engine;
import dev.stowage.engine.SaveOptions;
import dev.stowage.engine.SaveOptions.Format;
import dev.stowage.engine.SaveOutput;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.LocalForm;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.List;

/// `save` and `image save`.
final class SaveVerb implements Verb {
  private static final char NONE = Flag.NO_SHORTHAND;

  private final String path;

  SaveVerb(String path) {
    this.path = path;
  }

  @Override
  public Command command() {
    return Command.of(
            path, "[options] IMAGE [IMAGE...]", Arguments.ANY, "Save image(s) to an archive")
        .described(
            "Save an image to docker-archive or oci-archive on the local machine. Default is"
                + " docker-archive.")
        .withExamples(
            "@ --quiet -o myimage.tar imageID",
            "@ --format docker-dir -o ubuntu-dir ubuntu",
            "@ > alpine-all.tar alpine:latest")
        .withFlags(
            Flag.toggle(
                "compress",
                NONE,
                "Compress tarball image layers when saving to a directory using the 'dir'"
                    + " transport. (default is same compression type as source)"),
            Flag.text(
                    "format",
                    NONE,
                    "Save image to oci-archive, oci-dir (directory with oci manifest type),"
                        + " docker-archive, docker-dir (directory with v2s2 manifest type)")
                .initially(Format.DOCKER_ARCHIVE.word()),
            Flag.toggle(
                "multi-image-archive",
                'm',
                "Interpret additional arguments as images not tags and create a"
                    + " multi-image-archive (only for docker-archive)"),
            Flag.text(
                "output",
                'o',
                "Write to a specified file (default: stdout, which must be redirected)"),
            Flag.toggle("quiet", 'q', "Suppress the output"),
            Flag.text("signature-policy", NONE, "Path to a signature-policy file").hidden(),
            Flag.toggle(
                "uncompressed", NONE, "Accept uncompressed layers when copying OCI images"));
  }

  @Override
  public int run(Call call) throws IOException {
    Words words = call.words();
    List<String> names = words.arguments();
    if (names.isEmpty()) {
      throw new UsageException("need at least 1 argument");
    }
    SaveOptions options =
        SaveOptions.DEFAULT
            .withFormat(format(words))
            .withForm(form(words))
            .withTrust(RegistryFlags.trust(call));
    boolean toStream = words.text("output").isEmpty();
    SaveOutput output = output(call, toStream);
    if (!several(call)) {
      options = options.withMoreNames(names.subList(1, names.size()));
      names = names.subList(0, 1);
    }
    try (Progresses progress = new Progresses(call);
        Engine engine = Session.open(call)) {
      Listener listener = toStream ? new Heard(call) : progress.listener();
      List<?> _ = engine.save(names, output, options, listener);
    }
    return ExitCode.DONE;
  }

  private static Format format(Words words) throws UsageException {
    String word = words.text("format");
    for (Format format : Format.values()) {
      if (format.word().equals(word)) {
        return format;
      }
    }
    throw new UsageException(
        "format value must be one of oci-archive oci-dir docker-archive docker-dir");
  }

  private static LocalForm form(Words words) throws UsageException {
    LocalForm form = LocalForm.USUAL;
    if (words.given("compress")) {
      if (format(words) != Format.DOCKER_DIRECTORY) {
        throw new UsageException("--compress can only be set when --format is 'docker-dir'");
      }
      if (words.on("compress")) {
        form = form.withInDirectories(LocalForm.InDirectories.COMPRESSED);
      }
    }
    return words.on("uncompressed") ? form.withInLayouts(LocalForm.InLayouts.KEPT) : form;
  }

  private static SaveOutput output(Call call, boolean toStream) throws IOException {
    if (toStream) {
      if (call.surroundings().terminal().output() == Terminal.Stream.TERMINAL) {
        throw new UsageException("refusing to save to terminal. Use -o flag or redirect");
      }
      return new SaveOutput.To("/dev/stdout", new FileOutputStream(FileDescriptor.out));
    }
    String name = call.words().text("output");
    ImportVerb.checkFileName(name);
    return new SaveOutput.At(call.surroundings().absolute(name));
  }

  private static boolean several(Call call) throws IOException {
    return call.words().given("multi-image-archive")
        ? call.words().on("multi-image-archive")
        : EngineConfig.read(call.surroundings()).archives().value()
            == EngineConfig.Archives.SEVERAL_IMAGES;
  }
}
