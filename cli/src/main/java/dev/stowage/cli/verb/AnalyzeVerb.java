package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.cli.output.Columns;
import dev.stowage.cli.output.Formatter;
import dev.stowage.cli.output.Human;
import dev.stowage.engine.Analysis;
import dev.stowage.engine.Engine;
import dev.stowage.engine.Remote;
import dev.stowage.engine.RemoteContents;
import dev.stowage.model.Json;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Location;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// `image analyze`: what dive tells of an image, without its screen.
final class AnalyzeVerb implements Verb {
  private static final char NONE = Flag.NO_SHORTHAND;
  private static final int SHOWN = 10;
  private static final int SHORT_STEP = 45;
  private static final int MISSED = 1;

  @Override
  public Command command() {
    return Command.of(
            "image analyze",
            "[options] IMAGE",
            Arguments.exactly(1),
            "Show what the layers of an image add, overwrite and remove")
        .described(
            """
            Reads all layers of an image once and tells what each adds, modifies and removes, how many bytes are wasted on files that upper layers have again or remove, and how efficient that is, reckoned as dive does.

              IMAGE is an image of the local store or has the form "transport":"details"; one elsewhere is read without being stored. A limit that is missed makes the command exit with 1.\
            """)
        .withExamples(
            "@ alpine",
            "@ --lowest-efficiency 0.95 --highest-wasted-bytes 20MB app:v1",
            "@ --format json docker://registry.example.com/app:v1")
        .withFlags(
            RegistryFlags.skopeos(
                Flag.text("format", NONE, "Change the output to JSON"),
                Flag.text("highest-user-wasted-percent", NONE, "Fail above this share, 0 to 1")
                    .taking("SHARE"),
                Flag.text("highest-wasted-bytes", NONE, "Fail above this size").taking("SIZE"),
                Flag.text("lowest-efficiency", NONE, "Fail below this efficiency, 0 to 1")
                    .taking("SHARE"),
                Flag.text(
                    "platform", NONE, "Specifies the platform in the form os/arch[/variant]")));
  }

  @Override
  public int run(Call call) throws IOException {
    List<Rule> rules = rules(call.words());
    Analysis analysis = analyzed(call);
    String format = call.words().text("format");
    List<Json> results = new ArrayList<>();
    StringBuilder told = new StringBuilder();
    boolean missed = false;
    for (Rule rule : rules) {
      boolean passed = rule.passes(analysis);
      missed |= !passed;
      results.add(
          Json.object()
              .put("rule", rule.name())
              .put("limit", new Json.Num(plain(rule.limit())))
              .put("value", new Json.Num(plain(rule.value(analysis))))
              .put("passed", passed)
              .build());
      told.append(passed ? "PASS: " : "FAIL: ").append(rule.name()).append(": ");
      told.append(plain(rule.value(analysis))).append(", limit ").append(plain(rule.limit()));
      told.append('\n');
    }
    if (Formatter.isJson(format)) {
      call.out().line(json(analysis, results).pretty("    "));
    } else if (format.isEmpty()) {
      call.out().print(text(analysis));
      call.out().print(told.toString());
    } else {
      throw new UsageException("unknown format \"" + format + "\": wanted json");
    }
    return missed ? MISSED : ExitCode.DONE;
  }

  private static Analysis analyzed(Call call) throws IOException {
    String name = call.words().arguments().getFirst();
    boolean elsewhere =
        Location.transportOf(name).isPresent() && !name.startsWith("containers-storage:");
    if (!elsewhere) {
      try (Engine engine = Session.open(call);
          ImageSource source = engine.contents(name)) {
        return analyzed(call, source);
      }
    }
    Location location = Location.parse(name).in(call.surroundings().directory());
    try (Remote remote = RegistryFlags.open(call);
        ImageSource source = remote.image(location)) {
      return analyzed(call, source);
    }
  }

  private static Analysis analyzed(Call call, ImageSource source) throws IOException {
    return Analysis.of(
        source, RemoteContents.imageOf(source, source.manifest(), RegistryVerb.platform(call)));
  }

  /// A limit that an image has to keep.
  ///
  /// @param name what the flag is called
  private record Rule(String name, double limit) {
    double value(Analysis analysis) {
      return switch (name) {
        case "lowest-efficiency" -> analysis.efficiency();
        case "highest-wasted-bytes" -> analysis.wasted();
        default -> analysis.userWasted();
      };
    }

    boolean passes(Analysis analysis) {
      return name.startsWith("lowest") ? value(analysis) >= limit : value(analysis) <= limit;
    }
  }

  private static List<Rule> rules(Words words) throws UsageException {
    List<Rule> rules = new ArrayList<>();
    for (String name :
        List.of("lowest-efficiency", "highest-wasted-bytes", "highest-user-wasted-percent")) {
      if (words.given(name)) {
        double limit = number(name, words.text(name));
        if (!name.equals("highest-wasted-bytes") && (limit < 0 || limit > 1)) {
          throw new UsageException("--" + name + " is a share between 0 and 1");
        }
        rules.add(new Rule(name, limit));
      }
    }
    return rules;
  }

  /// A number, of bytes also with a unit: `kB` is 1000, `KiB` 1024.
  private static double number(String flag, String text) throws UsageException {
    String word = text.strip().toLowerCase(Locale.ROOT);
    int end = word.length();
    double unit = 1;
    if (flag.endsWith("bytes")) {
      while (end > 0 && Character.isLetter(word.charAt(end - 1))) {
        end--;
      }
      String name = word.substring(end);
      int power = name.isEmpty() ? 0 : "bkmgt".indexOf(name.charAt(0));
      unit = power < 0 ? Double.NaN : Math.pow(name.contains("i") ? 1024 : 1000, power);
    }
    try {
      double number = Double.parseDouble(word.substring(0, end).strip()) * unit;
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new UsageException("invalid value \"" + text + "\" for --" + flag);
  }

  /// A number without an exponent.
  private static String plain(double number) {
    return number == Math.rint(number)
        ? Long.toString((long) number)
        : java.math.BigDecimal.valueOf(number)
            .setScale(6, java.math.RoundingMode.HALF_UP)
            .stripTrailingZeros()
            .toPlainString();
  }

  private static String text(Analysis analysis) {
    StringBuilder layers = new StringBuilder("LAYER\tSIZE\tADDED\tMODIFIED\tREMOVED\tCREATED BY\n");
    for (Analysis.Layer layer : analysis.layers()) {
      String step = layer.createdBy().replace('\n', ' ').replace('\t', ' ');
      layers.append(layer.diffId().hex(), 0, 12).append('\t').append(Human.size(layer.size()));
      layers.append('\t').append(shown(layer.added())).append('\t');
      layers.append(shown(layer.modified())).append('\t').append(shown(layer.removed()));
      layers.append('\t');
      layers.append(step.length() > SHORT_STEP ? step.substring(0, SHORT_STEP - 3) + "..." : step);
      layers.append('\n');
    }
    StringBuilder text = new StringBuilder(Columns.align(layers.toString()));
    text.append("\nefficiency: ").append(percent(analysis.efficiency()));
    text.append("\nwasted: ").append(Human.size(analysis.wasted())).append(" (");
    text.append(percent(analysis.userWasted())).append(" of all layers but the lowest)");
    text.append("\nhidden: ").append(Human.size(analysis.hidden())).append('\n');
    if (!analysis.repeated().isEmpty() && analysis.wasted() > 0) {
      StringBuilder paths = new StringBuilder("COUNT\tWASTED\tPATH\n");
      for (Analysis.Repeated path :
          analysis.repeated().subList(0, Math.min(SHOWN, analysis.repeated().size()))) {
        paths.append(path.times()).append('\t').append(Human.size(path.bytes())).append('\t');
        paths.append('/').append(path.path()).append('\n');
      }
      text.append('\n').append(Columns.align(paths.toString()));
    }
    return text.toString();
  }

  private static String shown(Analysis.Amount amount) {
    return amount.files() + " (" + Human.size(amount.bytes()) + ")";
  }

  private static String percent(double share) {
    return plain(Math.round(share * 10_000) / 100.0) + " %";
  }

  private static Json.Obj json(Analysis analysis, List<Json> rules) {
    List<Json> layers = new ArrayList<>();
    for (Analysis.Layer layer : analysis.layers()) {
      layers.add(
          Json.object()
              .put("index", layers.size())
              .put("digestId", layer.diffId().toString())
              .put("blob", layer.blob().toString())
              .put("sizeBytes", layer.size())
              .put("storedBytes", layer.stored())
              .put("command", layer.createdBy())
              .put("added", json(layer.added()))
              .put("modified", json(layer.modified()))
              .put("removed", json(layer.removed()))
              .build());
    }
    List<Json> paths = new ArrayList<>();
    for (Analysis.Repeated path : analysis.repeated()) {
      paths.add(
          Json.object()
              .put("count", path.times())
              .put("sizeBytes", path.bytes())
              .put("file", "/" + path.path())
              .build());
    }
    return Json.object()
        .put("layer", new Json.Arr(layers))
        .put(
            "image",
            Json.object()
                .put("digest", analysis.image().toString())
                .put("sizeBytes", analysis.size())
                .put("inefficientBytes", analysis.wasted())
                .put("hiddenBytes", analysis.hidden())
                .put("userWastedPercent", new Json.Num(plain(analysis.userWasted())))
                .put("efficiencyScore", new Json.Num(plain(analysis.efficiency())))
                .put("fileReference", new Json.Arr(paths))
                .build())
        .put("rules", new Json.Arr(rules))
        .build();
  }

  private static Json.Obj json(Analysis.Amount amount) {
    return Json.object().put("files", amount.files()).put("bytes", amount.bytes()).build();
  }
}
