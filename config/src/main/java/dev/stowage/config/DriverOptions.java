package dev.stowage.config;

import dev.stowage.model.MalformedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The options of one storage driver, understood.
///
/// @param imageStores additional stores to read images from, in their order, absolute
/// @param layerStores additional layer stores as written, `path[:ref]` each
/// @param mountProgram the program that mounts instead of the kernel
/// @param mountOptions options for mounting, parted by commas; empty for none
/// @param chownErrors what happens when a file cannot be given to its owner
/// @param forceMask the mode that every file and directory gets instead of its own
/// @param mountHome whether the driver's directory is made a mount point of its own
/// @param sync what is synced before a layer is recorded
/// @param composefs whether composefs mounts the layers
/// @param size the most bytes of a container's layer
/// @param inodes the most inodes of a container's layer
/// @see <a
///   href="https://github.com/containers/container-libs/blob/main/storage/docs/containers-storage.conf.5.md">
///   containers-storage.conf(5)</a>
public record DriverOptions(
    List<Setting<Path>> imageStores,
    List<Setting<String>> layerStores,
    Optional<Setting<Path>> mountProgram,
    String mountOptions,
    ChownErrors chownErrors,
    Optional<Setting<Integer>> forceMask,
    MountHome mountHome,
    Sync sync,
    Composefs composefs,
    Optional<Long> size,
    Optional<Long> inodes) {

  /// The names that may stand before the dot of an option.
  static final Set<String> KNOWN_DRIVERS =
      new java.util.LinkedHashSet<>(
          List.of("overlay", "overlay2", "btrfs", "zfs", "vfs", "aufs", "devicemapper"));

  /// What happens when a file cannot be given to its owner (`ignore_chown_errors`).
  public enum ChownErrors {
    FAIL,
    IGNORE
  }

  /// Whether the driver's directory is made a mount point of its own (`skip_mount_home`).
  public enum MountHome {
    YES,
    NO
  }

  /// What is synced before a layer is recorded (`sync`).
  public enum Sync {
    NONE,
    FILESYSTEM
  }

  /// Whether composefs mounts the layers (`use_composefs`).
  public enum Composefs {
    OFF,
    ON
  }

  public DriverOptions {
    imageStores = List.copyOf(imageStores);
    layerStores = List.copyOf(layerStores);
  }

  /// Understands `[driver.]key=value` options, of which those of other drivers are passed over.
  ///
  /// @throws MalformedException naming the option and its origin, if it is unknown or its value is
  ///   not valid
  public static DriverOptions of(String driver, List<Setting<String>> options)
      throws MalformedException {
    Reading reading = new Reading();
    for (Setting<String> option : options) {
      String text = option.value();
      int equals = text.indexOf('=');
      if (equals < 0) {
        throw fault(option, "unable to parse key/value option: " + text);
      }
      String key = text.substring(0, equals).strip().toLowerCase(Locale.ROOT);
      String value = text.substring(equals + 1).strip();
      int dot = key.indexOf('.');
      String owner = dot < 0 ? "" : key.substring(0, dot);
      if (!owner.isEmpty() && !KNOWN_DRIVERS.contains(owner)) {
        throw fault(option, "unknown driver \"" + owner + "\" in option \"" + text + "\"");
      }
      if (owner.isEmpty()
          || owner.equals(driver)
          || (owner.equals("overlay2") && driver.equals("overlay"))) {
        reading.take(driver, key.substring(dot + 1), new Setting<>(value, option.origin()), option);
      }
    }
    return reading.done();
  }

  private static MalformedException fault(Setting<String> option, String finding) {
    return new MalformedException(option.origin() + ": " + finding);
  }

  /// The options while they are read.
  private static final class Reading {
    private final List<Setting<Path>> imageStores = new ArrayList<>();
    private final List<Setting<String>> layerStores = new ArrayList<>();
    private Optional<Setting<Path>> mountProgram = Optional.empty();
    private String mountOptions = "";
    private ChownErrors chownErrors = ChownErrors.FAIL;
    private Optional<Setting<Integer>> forceMask = Optional.empty();
    private MountHome mountHome = MountHome.YES;
    private Sync sync = Sync.NONE;
    private Composefs composefs = Composefs.OFF;
    private Optional<Long> size = Optional.empty();
    private Optional<Long> inodes = Optional.empty();

    private void take(String driver, String key, Setting<String> value, Setting<String> option)
        throws MalformedException {
      String text = value.value();
      switch (key) {
        case "imagestore", "additionalimagestore" -> stores(value);
        case "ignore_chown_errors" ->
            chownErrors = truth(option, text) ? ChownErrors.IGNORE : ChownErrors.FAIL;
        case "sync" -> sync = sync(option, text);
        case "mountopt" -> {
          if (driver.equals("vfs")) {
            throw fault(option, "vfs driver does not support mount options");
          }
          mountOptions = text;
        }
        default -> {
          if (driver.equals("vfs")) {
            throw unknown(option, key);
          }
          takeOverlay(key, value, option);
        }
      }
    }

    private void takeOverlay(String key, Setting<String> value, Setting<String> option)
        throws MalformedException {
      String text = value.value();
      switch (key) {
        case "override_kernel_check" -> {}
        case "additionallayerstore" -> {
          for (String store : text.split(",")) {
            if (!store.isEmpty()) {
              layerStores.add(new Setting<>(store, value.origin()));
            }
          }
        }
        case "mount_program" ->
            mountProgram =
                text.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Setting<>(Path.of(text), value.origin()));
        case "force_mask" ->
            forceMask = Optional.of(new Setting<>(mask(option, text), value.origin()));
        case "skip_mount_home" -> mountHome = truth(option, text) ? MountHome.NO : MountHome.YES;
        case "use_composefs" -> composefs = truth(option, text) ? Composefs.ON : Composefs.OFF;
        case "size" -> size = Optional.of(bytes(option, text));
        case "inodes" -> inodes = Optional.of(number(option, text));
        default -> throw unknown(option, key);
      }
    }

    private void stores(Setting<String> value) throws MalformedException {
      for (String store : value.value().split(",")) {
        if (store.isEmpty()) {
          continue;
        }
        Path path = Path.of(store).normalize();
        if (!path.isAbsolute()) {
          throw fault(value, "image path \"" + store + "\" is not absolute.  Can not be relative");
        }
        imageStores.add(new Setting<>(path, value.origin()));
      }
    }

    private static MalformedException unknown(Setting<String> option, String key) {
      return fault(option, "unknown option \"" + key + "\" (\"" + option.value() + "\")");
    }

    /// The spellings of truth that the peers take.
    private static boolean truth(Setting<String> option, String text) throws MalformedException {
      return switch (text) {
        case "1", "t", "T", "true", "TRUE", "True" -> true;
        case "0", "f", "F", "false", "FALSE", "False" -> false;
        default -> throw fault(option, option.value() + ": wanted true or false");
      };
    }

    private static Sync sync(Setting<String> option, String text) throws MalformedException {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "", "none" -> Sync.NONE;
        case "filesystem" -> Sync.FILESYSTEM;
        default ->
            throw fault(
                option, "invalid sync mode: \"" + text + "\", wanted \"none\" or \"filesystem\"");
      };
    }

    private static int mask(Setting<String> option, String text) throws MalformedException {
      try {
        return switch (text) {
          case "shared" -> 0755;
          case "private" -> 0700;
          default -> Integer.parseInt(text, 8);
        };
      } catch (NumberFormatException e) {
        throw fault(option, option.value() + ": wanted shared, private or an octal number");
      }
    }

    private static long number(Setting<String> option, String text) throws MalformedException {
      try {
        return Long.parseLong(text);
      } catch (NumberFormatException e) {
        throw fault(option, option.value() + ": wanted a whole number");
      }
    }

    /// A size such as `10G`, in units of 1024.
    private static long bytes(Setting<String> option, String text) throws MalformedException {
      String size = text.toLowerCase(Locale.ROOT);
      if (size.endsWith("ib")) {
        size = size.substring(0, size.length() - 2);
      } else if (size.endsWith("b")) {
        size = size.substring(0, size.length() - 1);
      }
      size = size.strip();
      int unit = size.isEmpty() ? -1 : "kmgtp".indexOf(size.charAt(size.length() - 1));
      String digits = unit < 0 ? size : size.substring(0, size.length() - 1).strip();
      try {
        double number = Double.parseDouble(digits);
        if (number < 0 || Double.isNaN(number)) {
          throw new NumberFormatException(digits);
        }
        return (long) (number * (1L << 10 * (unit + 1)));
      } catch (NumberFormatException e) {
        throw fault(option, option.value() + ": wanted a size such as 10G");
      }
    }

    private DriverOptions done() {
      return new DriverOptions(
          imageStores,
          layerStores,
          mountProgram,
          mountOptions,
          chownErrors,
          forceMask,
          mountHome,
          sync,
          composefs,
          size,
          inodes);
    }
  }
}
