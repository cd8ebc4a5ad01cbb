package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.output.Formatter;
import dev.stowage.cli.output.Yaml;
import dev.stowage.cli.template.Value;
import dev.stowage.cli.template.Value.Field;
import dev.stowage.cli.template.Value.Presence;
import dev.stowage.config.EngineConfig;
import dev.stowage.config.RegistriesConfig;
import dev.stowage.config.Setting;
import dev.stowage.config.StorageConfig;
import dev.stowage.config.User;
import dev.stowage.engine.Engine;
import dev.stowage.engine.Image;
import dev.stowage.model.ContainerId;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// `info` and `system info`: Podman's report, as far as it is about images.
final class InfoVerb implements Verb {
  private final String path;

  InfoVerb(String path) {
    this.path = path;
  }

  @Override
  public Command command() {
    return Command.of(path, "[options]", Arguments.NONE, "Display stowage system information")
        .described(
            """
            Display information pertaining to the host, current storage stats, and build of stowage.

              Useful for the user and when reporting issues.
            """)
        .withExamples("@")
        .withFlags(
            Flag.toggle("debug", 'D', "Display additional debug information").hidden(),
            Flag.text("format", 'f', "Change the output format to JSON or a Go template"));
  }

  @Override
  public int run(Call call) throws IOException {
    Value report =
        new Value.Struct(
            "system.infoReport",
            List.of(
                field("Host", "host", new HostReport(call.surroundings()).value()),
                field("Store", "store", store(call)),
                field("Registries", "registries", registries(call)),
                field(
                    "Version",
                    "version",
                    VersionVerb.client(
                        Build.running(), call.surroundings().machine().platform()))));
    String format = call.words().text("format");
    if (Formatter.isJson(format)) {
      call.out().line(report.json().pretty("  "));
    } else if (call.words().given("format")) {
      call.out().print(Formatter.fill("info", format, Formatter.Subject.ONE, report, Map.of()));
    } else {
      call.out().line(Yaml.of(report.json()));
    }
    return ExitCode.DONE;
  }

  static Field field(String name, String json, Value value) {
    return new Field(name, json, Presence.ALWAYS, value);
  }

  private static Value store(Call call) throws IOException {
    StorageConfig config =
        StorageConfig.read(
            call.surroundings(), Session.overrides(call.words(), call.surroundings()));
    int images;
    Set<ContainerId> containers = new HashSet<>();
    try (Engine engine = Session.open(call)) {
      List<Image> all = engine.images().list();
      images = all.size();
      for (Image image : all) {
        containers.addAll(image.containers());
      }
    }
    Path root = config.graphRoot().value();
    FileStore disk = Files.getFileStore(root);
    List<Field> fields = new ArrayList<>();
    if (!config.files().isEmpty()) {
      fields.add(field("ConfigFile", "configFile", Value.of(config.files().getLast().toString())));
    }
    fields.add(
        field(
            "ContainerStore",
            "containerStore",
            new Value.Struct(
                "define.ContainerStore",
                List.of(field("Number", "number", Value.of(containers.size()))))));
    fields.add(
        field("GraphDriverName", "graphDriverName", Value.of(config.chooseDriver().value())));
    fields.add(field("GraphOptions", "graphOptions", options(config)));
    fields.add(field("GraphRoot", "graphRoot", Value.of(root.toString())));
    fields.add(field("GraphRootAllocated", "graphRootAllocated", Value.of(disk.getTotalSpace())));
    fields.add(
        field(
            "GraphRootUsed",
            "graphRootUsed",
            Value.of(disk.getTotalSpace() - disk.getUnallocatedSpace())));
    fields.add(
        field(
            "GraphStatus",
            "graphStatus",
            Value.ofTexts(Map.of("Backing Filesystem", kernelName(disk.type())))));
    fields.add(field("ImageCopyTmpDir", "imageCopyTmpDir", Value.of(temporary(call))));
    fields.add(
        field(
            "ImageStore",
            "imageStore",
            new Value.Struct(
                "define.ImageStore", List.of(field("Number", "number", Value.of(images))))));
    fields.add(field("RunRoot", "runRoot", Value.of(config.runRoot().value().toString())));
    fields.add(
        field(
            "TransientStore",
            "transientStore",
            Value.of(config.records().value() == StorageConfig.Records.TRANSIENT)));
    return new Value.Struct("*define.StoreInfo", fields);
  }

  private static String temporary(Call call) throws IOException {
    Optional<Path> chosen = EngineConfig.read(call.surroundings()).temporary().value();
    return chosen.isPresent() ? chosen.get().toString() : "storage";
  }

  private static Value options(StorageConfig config) {
    Map<String, String> options = new TreeMap<>();
    for (Setting<String> option : config.driverOptions()) {
      int equals = option.value().indexOf('=');
      if (equals > 0) {
        options.put(option.value().substring(0, equals), option.value().substring(equals + 1));
      }
    }
    return Value.ofTexts(options);
  }

  /// The family of the ext file systems has one name in Podman's report.
  private static String kernelName(String type) {
    return type.startsWith("ext") ? "extfs" : type;
  }

  private static Value registries(Call call) throws IOException {
    List<String> search =
        RegistriesConfig.read(call.surroundings()).search().map(Setting::value).orElse(List.of());
    return new Value.Dict(
        search.isEmpty() ? Map.of() : Map.of("search", Value.ofTexts(search)), new Value.Absent());
  }

  static boolean rootless(User user) {
    return user.privilege() == User.Privilege.ROOTLESS;
  }
}
