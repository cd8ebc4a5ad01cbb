package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.engine.Engine;
import dev.stowage.engine.Filter;
import dev.stowage.engine.Found;
import dev.stowage.engine.Image;
import dev.stowage.engine.ListOptions;
import dev.stowage.engine.LookupOptions;
import dev.stowage.engine.Unmounting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `image unmount`.
final class UnmountVerb implements Verb {

  @Override
  public Command command() {
    return Command.of(
            "image unmount",
            "[options] IMAGE [IMAGE...]",
            Arguments.ANY,
            "Unmount an image's root filesystem")
        .alias("umount")
        .described(
            """
            Image storage increments a mount counter each time an image is mounted.

              When an image is unmounted, the mount counter is decremented. The image's root filesystem is physically unmounted only when the mount counter reaches zero indicating no other processes are using the mount.

              An unmount can be forced with the --force flag.
            """)
        .withExamples("@ imgID", "@ imgID1 imgID2 imgID3", "@ --all")
        .withFlags(
            Flag.toggle("all", 'a', "Unmount all of the currently mounted images"),
            Flag.toggle(
                "force", 'f', "Force the complete unmount of the specified mounted images"));
  }

  @Override
  public int run(Call call) throws IOException {
    List<String> names = call.words().arguments();
    boolean all = call.words().on("all");
    if (names.isEmpty() && !all) {
      throw new UsageException("image name or ID must be specified");
    }
    if (!names.isEmpty() && all) {
      throw new UsageException(
          "when using the --all switch, you may not pass any image names or IDs");
    }
    Unmounting how = call.words().on("force") ? Unmounting.ALL : Unmounting.ONCE;
    List<IOException> failures = new ArrayList<>();
    try (Engine engine = Session.openForMounting(call, "image unmount")) {
      for (Image image : images(engine, names)) {
        if (image.mountpoint().isEmpty()) {
          continue;
        }
        try {
          image.unmount(how);
          call.out().line(image.id().value());
        } catch (IOException e) {
          failures.add(e);
        }
      }
    }
    return Failures.tell(call, failures);
  }

  private static List<Image> images(Engine engine, List<String> names) throws IOException {
    if (names.isEmpty()) {
      return engine
          .images()
          .list(ListOptions.DEFAULT.and(Filter.of(Filter.Key.READ_ONLY, "false")));
    }
    List<Image> images = new ArrayList<>();
    for (Found found : engine.images().find(names, LookupOptions.DEFAULT)) {
      images.add(found.image());
    }
    return images;
  }
}
