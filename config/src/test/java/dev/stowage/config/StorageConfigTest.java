package dev.stowage.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.MalformedException;
import dev.stowage.model.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StorageConfigTest {
  private static final String SYSTEM_FILE = "/etc/containers/storage.conf";

  @TempDir private Path temporary;
  private Path root;

  @BeforeEach
  void resolveLinksOnce() throws IOException {
    root = temporary.toRealPath();
  }

  @Test
  void withoutAnyFileRootUsesTheSystemsStore() throws IOException {
    StorageConfig config = read(Place.ofRoot(root));
    assertEquals(root.resolve("var/lib/containers/storage"), config.graphRoot().value());
    assertEquals(root.resolve("run/containers/storage"), config.runRoot().value());
    assertEquals("built in", config.graphRoot().origin().toString());
    assertEquals("overlay", config.chooseDriver().value());
    assertEquals(List.of(), config.driverOptions());
    assertEquals(List.of(), config.files());
  }

  @Test
  void withoutAnyFileAUserHasAStoreAtHome() throws IOException {
    Files.createDirectories(root.resolve("session"));
    StorageConfig config =
        read(Place.ofUser(root, 1000).with("XDG_RUNTIME_DIR", root + "/session"));
    assertEquals(
        root.resolve("home/user/.local/share/containers/storage"), config.graphRoot().value());
    assertEquals(root.resolve("session/containers"), config.runRoot().value());
    assertEquals("$XDG_RUNTIME_DIR", config.runRoot().origin().toString());
  }

  @Test
  void dataHomeMovesTheUsersStore() throws IOException {
    StorageConfig config = read(Place.ofUser(root, 1000).with("XDG_DATA_HOME", "/data"));
    assertEquals(Path.of("/data/containers/storage"), config.graphRoot().value());
  }

  @Test
  void withoutASessionAUsersOwnRuntimeDirectoryIsFound() throws IOException {
    int uid = (Integer) Files.getAttribute(root, "unix:uid");
    Place place = Place.ofUser(root, uid == 0 ? 1000 : uid);
    int name = uid == 0 ? 1000 : uid;
    assertEquals(
        root.resolve("tmp/storage-run-" + name + "/containers"), read(place).runRoot().value());
    if (uid != 0) {
      Path podmans = Files.createDirectories(root.resolve("tmp/podman-run-" + name));
      Files.setPosixFilePermissions(podmans, PosixFilePermissions.fromString("rwx------"));
      assertEquals(podmans.resolve("containers"), read(place).runRoot().value());
      Path sessions = Files.createDirectories(root.resolve("run/user/" + name));
      Files.setPosixFilePermissions(sessions, PosixFilePermissions.fromString("rwx------"));
      assertEquals(sessions.resolve("containers"), read(place).runRoot().value());
    } else {
      // The directory belongs to another user, so it is not used, and its place is refused.
      Files.createDirectories(root.resolve("tmp/storage-run-" + name));
      assertThrows(MalformedException.class, () -> read(place));
    }
  }

  @Test
  void theFirstMainFileCountsAlone() throws IOException {
    Place place =
        Place.ofRoot(root)
            .file("/usr/share/containers/storage.conf", "[storage]\ndriver='btrfs'\nrunroot='/v'")
            .file(SYSTEM_FILE, "[storage]\ndriver='vfs'");
    StorageConfig config = read(place);
    assertEquals("vfs", config.driver().orElseThrow().value());
    assertEquals(place.at(SYSTEM_FILE) + ":2", config.driver().orElseThrow().origin().toString());
    assertEquals(root.resolve("run/containers/storage"), config.runRoot().value());

    place.file("/root/.config/containers/storage.conf", "[storage]\ngraphroot='/g'");
    config = read(place);
    assertTrue(config.driver().isEmpty());
    assertEquals(Path.of("/g"), config.graphRoot().value());
  }

  @Test
  void dropInsAreLaidOverTheMainFileInTheOrderOfTheirNames() throws IOException {
    Place place =
        Place.ofRoot(root)
            .file(SYSTEM_FILE, "[storage]\ndriver='overlay'\ngraphroot='/a'\nrunroot='/b'")
            .file("/etc/containers/storage.conf.d/20.conf", "[storage]\ngraphroot='/twenty'")
            .file("/usr/share/containers/storage.conf.d/10.conf", "[storage]\ngraphroot='/ten'")
            .file("/usr/share/containers/storage.conf.d/20.conf", "[storage]\nrunroot='/hidden'")
            .file("/etc/containers/storage.rootful.conf.d/30.conf", "[storage]\nrunroot='/thirty'")
            .file("/etc/containers/storage.rootless.conf.d/40.conf", "[storage]\nrunroot='/no'")
            .file("/etc/containers/storage.conf.d/50.txt", "no configuration");
    StorageConfig config = read(place);
    assertEquals(Path.of("/twenty"), config.graphRoot().value());
    assertEquals(Path.of("/thirty"), config.runRoot().value());
    assertEquals(
        List.of("storage.conf", "10.conf", "20.conf", "30.conf"),
        config.files().stream().map(file -> file.getFileName().toString()).toList());
  }

  @Test
  void aUsersDropInsAreTheOnesForUsersAndForThisUser() throws IOException {
    Place place =
        Place.ofUser(root, 1000)
            .file("/etc/containers/storage.rootful.conf.d/1.conf", "[storage]\ngraphroot='/no'")
            .file("/etc/containers/storage.rootless.conf.d/2.conf", "[storage]\ngraphroot='/u'")
            .file("/etc/containers/storage.rootless.conf.d/1000/3.conf", "[storage]\nrunroot='/r'")
            .file("/etc/containers/storage.rootless.conf.d/1001/4.conf", "[storage]\nrunroot='/n'")
            .file("/home/user/.config/containers/storage.conf.d/5.conf", "[storage]\ndriver='vfs'");
    StorageConfig config = read(place);
    assertEquals(Path.of("/u"), config.graphRoot().value());
    assertEquals(Path.of("/r"), config.runRoot().value());
    assertEquals("vfs", config.driver().orElseThrow().value());
  }

  @Test
  void theRootsOfTheSystemsFileAreNotAUsers() throws IOException {
    Place place =
        Place.ofUser(root, 1000)
            .file(
                SYSTEM_FILE,
                """
                [storage]
                driver = "overlay"
                graphroot = "/var/lib/containers/storage"
                runroot = "/run/containers/storage"
                [storage.options.overlay]
                ignore_chown_errors = "true"
                """);
    StorageConfig config = read(place);
    assertEquals(
        root.resolve("home/user/.local/share/containers/storage"), config.graphRoot().value());
    assertEquals("overlay", config.driver().orElseThrow().value());
    assertEquals(DriverOptions.ChownErrors.IGNORE, config.optionsFor("overlay").chownErrors());

    place.file(SYSTEM_FILE, "[storage]\nrootless_storage_path = \"/users/$UID/$SUB/${SUB}s\"");
    place.with("SUB", "store");
    assertEquals(Path.of("/users/1000/store/stores"), read(place).graphRoot().value());
  }

  @Test
  void aVariableNamesTheOnlyFile() throws IOException {
    Place place =
        Place.ofUser(root, 1000)
            .file(SYSTEM_FILE, "[storage]\ndriver='vfs'")
            .file("/etc/containers/storage.conf.d/1.conf", "[storage]\nrunroot='/no'")
            .file("/chosen.conf", "[storage]\ngraphroot='/chosen'\nrunroot='/r'")
            .file("/last.conf", "[storage]\nrunroot='/last'")
            .with("CONTAINERS_STORAGE_CONF", root + "/chosen.conf")
            .with("CONTAINERS_STORAGE_CONF_OVERRIDE", root + "/last.conf");
    StorageConfig config = read(place);
    assertEquals(Path.of("/chosen"), config.graphRoot().value());
    assertEquals(Path.of("/last"), config.runRoot().value());
    assertTrue(config.driver().isEmpty());

    place.with("CONTAINERS_STORAGE_CONF", root + "/absent.conf");
    NotFoundException absent = assertThrows(NotFoundException.class, () -> read(place));
    assertTrue(String.valueOf(absent.getMessage()).startsWith("CONTAINERS_STORAGE_CONF names "));
  }

  @Test
  void driverAndOptionsOfTheEnvironmentGoBeforeTheFiles() throws IOException {
    Place place =
        Place.ofRoot(root)
            .file(SYSTEM_FILE, "[storage]\ndriver='vfs'\n[storage.options]\nmountopt='nodev'")
            .with("STORAGE_DRIVER", "overlay2")
            .with("STORAGE_OPTS", "overlay.mountopt=noexec,overlay.sync=filesystem");
    StorageConfig config = read(place);
    assertEquals("overlay ($STORAGE_DRIVER)", config.driver().orElseThrow().toString());
    DriverOptions options = config.optionsFor("overlay");
    assertEquals("noexec", options.mountOptions());
    assertEquals(DriverOptions.Sync.FILESYSTEM, options.sync());

    place.with("STORAGE_OPTS", "");
    assertEquals(List.of(), read(place).driverOptions());
  }

  @Test
  void anotherRootOrDriverOnTheCommandLineDropsTheConfiguredOptions() throws IOException {
    Place place =
        Place.ofRoot(root)
            .file(
                SYSTEM_FILE,
                "[storage]\ndriver='vfs'\nrunroot='/r'\n[storage.options]\nmountopt='nodev'");
    StorageConfig config =
        StorageConfig.read(
            place.surroundings(), StorageOverrides.NONE.withRoot(Path.of("other/../mine")));
    assertEquals(root.resolve("mine"), config.graphRoot().value());
    assertEquals("--root", config.graphRoot().origin().toString());
    assertEquals(Path.of("/r"), config.runRoot().value());
    assertEquals("vfs", config.driver().orElseThrow().value());
    assertEquals(List.of(), config.driverOptions());

    config =
        StorageConfig.read(
            place.surroundings(), StorageOverrides.NONE.withRunRoot(Path.of("/elsewhere")));
    assertEquals(1, config.driverOptions().size());

    config =
        StorageConfig.read(
            place.surroundings(),
            StorageOverrides.NONE
                .withDriver("overlay")
                .withOptions(List.of("overlay.mount_program=/usr/bin/fuse-overlayfs"))
                .withPullOptions(Map.of("use_hard_links", "true"))
                .withRecords(StorageConfig.Records.TRANSIENT));
    assertEquals("overlay", config.chooseDriver().value());
    assertEquals(
        "/usr/bin/fuse-overlayfs (--storage-opt)",
        config.optionsFor("overlay").mountProgram().orElseThrow().toString());
    assertEquals(
        "true", Objects.requireNonNull(config.pullOptions().get("use_hard_links")).value());
    assertEquals(StorageConfig.Records.TRANSIENT, config.records().value());
  }

  @Test
  void everyOptionOfTheManualPageIsUnderstood() throws IOException {
    Place place =
        Place.ofRoot(root)
            .file(
                SYSTEM_FILE,
                """
                [storage]
                driver = "overlay"
                imagestore = "/images"
                driver_priority = ["overlay", "btrfs"]
                transient_store = true

                [storage.options]
                additionalimagestores = [
                  "/usr/lib/containers/storage", # the vendor's
                  "/mnt/images/",
                ]
                root-auto-userns-user = "storage"
                auto-userns-min-size = 1024
                auto-userns-max-size = 65536
                disable-volatile = true
                force_mask = 0o700

                [storage.options.pull_options]
                enable_partial_images = "true"
                use_hard_links = "false"
                ostree_repos = ""

                [storage.options.overlay]
                ignore_chown_errors = "false"
                inodes = "1000"
                mount_program = "/usr/bin/fuse-overlayfs"
                mountopt = "nodev,metacopy=on"
                skip_mount_home = "true"
                size = "10G"
                use_composefs = "false"
                sync = "filesystem"

                [storage.options.btrfs]
                min_space = "1G"
                size = "2G"

                [storage.options.vfs]
                ignore_chown_errors = "true"
                sync = "none"

                [storage.options.zfs]
                fsname = "tank"
                mountopt = "nodev"
                """);
    StorageConfig config = read(place);
    assertEquals(Path.of("/images"), config.imageStore().orElseThrow().value());
    assertEquals(StorageConfig.Records.TRANSIENT, config.records().value());
    assertEquals(StorageConfig.VolatileMounts.FORBIDDEN, config.volatileMounts().value());
    assertEquals(
        "true", Objects.requireNonNull(config.pullOptions().get("enable_partial_images")).value());
    DriverOptions overlay = config.optionsFor("overlay");
    assertEquals(
        List.of(Path.of("/usr/lib/containers/storage"), Path.of("/mnt/images")),
        overlay.imageStores().stream().map(Setting::value).toList());
    assertEquals(place.at(SYSTEM_FILE) + ":9", overlay.imageStores().get(0).origin().toString());
    assertEquals("nodev,metacopy=on", overlay.mountOptions());
    assertEquals(0700, overlay.forceMask().orElseThrow().value());
    assertEquals(DriverOptions.MountHome.NO, overlay.mountHome());
    assertEquals(DriverOptions.Sync.FILESYSTEM, overlay.sync());
    assertEquals(DriverOptions.Composefs.OFF, overlay.composefs());
    assertEquals(10L << 30, overlay.size().orElseThrow());
    assertEquals(1000, overlay.inodes().orElseThrow());
    assertEquals(
        "overlay.sync=filesystem",
        config.driverOptions().stream()
            .map(Setting::value)
            .filter(option -> option.startsWith("overlay.sync"))
            .findFirst()
            .orElseThrow());
  }

  @Test
  void listsOfLaterFilesReplaceUnlessTheyAppend() throws IOException {
    Place place =
        Place.ofRoot(root)
            .file(SYSTEM_FILE, "[storage.options]\nadditionalimagestores=['/a']")
            .file(
                "/etc/containers/storage.conf.d/1.conf",
                "[storage.options]\nadditionalimagestores=['/b',{append=true}]")
            .file(
                "/etc/containers/storage.conf.d/2.conf",
                "[storage.options]\nadditionalimagestores=['/c']");
    assertEquals(
        List.of("imagestore=/a", "imagestore=/b", "imagestore=/c"),
        read(place).driverOptions().stream().map(Setting::value).toList());
    place.file(
        "/etc/containers/storage.conf.d/3.conf",
        "[storage.options]\nadditionalimagestores=['/d', {append=false}]");
    assertEquals(
        List.of("imagestore=/d"),
        read(place).driverOptions().stream().map(Setting::value).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "overlay, overlay.mountopt, unable to parse key/value option: overlay.mountopt",
    "overlay, magicfs.size=5G, unknown driver \"magicfs\" in option \"magicfs.size=5G\"",
    "overlay, overlay.speed=5, unknown option \"speed\" (\"overlay.speed=5\")",
    "overlay, skip_mount_home=maybe, skip_mount_home=maybe: wanted true or false",
    "overlay, force_mask=rwx, 'force_mask=rwx: wanted shared, private or an octal number'",
    "overlay, imagestore=x/y, image path \"x/y\" is not absolute.  Can not be relative",
    "overlay, sync=all, 'invalid sync mode: \"all\", wanted \"none\" or \"filesystem\"'",
    "overlay, size=much, size=much: wanted a size such as 10G",
    "vfs, vfs.mountopt=nodev, vfs driver does not support mount options",
    "vfs, size=1, unknown option \"size\" (\"size=1\")",
  })
  void anOptionThatIsNotUnderstoodIsRefused(String driver, String option, String finding) {
    List<Setting<String>> options =
        List.of(new Setting<>(option, new Origin.OnCommandLine("--storage-opt")));
    MalformedException refused =
        assertThrows(MalformedException.class, () -> DriverOptions.of(driver, options));
    assertEquals("--storage-opt: " + finding, refused.getMessage());
  }

  @Test
  void optionsOfOtherDriversAreNotLookedAt() throws IOException {
    List<Setting<String>> options =
        List.of(
            Setting.builtIn("btrfs.min_space=1G"),
            Setting.builtIn(" OVERLAY2.mountopt = nodev "),
            Setting.builtIn("vfs.sync=filesystem"));
    assertEquals("nodev", DriverOptions.of("overlay", options).mountOptions());
    assertEquals(DriverOptions.Sync.NONE, DriverOptions.of("overlay", options).sync());
    assertEquals(DriverOptions.Sync.FILESYSTEM, DriverOptions.of("vfs", options).sync());
  }

  @Test
  void theDriverThatWasHereBeforeIsChosen() throws IOException {
    Place place = Place.ofRoot(root);
    Path store = Files.createDirectories(root.resolve("var/lib/containers/storage"));
    assertEquals("overlay", read(place).chooseDriver().value());
    Files.createDirectories(store.resolve("vfs"));
    assertEquals("vfs", read(place).chooseDriver().value());

    place.file(SYSTEM_FILE, "[storage]\ndriver_priority = ['vfs', 'overlay']");
    assertEquals("vfs", read(place).chooseDriver().value());
    assertEquals("found " + store.resolve("vfs"), read(place).chooseDriver().origin().toString());

    Files.createDirectories(store.resolve("overlay"));
    MalformedException refused =
        assertThrows(MalformedException.class, () -> read(place).chooseDriver());
    assertTrue(
        String.valueOf(refused.getMessage()).contains("several valid graphdrivers: overlay, vfs"));
  }

  @Test
  void anImageStoreHasToBeAnotherPlace() throws IOException {
    Place place =
        Place.ofRoot(root).file(SYSTEM_FILE, "[storage]\ngraphroot='/g'\nimagestore='/g/'");
    assertThrows(MalformedException.class, () -> read(place));
  }

  @Test
  void linksOfAConfiguredRootAreFollowed() throws IOException {
    Path real = Files.createDirectories(root.resolve("real"));
    Files.createSymbolicLink(root.resolve("link"), real);
    Place place =
        Place.ofRoot(root)
            .file(SYSTEM_FILE, "[storage]\ngraphroot='$BASE/link'\nrunroot='/r'")
            .with("BASE", root.toString());
    assertEquals(real, read(place).graphRoot().value());
  }

  private static StorageConfig read(Place place) throws IOException {
    return StorageConfig.read(place.surroundings(), StorageOverrides.NONE);
  }
}
