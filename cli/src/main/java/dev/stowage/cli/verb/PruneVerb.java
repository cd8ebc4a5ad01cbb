package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.cli.output.Human;
import dev.stowage.engine.Engine;
import dev.stowage.engine.Filter;
import dev.stowage.engine.PruneOptions;
import dev.stowage.engine.Removal;
import dev.stowage.engine.Retention;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// `image prune`.
final class PruneVerb implements Verb {
  @Override
  public Command command() {
    return Command.of("image prune", "[options]", Arguments.NONE, "Remove unused images")
        .described("Removes dangling or unused images from local storage.")
        .withExamples(
            "@",
            "@ --all --filter until=720h --dry-run",
            "@ --keep-last 3 --max-age 720h --keep 'quay.io/team/*'")
        .withFlags(
            Flag.toggle(
                "all", 'a', "Remove all images not in use by containers, not just dangling ones"),
            Flag.toggle(
                "build-cache",
                Flag.NO_SHORTHAND,
                "Remove persistent build cache created by --mount=type=cache"),
            Flag.toggle(
                "dry-run", Flag.NO_SHORTHAND, "Show what would be removed and remove nothing"),
            Flag.toggle(
                "external",
                Flag.NO_SHORTHAND,
                "Remove images even when they are used by external containers (e.g., by build"
                    + " containers)"),
            Flag.list(
                "filter", Flag.NO_SHORTHAND, "Provide filter values (e.g. 'label=<key>=<value>')"),
            Flag.toggle("force", 'f', "Do not prompt for confirmation"),
            Flag.list(
                "keep",
                Flag.NO_SHORTHAND,
                "With a limit, keep images whose name matches (may be given several times)"),
            Flag.number(
                "keep-last", Flag.NO_SHORTHAND, "Keep the newest images of each repository"),
            Flag.toggle(
                "least-recently-used",
                Flag.NO_SHORTHAND,
                "With a limit, count age from when an image came, not from when it was made"),
            Flag.text(
                    "max-age",
                    Flag.NO_SHORTHAND,
                    "Remove unused images older than this (e.g. 720h)")
                .taking("duration"),
            Flag.text(
                    "max-bytes",
                    Flag.NO_SHORTHAND,
                    "Remove unused images, the oldest first, as long as all take more (e.g. 20GB)")
                .taking("size"));
  }

  @Override
  public int run(Call call) throws IOException {
    Words words = call.words();
    boolean dry = words.on("dry-run");
    PruneOptions options = options(words);
    if (!words.on("force") && !dry && !agreed(call, options)) {
      return ExitCode.DONE;
    }
    Removal removal;
    try (Engine engine = Session.open(call)) {
      removal = dry ? engine.images().planPrune(options) : engine.images().prune(options);
      if ((words.on("build-cache") || words.on("all")) && !dry) {
        engine.removeBuildCache();
      }
    }
    return RemovalText.ofPruning(
        call, removal, dry ? RemovalText.When.PLANNED : RemovalText.When.DONE);
  }

  private static boolean agreed(Call call, PruneOptions options) throws IOException {
    String what =
        options.which() instanceof PruneOptions.Unused
            ? "all images without at least one container associated with them."
            : options.which() instanceof PruneOptions.Outdated
                ? "all images beyond the limits."
                : "all dangling images.";
    String answer =
        Prompt.line(
            call,
            "WARNING! This command removes "
                + what
                + "\nAre you sure you want to continue? [y/N] ");
    return answer.toLowerCase(Locale.ROOT).startsWith("y");
  }

  private static PruneOptions options(Words words) throws IOException {
    List<Filter> filters = new ArrayList<>();
    for (String text : words.texts("filter")) {
      if (text.indexOf('=') < 0) {
        throw new UsageException(
            "filter input must be in the form of filter=value: " + text + " is invalid");
      }
      filters.add(Filter.parse(text));
    }
    PruneOptions options = PruneOptions.DEFAULT.withFilters(filters);
    if (words.on("external")) {
      options = options.with(PruneOptions.Holders.OWN);
    }
    boolean limited =
        words.given("keep-last") || words.given("max-age") || words.given("max-bytes");
    if (limited) {
      return options.with(new PruneOptions.Outdated(policy(words)));
    }
    if (words.given("keep") || words.given("least-recently-used")) {
      throw new UsageException(
          "--keep and --least-recently-used go with --keep-last, --max-age or --max-bytes");
    }
    return words.on("all") ? options.with(new PruneOptions.Unused()) : options;
  }

  private static Retention policy(Words words) throws IOException {
    Retention policy = Retention.NOTHING.withPinned(words.texts("keep"));
    if (words.given("keep-last")) {
      policy = policy.withKeepLast(Integer.parseInt(words.text("keep-last")));
    }
    if (words.given("max-age")) {
      policy = policy.withMaxAge(Retention.age(words.text("max-age")));
    }
    if (words.given("max-bytes")) {
      policy = policy.withMaxBytes(Human.bytes(words.text("max-bytes")));
    }
    return words.on("least-recently-used") ? policy.with(Retention.Clock.USE) : policy;
  }
}
