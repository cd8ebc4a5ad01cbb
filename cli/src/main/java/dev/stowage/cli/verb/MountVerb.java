package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.output.Columns;
import dev.stowage.cli.output.Formatter;
import dev.stowage.engine.Engine;
import dev.stowage.engine.Filter;
import dev.stowage.engine.Found;
import dev.stowage.engine.Image;
import dev.stowage.engine.Images;
import dev.stowage.engine.ListOptions;
import dev.stowage.engine.LookupOptions;
import dev.stowage.model.Digest;
import dev.stowage.model.Json;
import dev.stowage.model.Reference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `image mount`.
final class MountVerb implements Verb {

  /// An image and where it is mounted.
  private record Mounted(Image image, Path path) {}

  @Override
  public Command command() {
    return Command.of(
            "image mount",
            "[options] [IMAGE...]",
            Arguments.ANY,
            "Mount an image's root filesystem")
        .described(
            """
            stowage image mount
                Lists all mounted images mount points if no images is specified

              stowage image mount IMAGE-NAME-OR-ID
                Mounts the specified image and prints the mountpoint
            """)
        .withExamples("@ imgID", "@ imgID1 imgID2 imgID3", "@", "@ --all")
        .withFlags(
            Flag.toggle("all", 'a', "Mount all images"),
            Flag.text(
                "format",
                Flag.NO_SHORTHAND,
                "Print the mounted images in specified format (json)"));
  }

  @Override
  public int run(Call call) throws IOException {
    List<String> names = call.words().arguments();
    boolean all = call.words().on("all");
    String format = call.words().text("format");
    if (!names.isEmpty() && all) {
      throw new UsageException(
          "when using the --all switch, you may not pass any image names or IDs");
    }
    List<Mounted> mounts = new ArrayList<>();
    try (Engine engine = Session.openForMounting(call, "image mount")) {
      Images images = engine.images();
      if (!names.isEmpty()) {
        for (Found found : images.find(names, LookupOptions.DEFAULT)) {
          mounts.add(new Mounted(found.image(), found.image().mount().path()));
        }
      } else if (all) {
        for (Image image :
            images.list(ListOptions.DEFAULT.and(Filter.of(Filter.Key.READ_ONLY, "false")))) {
          mounts.add(new Mounted(image, image.mount().path()));
        }
      } else {
        for (Image image : images.list()) {
          Optional<Path> path = image.mountpoint();
          path.ifPresent(present -> mounts.add(new Mounted(image, present)));
        }
      }
    }
    print(call, mounts, names.size() == 1 && format.isEmpty(), format);
    return ExitCode.DONE;
  }

  private static void print(Call call, List<Mounted> mounts, boolean pathAlone, String format)
      throws IOException {
    if (pathAlone) {
      call.out().line(mounts.getFirst().path().toString());
    } else if (Formatter.isJson(format)) {
      List<Json> items = new ArrayList<>();
      for (Mounted mount : mounts) {
        items.add(json(mount));
      }
      call.out().line(new Json.Arr(items).pretty(" "));
    } else if (format.isEmpty()) {
      StringBuilder out = new StringBuilder();
      for (Mounted mount : mounts) {
        List<String> names = names(mount.image());
        out.append(names.isEmpty() ? mount.image().id().value() : names.getFirst());
        out.append('\t').append(mount.path()).append('\n');
      }
      call.out().print(Columns.align(out.toString()));
    } else {
      throw new UsageException("unknown --format argument: \"" + format + "\"");
    }
  }

  private static Json json(Mounted mount) {
    List<String> names = names(mount.image());
    return Json.object()
        .put("id", mount.image().id().value())
        .put(
            "Names",
            Json.ofStrings(List.of(mount.image().digest().map(Digest::toString).orElse(""))))
        .put("Repositories", Json.ofStrings(names))
        .put("mountpoint", mount.path().toString())
        .build();
  }

  private static List<String> names(Image image) {
    List<String> names = new ArrayList<>();
    for (Reference name : image.repoTags()) {
      names.add(name.toString());
    }
    return names;
  }
}
