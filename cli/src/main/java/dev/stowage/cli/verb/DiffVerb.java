package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.output.Formatter;
import dev.stowage.engine.Engine;
import dev.stowage.engine.FileChange;
import dev.stowage.engine.Image;
import dev.stowage.model.Json;
import dev.stowage.model.NotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// `diff` and `image diff`.
final class DiffVerb implements Verb {
  private static final String INDENT = "     ";

  /// What a container engine puts into every container; an image that has it says nothing by it.
  private static final Set<String> OF_CONTAINERS =
      Set.of(
          "/dev",
          "/etc/hostname",
          "/etc/hosts",
          "/etc/resolv.conf",
          "/proc",
          "/run",
          "/run/notify",
          "/run/.containerenv",
          "/run/secrets",
          "/run/podman-init",
          "/sys",
          "/etc/mtab");

  private final String path;

  DiffVerb(String path) {
    this.path = path;
  }

  @Override
  public Command command() {
    return Command.of(
            path,
            "[options] IMAGE [IMAGE]",
            new Arguments(1, 2),
            "Inspect changes to the image's file systems")
        .described(
            "Displays changes to the image's filesystem.  The image will be compared to its parent layer or the second argument when given.")
        .withExamples("@ myImage", "@ --format json redis:alpine")
        .withFlags(Flag.text("format", Flag.NO_SHORTHAND, "Change the output format (json)"));
  }

  @Override
  public int run(Call call) throws IOException {
    List<String> names = call.words().arguments();
    String format = call.words().text("format");
    boolean json = Formatter.isJson(format);
    if (!json && !format.isEmpty()) {
      throw new UsageException("only supported value for '--format' is 'json'");
    }
    List<FileChange> changes;
    try (Engine engine = Session.open(call)) {
      Image image = find(engine, names.getFirst());
      changes = names.size() == 1 ? image.changes() : image.changesFrom(find(engine, names.get(1)));
    }
    List<FileChange> shown = new ArrayList<>();
    for (FileChange change : changes) {
      if (!OF_CONTAINERS.contains(change.path())) {
        shown.add(change);
      }
    }
    if (json) {
      call.out().line(json(shown).pretty(INDENT));
    } else {
      for (FileChange change : shown) {
        call.out().line(change.kind().letter() + " " + change.path());
      }
    }
    return ExitCode.DONE;
  }

  private static Image find(Engine engine, String name) throws IOException {
    try {
      return engine.images().find(name).image();
    } catch (NotFoundException e) {
      throw new NotFoundException(e.kind(), name, name + " not found: " + e.getMessage());
    }
  }

  private static Json json(List<FileChange> changes) {
    Json.Builder out = Json.object();
    put(out, "changed", FileChange.Kind.CHANGED, changes);
    put(out, "added", FileChange.Kind.ADDED, changes);
    put(out, "deleted", FileChange.Kind.DELETED, changes);
    return out.build();
  }

  private static void put(
      Json.Builder out, String key, FileChange.Kind kind, List<FileChange> changes) {
    List<String> paths = new ArrayList<>();
    for (FileChange change : changes) {
      if (change.kind() == kind) {
        paths.add(change.path());
      }
    }
    if (!paths.isEmpty()) {
      out.put(key, Json.ofStrings(paths));
    }
  }
}
