package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import java.util.List;

/// The flags that every command takes.
public final class GlobalFlags {
  private static final char NONE = Flag.NO_SHORTHAND;

  private GlobalFlags() {}

  /// Shown in the program's own help.
  public static List<Flag> all() {
    return List.of(
        Flag.toggle("help", 'h', "Help for stowage"),
        Flag.text(
            "imagestore",
            NONE,
            "Path to the 'image store', different from 'graph root', use this to split storing the"
                + " image into a separate 'image store', see 'man containers-storage.conf' for"
                + " details"),
        Flag.text(
                "log-level",
                NONE,
                "Log messages above specified level (trace, debug, info, warn, warning, error,"
                    + " fatal, panic)")
            .initially("warn"),
        Flag.list("pull-option", NONE, "Specify an option to change how the image is pulled"),
        Flag.text("registries-conf", NONE, "Path to a registries.conf to use for image processing")
            .hidden(),
        Flag.text(
            "root",
            NONE,
            "Path to the graph root directory where images, containers, etc. are stored"),
        Flag.text(
            "runroot", NONE, "Path to the 'run directory' where all state information is stored"),
        Flag.text(
            "storage-driver",
            NONE,
            "Select which storage driver is used to manage storage of images and containers"),
        Flag.list("storage-opt", NONE, "Used to pass an option to the storage driver"),
        Flag.toggle("transient-store", NONE, "Enable transient container storage"),
        Flag.toggle("version", 'v', "Version of stowage"),
        ignored("cgroup-manager"),
        ignored("conmon"),
        ignored("events-backend"),
        ignored("hooks-dir"),
        ignored("network-cmd-path"),
        ignored("network-config-dir"),
        ignored("runtime"),
        ignored("runtime-flag"),
        ignored("tmpdir"),
        ignored("volumepath"),
        refused("connection", 'c'),
        refused("identity", NONE),
        refused("ssh", NONE),
        refused("url", NONE),
        Flag.toggle("remote", 'r', "").hidden());
  }

  /// Refuses what only a client of a service can do.
  ///
  /// @param own the command's own flags, which may have such a name
  public static void checkLocal(Words words, List<Flag> own) throws UsageException {
    for (String flag : List.of("connection", "identity", "ssh", "url", "remote")) {
      if (words.given(flag) && !words.text(flag).equals("false") && !isNamed(own, flag)) {
        throw new UsageException(
            "--" + flag + " is not supported: stowage works on the store of this machine");
      }
    }
  }

  private static boolean isNamed(List<Flag> flags, String name) {
    for (Flag flag : flags) {
      if (flag.name().equals(name)) {
        return true;
      }
    }
    return false;
  }

  /// Says how Podman runs containers, which has no bearing on images.
  private static Flag ignored(String name) {
    return Flag.text(name, NONE, "").hidden();
  }

  private static Flag refused(String name, char shorthand) {
    return Flag.text(name, shorthand, "").hidden();
  }
}
