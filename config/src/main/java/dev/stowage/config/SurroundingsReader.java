package dev.stowage.config;

import dev.stowage.model.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Map;

/// Looks around: the only place that asks the environment, the system's properties and `/proc`.
final class SurroundingsReader {

  /// The capability to mount, by its bit. See capabilities(7).
  private static final int CAP_SYS_ADMIN = 21;

  /// Stands in `/proc/self/uid_map` only where all user IDs are mapped, because the kernel refuses
  /// a mapping that begins at the last one.
  private static final String ALL_IDS = "4294967295";

  private SurroundingsReader() {}

  static Surroundings read() {
    Map<String, String> environment = System.getenv();
    return new Surroundings(
        environment,
        Path.of("/"),
        Path.of("").toAbsolutePath(),
        user(environment),
        new Machine(
            platform(System.getProperty("os.arch", "")),
            firstLine("/proc/sys/kernel/hostname"),
            System.getProperty("os.version", ""),
            Runtime.getRuntime().availableProcessors()),
        new Terminal(stream(0), stream(1), stream(2)),
        ZoneId::systemDefault);
  }

  private static User user(Map<String, String> environment) {
    String status = text("/proc/self/status");
    String uids = field(status, "\nUid:\t");
    int uid = number(column(uids, 0));
    int effective = number(column(uids, 1));
    int gid = number(column(field(status, "\nGid:\t"), 0));
    String recorded = environment.getOrDefault("_CONTAINERS_ROOTLESS_UID", "");
    int login = recorded.isEmpty() ? uid : number(recorded);
    boolean mayMount = hasCapability(field(status, "\nCapEff:\t"), CAP_SYS_ADMIN);
    boolean rootful =
        login == 0
            && mayMount
            && environment.getOrDefault("_CONTAINERS_USERNS_CONFIGURED", "").isEmpty()
            && text("/proc/self/uid_map").contains(ALL_IDS);
    String home = environment.getOrDefault("HOME", "");
    return new User(
        uid,
        effective,
        gid,
        login,
        Path.of(home.isEmpty() ? homeInPasswd(login) : home).toAbsolutePath(),
        rootful ? User.Privilege.ROOTFUL : User.Privilege.ROOTLESS);
  }

  private static boolean hasCapability(String hex, int bit) {
    try {
      return (Long.parseUnsignedLong(hex.strip(), 16) >> bit & 1) == 1;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static String homeInPasswd(int uid) {
    for (String line : text("/etc/passwd").split("\n")) {
      String[] fields = line.split(":", -1);
      if (fields.length >= 6 && fields[2].equals(Integer.toString(uid)) && !fields[5].isEmpty()) {
        return fields[5];
      }
    }
    return "/";
  }

  /// The platform of a value of the property `os.arch`.
  static Platform platform(String architecture) {
    String cpu =
        switch (architecture) {
          case "x86", "i486", "i586", "i686" -> "386";
          default -> architecture;
        };
    String variant = cpu.equals("arm") ? armVersion(text("/proc/cpuinfo")) : "";
    return new Platform("linux", cpu, variant).normalized();
  }

  /// The version of 32-bit ARM that `/proc/cpuinfo` tells, `v7` if it does not.
  static String armVersion(String cpuinfo) {
    int at = cpuinfo.indexOf("CPU architecture");
    int colon = at < 0 ? -1 : cpuinfo.indexOf(':', at);
    if (colon < 0) {
      return "v7";
    }
    String rest = cpuinfo.substring(colon + 1).strip();
    char version = rest.isEmpty() ? '7' : rest.charAt(0);
    return version >= '5' && version <= '8' ? "v" + version : "v7";
  }

  private static Terminal.Stream stream(int descriptor) {
    String target;
    try {
      target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
    } catch (IOException e) {
      return Terminal.Stream.ELSEWHERE;
    }
    return target.startsWith("/dev/pts/")
            || target.startsWith("/dev/tty")
            || target.equals("/dev/console")
        ? Terminal.Stream.TERMINAL
        : Terminal.Stream.ELSEWHERE;
  }

  private static String field(String status, String name) {
    int at = status.indexOf(name);
    if (at < 0) {
      return "";
    }
    int end = status.indexOf('\n', at + 1);
    return status.substring(at + name.length(), end < 0 ? status.length() : end);
  }

  private static String column(String line, int index) {
    String[] columns = line.split("\t");
    return index < columns.length ? columns[index] : "";
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static String firstLine(String file) {
    String text = text(file);
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  /// The text of a file of the system; empty where it cannot be read.
  private static String text(String file) {
    try {
      return new String(Files.readAllBytes(Path.of(file)), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
