package dev.stowage.transfer.place;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.config.Endpoint;
import dev.stowage.config.RegistryEntry;
import dev.stowage.linux.Disk;
import dev.stowage.linux.LocalDisk;
import dev.stowage.linux.LockMethod;
import dev.stowage.model.Credentials;
import dev.stowage.model.ImageId;
import dev.stowage.model.LayerId;
import dev.stowage.model.Platform;
import dev.stowage.model.PlatformChoice;
import dev.stowage.model.Reference;
import dev.stowage.model.StowageException;
import dev.stowage.registry.ClientSettings;
import dev.stowage.registry.Registries;
import dev.stowage.registry.Retries;
import dev.stowage.registry.Timeouts;
import dev.stowage.store.Driver;
import dev.stowage.store.ImageRecord;
import dev.stowage.store.NewImage;
import dev.stowage.store.Scope;
import dev.stowage.store.Snapshot;
import dev.stowage.store.Store;
import dev.stowage.store.StoreOptions;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.transfer.Copier;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Listener;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/// A registry that can be evil, a store that must not suffer from it, and a pull between the two on
/// the very path that real pulls take. What each case was answered is written to
/// `target/refusals.md`.
final class HostilePull implements Closeable {
  private static final Path ANSWERS = Path.of("target", "refusals.md");

  private static final ClientSettings SETTINGS =
      ClientSettings.DEFAULT
          .withTimeouts(
              new Timeouts(
                  Duration.ofSeconds(5),
                  Duration.ofMillis(800),
                  Duration.ofMillis(600),
                  Duration.ofMillis(1200)))
          .withRetries(new Retries(3, Duration.ofMillis(5), Duration.ofMillis(1500), 20));

  private final Path directory;
  private final Driver driver;
  private final Disk disk;
  private final CopyOptions options;
  final EmbeddedRegistry registry;
  private final ClientSettings settings;
  final Path outside;
  private Store store;

  private HostilePull(
      Path directory,
      Driver driver,
      Disk disk,
      EmbeddedRegistry.Setup setup,
      ClientSettings settings)
      throws IOException {
    this.directory = directory;
    this.driver = driver;
    this.disk = disk;
    this.options =
        CopyOptions.of(PlatformChoice.of(new Platform("linux", "amd64", ""))).withAtOnce(3);
    this.registry = EmbeddedRegistry.start(setup);
    this.settings = settings;
    this.outside = Files.writeString(directory.resolve("outside"), "untouched");
    this.store = openStore();
  }

  static HostilePull in(Path directory) throws IOException {
    return in(directory, Driver.OVERLAY, new LocalDisk(LockMethod.OPEN_FILE));
  }

  static HostilePull in(Path directory, Driver driver, Disk disk) throws IOException {
    return new HostilePull(directory, driver, disk, EmbeddedRegistry.Setup.DEFAULT, SETTINGS);
  }

  /// A pull with the time limits of every day.
  static HostilePull patient(Path directory) throws IOException {
    return new HostilePull(
        directory,
        Driver.OVERLAY,
        new LocalDisk(LockMethod.OPEN_FILE),
        EmbeddedRegistry.Setup.DEFAULT,
        ClientSettings.DEFAULT);
  }

  void reopen() throws IOException {
    store.close();
    store = openStore();
  }

  void removeAll() throws IOException {
    List<ImageId> removed =
        store.write(
            Scope.ALL,
            edit -> {
              List<ImageId> all = new ArrayList<>();
              for (ImageRecord image : edit.now().images()) {
                edit.removeImage(image.id());
                all.add(image.id());
              }
              return all;
            });
    assertFalse(removed.isEmpty());
  }

  /// What lies in the staging area.
  List<String> staged() throws IOException {
    Path place = root().resolve(driver.text() + "/tempdirs");
    return Files.exists(place) ? names(place) : List.of();
  }

  private Store openStore() throws IOException {
    StoreOptions where =
        StoreOptions.of(directory.resolve("store/root"), directory.resolve("store/run"), driver);
    return Store.open(where, disk);
  }

  Store store() {
    return store;
  }

  Path root() {
    return directory.resolve("store/root");
  }

  Reference name(String tag) throws IOException {
    return Reference.parse(registry.host() + "/it/app:" + tag);
  }

  private ImageSource source(Registries registries, String tag, Credentials credentials)
      throws IOException {
    Reference name = name(tag);
    Endpoint endpoint = Endpoint.of(name).with(RegistryEntry.Security.INSECURE);
    return new RegistrySource(
        registries.find(name, List.of(endpoint), credentials), new NoSignatures());
  }

  void pull(String tag) throws IOException {
    pull(tag, new Credentials.Anonymous(), Listener.NONE);
  }

  void pull(String tag, Credentials credentials, Listener listener) throws IOException {
    try (Registries registries = new Registries(settings); // one that knows nothing yet
        ImageSource source = source(registries, tag, credentials);
        StoreSink sink = new StoreSink(store, Optional.of(name(tag)))) {
      Copier.copy(source, sink, options, listener);
    }
  }

  /// Pulls an image that must be refused by one clear error, within a time, and leave nothing.
  StowageException refused(String what, String tag, Duration within, String... words)
      throws IOException {
    long begun = System.nanoTime();
    IOException failure = assertThrows(IOException.class, () -> pull(tag), what);
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    answered(what, failure);
    StowageException told =
        failure instanceof StowageException family
            ? family
            : org.junit.jupiter.api.Assertions.fail(what, failure);
    String message = String.valueOf(told.getMessage());
    for (String word : words) {
      assertTrue(message.contains(word), () -> what + ": \"" + word + "\" not in: " + message);
    }
    clear(what, message);
    assertTrue(took.compareTo(within) < 0, what + " took " + took);
    assertNothingLeft(what);
    return told;
  }

  StowageException refused(String what, String tag, String... words) throws IOException {
    return refused(what, tag, Duration.ofSeconds(60), words);
  }

  /// One line that a terminal can show.
  private static void clear(String what, String message) {
    assertFalse(message.isBlank() || message.equals("null"), what);
    assertTrue(message.chars().noneMatch(Character::isISOControl), what + ": " + message);
    assertTrue(message.length() < 1500, what + ": " + message.length());
  }

  /// Writes down for readers what a case was answered.
  static void answered(String what, IOException failure) throws IOException {
    String message = String.valueOf(failure.getMessage());
    Files.writeString(
        ANSWERS,
        "| "
            + what
            + " | "
            + failure.getClass().getSimpleName()
            + " | "
            + message.replace("|", "\\|").replaceAll("\\p{Cntrl}", "?")
            + " |\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /// Closes and opens the store again, writes once, and finds nothing of any image.
  void assertNothingLeft(String what) throws IOException {
    store.close();
    assertEquals("untouched", Files.readString(outside), what);
    assertEquals(List.of("outside", "store"), names(directory), what);
    assertEquals(List.of("root", "run"), names(directory.resolve("store")), what);
    store = openStore();
    writeOnce();
    Snapshot now = store.read(snapshot -> snapshot);
    assertEquals(List.of(), now.images(), what);
    assertEquals(List.of(), now.layers(), what);
    assertEquals(List.of(), contents(), what);
  }

  private void writeOnce() throws IOException {
    ImageId id = new ImageId("e".repeat(64));
    store.write(
        Scope.IMAGES,
        edit ->
            edit.putImage(
                new NewImage(
                    id,
                    List.of(),
                    Optional.<LayerId>empty(),
                    "",
                    Optional.empty(),
                    Optional.empty(),
                    Map.of())));
    store.write(
        Scope.ALL,
        edit -> {
          return edit.removeImage(id);
        });
  }

  /// What lies in the store beside its frame: layers, data of images, staging, temporary files.
  List<String> contents() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path part :
        List.of(
            Path.of("overlay"),
            Path.of("vfs"),
            Path.of("vfs/dir"),
            Path.of("overlay/l"),
            Path.of("overlay-layers"),
            Path.of("overlay-images"),
            Path.of("vfs-layers"),
            Path.of("vfs-images"))) {
      if (Files.exists(root().resolve(part))) {
        for (String name : names(root().resolve(part))) {
          if (!FRAME.contains(name)) {
            found.add(part + "/" + name);
          }
        }
      }
    }
    return found;
  }

  private static final TreeSet<String> FRAME =
      new TreeSet<>(
          List.of(
              "l",
              "dir",
              ".has-mount-program",
              "layers.json",
              "layers.lock",
              "volatile-layers.json",
              "images.json",
              "images.lock"));

  static List<String> names(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(path -> String.valueOf(path.getFileName())).sorted().toList();
    }
  }

  @Override
  public void close() throws IOException {
    store.close();
    registry.close();
  }
}
