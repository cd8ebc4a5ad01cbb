package dev.stowage.cli.verb;

import dev.stowage.cli.template.Value;
import dev.stowage.cli.template.Value.Field;
import dev.stowage.config.Surroundings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/// What `info` says of the machine.
final class HostReport {
  private final Surroundings surroundings;

  HostReport(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  Value value() {
    var machine = surroundings.machine();
    String memory = text("/proc/meminfo");
    List<Field> fields = new ArrayList<>();
    fields.add(InfoVerb.field("Arch", "arch", Value.of(machine.platform().architecture())));
    fields.add(InfoVerb.field("CPUs", "cpus", Value.of(machine.processors())));
    fields.add(InfoVerb.field("Distribution", "distribution", distribution()));
    fields.add(InfoVerb.field("Hostname", "hostname", Value.of(machine.hostname())));
    fields.add(InfoVerb.field("Kernel", "kernel", Value.of(machine.kernel())));
    fields.add(InfoVerb.field("MemFree", "memFree", Value.of(kibibytes(memory, "MemFree:"))));
    fields.add(InfoVerb.field("MemTotal", "memTotal", Value.of(kibibytes(memory, "MemTotal:"))));
    fields.add(InfoVerb.field("OS", "os", Value.of(machine.platform().os())));
    fields.add(
        InfoVerb.field(
            "Security",
            "security",
            new Value.Struct(
                "define.SecurityInfo",
                List.of(
                    InfoVerb.field(
                        "Rootless",
                        "rootless",
                        Value.of(InfoVerb.rootless(surroundings.user())))))));
    fields.add(InfoVerb.field("SwapFree", "swapFree", Value.of(kibibytes(memory, "SwapFree:"))));
    fields.add(InfoVerb.field("SwapTotal", "swapTotal", Value.of(kibibytes(memory, "SwapTotal:"))));
    fields.add(InfoVerb.field("Uptime", "uptime", Value.of(uptime(text("/proc/uptime")))));
    fields.add(InfoVerb.field("Variant", "variant", Value.of(machine.platform().variant())));
    return new Value.Struct("*define.HostInfo", fields);
  }

  private Value distribution() {
    String release = text("/etc/os-release");
    List<Field> fields = new ArrayList<>();
    String codename = released(release, "VERSION_CODENAME");
    if (!codename.isEmpty()) {
      fields.add(InfoVerb.field("Codename", "codename", Value.of(codename)));
    }
    fields.add(InfoVerb.field("Distribution", "distribution", Value.of(released(release, "ID"))));
    fields.add(InfoVerb.field("Version", "version", Value.of(released(release, "VERSION_ID"))));
    return new Value.Struct("define.DistributionInfo", fields);
  }

  private static String released(String release, String key) {
    for (String line : release.split("\n")) {
      if (line.startsWith(key + "=")) {
        String value = line.substring(key.length() + 1).strip();
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
      }
    }
    return "";
  }

  private static long kibibytes(String memory, String key) {
    for (String line : memory.split("\n")) {
      if (line.startsWith(key)) {
        String digits = line.substring(key.length()).replace("kB", "").strip();
        return digits.isEmpty() ? 0 : Long.parseLong(digits) * 1024;
      }
    }
    return 0;
  }

  /// `1h 2m 3.00s`, with the days in brackets where there are any.
  static String uptime(String written) {
    int point = written.indexOf('.');
    long seconds = point < 0 ? 0 : Long.parseLong(written.substring(0, point));
    long hours = seconds / 3600;
    String clock = hours + "h " + seconds / 60 % 60 + "m " + seconds % 60 + ".00s";
    if (hours < 24) {
      return clock;
    }
    long hundredths = (hours * 100 + 12) / 24;
    String rest = Long.toString(100 + hundredths % 100).substring(1);
    return clock + " (Approximately " + hundredths / 100 + "." + rest + " days)";
  }

  private String text(String file) {
    try {
      return Files.readString(surroundings.system(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
