package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.output.Columns;
import dev.stowage.cli.output.Formatter;
import dev.stowage.cli.output.Human;
import dev.stowage.cli.template.Value;
import dev.stowage.engine.DiskUsage;
import dev.stowage.engine.Engine;
import dev.stowage.engine.MeasuredUsage;
import dev.stowage.model.ImageId;
import dev.stowage.model.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `system df`.
final class DiskUsageVerb implements Verb {
  private static final int SHORT_ID = 12;
  private static final Map<String, String> HEADS =
      Map.of(
          "Type", "TYPE",
          "Total", "TOTAL",
          "Active", "ACTIVE",
          "Size", "SIZE",
          "Reclaimable", "RECLAIMABLE",
          "RawSize", "RAW SIZE",
          "RawReclaimable", "RAW RECLAIMABLE");

  @Override
  public Command command() {
    return Command.of("system df", "[options]", Arguments.NONE, "Show disk usage")
        .described(
            """
            Shows what images, containers and volumes take, as the records say and as Podman counts.

              With --measured, shows instead what the disk holds, each byte in one of the parts.""")
        .withExamples("@", "@ --verbose", "@ --measured")
        .withFlags(
            Flag.text(
                "format", Flag.NO_SHORTHAND, "Pretty-print disk usage as JSON or by a Go template"),
            Flag.toggle(
                "measured", Flag.NO_SHORTHAND, "Measure what the file system has set aside"),
            Flag.toggle("verbose", 'v', "Show detailed information on disk usage"));
  }

  @Override
  public int run(Call call) throws IOException {
    String format = call.words().text("format");
    boolean verbose = call.words().on("verbose");
    if (verbose && call.words().given("format")) {
      throw new UsageException("cannot combine --format and --verbose flags");
    }
    try (Engine engine = Session.open(call)) {
      if (call.words().on("measured")) {
        measured(call, engine.images().measuredUsage(), verbose);
      } else {
        DiskUsage usage = engine.images().diskUsage();
        if (verbose) {
          call.out().print(details(usage, call.now()));
        } else {
          summary(call, List.of(images(usage), containers(usage), volumes(usage)), format);
        }
      }
    }
    return ExitCode.DONE;
  }

  /// A line of the summary.
  private record Line(String type, int total, int active, long size, long reclaimable) {
    String shownReclaimable() {
      long percent = size > 0 ? Math.round((double) reclaimable / size * 100) : 0;
      return Human.preciseSize(reclaimable) + " (" + percent + "%)";
    }
  }

  private static Line images(DiskUsage usage) {
    int active = 0;
    int lines = 0;
    long used = 0;
    for (DiskUsage.OfImage image : usage.images()) {
      lines += names(image).size();
      if (image.containers() > 0) {
        active++;
        used += image.unique();
      }
    }
    return new Line("Images", lines, active, usage.imageBytes(), usage.imageBytes() - used);
  }

  private static Line containers(DiskUsage usage) {
    int active = 0;
    long size = 0;
    long reclaimable = 0;
    for (DiskUsage.OfContainer container : usage.containers()) {
      if (container.running()) {
        active++;
      } else {
        reclaimable += container.size();
      }
      size += container.size();
    }
    return new Line("Containers", usage.containers().size(), active, size, reclaimable);
  }

  private static Line volumes(DiskUsage usage) {
    int links = 0;
    long size = 0;
    long reclaimable = 0;
    for (DiskUsage.OfVolume volume : usage.volumes()) {
      links += volume.links();
      size += volume.size();
      reclaimable += volume.links() == 0 ? volume.size() : 0;
    }
    return new Line("Local Volumes", usage.volumes().size(), links, size, reclaimable);
  }

  private static void summary(Call call, List<Line> lines, String format) throws IOException {
    if (Formatter.isJson(format)) {
      StringBuilder items = new StringBuilder();
      for (Line line : lines) {
        items.append(items.isEmpty() ? "[\n    " : ",\n    ");
        items.append(
            Json.object()
                .put("Type", line.type())
                .put("Total", line.total())
                .put("Active", line.active())
                .put("RawSize", line.size())
                .put("RawReclaimable", line.reclaimable())
                .put("TotalCount", line.total())
                .put("Size", Human.preciseSize(line.size()))
                .put("Reclaimable", line.shownReclaimable())
                .build()
                .compact());
      }
      call.out().line(items.append("\n]").toString());
    } else if (call.words().given("format")) {
      List<Value> rows = new ArrayList<>();
      for (Line line : lines) {
        rows.add(value(line));
      }
      call.out()
          .print(
              Formatter.fill("df", format, Formatter.Subject.LIST, new Value.Items(rows), HEADS));
    } else {
      StringBuilder out = new StringBuilder("TYPE\tTOTAL\tACTIVE\tSIZE\tRECLAIMABLE\n");
      for (Line line : lines) {
        out.append(line.type()).append('\t').append(line.total()).append('\t');
        out.append(line.active()).append('\t').append(Human.preciseSize(line.size()));
        out.append('\t').append(line.shownReclaimable()).append('\n');
      }
      call.out().print(Columns.align(out.toString()));
    }
  }

  private static Value value(Line line) {
    return new Value.Struct(
        "system.dfSummary",
        List.of(
            new Value.Field("Type", Value.of(line.type())),
            new Value.Field("Total", Value.of(line.total())),
            new Value.Field("Active", Value.of(line.active())),
            new Value.Field("RawSize", Value.of(line.size())),
            new Value.Field("RawReclaimable", Value.of(line.reclaimable()))),
        Map.of(
            "Size", Value.of(Human.preciseSize(line.size())),
            "Reclaimable", Value.of(line.shownReclaimable())));
  }

  /// The lines of an image: one for each of its names; where it has none, one for all.
  private static List<ListedImage> names(DiskUsage.OfImage image) {
    List<ListedImage> lines = new ArrayList<>();
    ListedImage.addEveryName(image.image(), lines);
    return lines;
  }

  private static String details(DiskUsage usage, Instant now) {
    StringBuilder out = new StringBuilder("Images space usage:\n\n");
    out.append("REPOSITORY\tTAG\tIMAGE ID\tCREATED\tSIZE\tSHARED SIZE\tUNIQUE SIZE\tCONTAINERS\n");
    for (DiskUsage.OfImage image : usage.images()) {
      for (ListedImage line : names(image)) {
        out.append(line.repository()).append('\t').append(line.tag()).append('\t');
        out.append(line.shownId(false)).append('\t');
        out.append(since(Instant.ofEpochSecond(line.created()), now)).append('\t');
        out.append(Human.preciseSize(image.size())).append('\t');
        out.append(Human.preciseSize(image.shared())).append('\t');
        out.append(Human.preciseSize(image.unique())).append('\t');
        out.append(image.containers()).append('\n');
      }
    }
    out.append("\nContainers space usage:\n\n");
    out.append("CONTAINER ID\tIMAGE\tCOMMAND\tLOCAL VOLUMES\tSIZE\tCREATED\tSTATUS\tNAMES\n");
    for (DiskUsage.OfContainer container : usage.containers()) {
      out.append(shortened(container.id().value())).append('\t');
      out.append(shortened(container.image().map(ImageId::value).orElse(""))).append("\t\t");
      out.append(container.volumes().size()).append('\t');
      out.append(Human.preciseSize(container.size())).append('\t');
      out.append(since(container.created().orElse(now), now)).append('\t');
      out.append(container.running() ? "running" : "stopped").append('\t');
      out.append(container.names().isEmpty() ? "" : container.names().getFirst()).append('\n');
    }
    out.append("\nLocal Volumes space usage:\n\nVOLUME NAME\tLINKS\tSIZE\n");
    for (DiskUsage.OfVolume volume : usage.volumes()) {
      out.append(volume.name()).append('\t').append(volume.links()).append('\t');
      out.append(Human.preciseSize(volume.size())).append('\n');
    }
    return Columns.align(out.toString());
  }

  private static String shortened(String id) {
    return id.length() < SHORT_ID ? id : id.substring(0, SHORT_ID);
  }

  private static String since(Instant then, Instant now) {
    return Human.duration(Duration.between(then, now));
  }

  private record Row(String what, String key, MeasuredUsage.Part part) {}

  private static void measured(Call call, MeasuredUsage usage, boolean verbose) throws IOException {
    List<Row> rows =
        List.of(
            new Row("Layers of one image", "Unique", usage.unique()),
            new Row("Shared layers", "Shared", usage.shared()),
            new Row("Mapped copies of layers", "Mapped", usage.mapped()),
            new Row("Data of images", "Data", usage.data()),
            new Row("Containers", "Containers", usage.containers()),
            new Row("Layers nobody uses", "Unused", usage.unused()),
            new Row("Orphans", "Orphans", usage.orphaned()),
            new Row("Staging", "Staging", usage.staging()),
            new Row("Volumes", "Volumes", usage.volumes()),
            new Row("Records", "Records", usage.records()),
            new Row("Others", "Others", usage.others()));
    if (Formatter.isJson(call.words().text("format"))) {
      Json.Builder out = Json.object();
      for (Row row : rows) {
        out.put(
            row.key(),
            Json.object().put("Count", row.part().count()).put("Size", row.part().bytes()).build());
      }
      List<Json> orphans = new ArrayList<>();
      for (MeasuredUsage.Orphan orphan : usage.orphans()) {
        orphans.add(
            Json.object()
                .put("Path", orphan.path().toString())
                .put("Size", orphan.bytes())
                .build());
      }
      out.put("Total", usage.total()).put("OrphanPaths", new Json.Arr(orphans));
      call.out().line(out.build().pretty("    "));
      return;
    }
    if (call.words().given("format")) {
      throw new UsageException("--measured knows the format json alone");
    }
    StringBuilder out = new StringBuilder("WHAT\tCOUNT\tSIZE\n");
    for (Row row : rows) {
      out.append(row.what()).append('\t').append(row.part().count()).append('\t');
      out.append(Human.preciseSize(row.part().bytes())).append('\n');
    }
    out.append("Total\t\t").append(Human.preciseSize(usage.total())).append('\n');
    if (verbose) {
      out.append("\nORPHAN\tSIZE\n");
      for (MeasuredUsage.Orphan orphan : usage.orphans()) {
        out.append(orphan.path()).append('\t').append(Human.preciseSize(orphan.bytes()));
        out.append('\n');
      }
    }
    call.out().print(Columns.align(out.toString()));
  }
}
