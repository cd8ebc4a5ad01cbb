package dev.stowage.interop;

import dev.stowage.config.RegistriesConfig;
import dev.stowage.config.Surroundings;
import dev.stowage.linux.LocalDisk;
import dev.stowage.linux.LockMethod;
import dev.stowage.linux.ProcessIdentity;
import dev.stowage.model.Bytes;
import dev.stowage.model.Credentials;
import dev.stowage.model.Json;
import dev.stowage.model.Platform;
import dev.stowage.model.PlatformChoice;
import dev.stowage.model.Reference;
import dev.stowage.registry.Retries;
import dev.stowage.store.Driver;
import dev.stowage.store.DriverOptions;
import dev.stowage.store.Snapshot;
import dev.stowage.store.Store;
import dev.stowage.store.StoreOptions;
import dev.stowage.transfer.Copier;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.LocalAccess;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.RegistryAccess;
import dev.stowage.transfer.place.RegistryDesk;
import dev.stowage.transfer.place.Sources;
import dev.stowage.transfer.place.StoreSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One store in a directory of its own, which Stowage and the peers work on.
record TestStore(Path directory, Driver driver) {
  private static final CopyOptions OPTIONS =
      CopyOptions.of(PlatformChoice.of(new Platform("linux", "amd64", ""))).withAtOnce(3);

  Path root() {
    return directory.resolve("root");
  }

  Path run() {
    return directory.resolve("run");
  }

  /// The store as Stowage opens it; the caller closes it.
  Store open() throws IOException {
    StoreOptions options =
        StoreOptions.of(root(), run(), driver)
            .withPrivileges(StoreOptions.Privileges.of(ProcessIdentity.read()))
            .withDriverOptions(
                DriverOptions.DEFAULT.withHomeMount(DriverOptions.HomeMount.PRIVATE));
    return Store.open(options, new LocalDisk(LockMethod.OPEN_FILE));
  }

  Snapshot snapshot() throws IOException {
    try (Store store = open()) {
      return store.read(now -> now);
    }
  }

  /// Pulls with Stowage from a registry that speaks plain HTTP.
  void pull(Reference name) throws IOException {
    Surroundings here = Surroundings.ofThisProcess();
    RegistryAccess access =
        RegistryAccess.DEFAULT
            .withTls(RegistryAccess.Tls.NOT_VERIFIED)
            .withCredentials(new Credentials.Anonymous());
    try (RegistryDesk desk =
            RegistryDesk.open(
                here, RegistriesConfig.read(here), access, Retries.DEFAULT, progress -> {});
        ImageSource source = desk.open(name)) {
      copy(source, name);
    }
  }

  /// Pulls with Stowage from a place on this machine.
  void pull(Location from, Reference name) throws IOException {
    try (ImageSource source =
        Sources.open(from, LocalAccess.of(directory, new Platform("linux", "amd64", "")))) {
      copy(source, name);
    }
  }

  private void copy(ImageSource source, Reference name) throws IOException {
    try (Store store = open();
        StoreSink sink = new StoreSink(store, Optional.of(name))) {
      Copier.copy(source, sink, OPTIONS, progress -> {});
    }
  }

  List<String> words(String... words) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--root",
                root().toString(),
                "--runroot",
                run().toString(),
                "--storage-driver",
                driver.text()));
    all.addAll(List.of(words));
    return all;
  }

  String podman(Peer peer, String... words) throws IOException {
    return peer.run("podman", words(words));
  }

  /// What podman says about the store, without the store's own path.
  String told(Peer peer, String... words) throws IOException {
    return podman(peer, words).replace(directory.toString(), "STORE");
  }

  /// What `podman save` writes: the files with their digests, without their times.
  String saved(Peer peer, Reference name) throws IOException {
    Path saved = directory.resolve("saved");
    String _ =
        podman(peer, "save", "-q", "--format=oci-dir", "-o", saved.toString(), name.toString());
    return facts(saved).replaceAll("\t1[0-9]{18}(?=\t|\n)", "");
  }

  /// All facts of the tree of an image, as this machine's podman mounts it.
  String mounted(String image) throws IOException {
    return Shell.run(
        List.of(
            "unshare",
            "--mount",
            "sh",
            "-ec",
            "mnt=$(podman "
                + String.join(" ", words("image", "mount", image))
                + "); python3 "
                + Shell.script("tree-facts")
                + " $mnt; podman "
                + String.join(" ", words("image", "unmount", image))
                + " >/dev/null"));
  }

  String buildah(Peer peer, String... words) throws IOException {
    return peer.run("buildah", words(words));
  }

  /// How skopeo calls an image of this store.
  String location(String name) {
    return "containers-storage:[" + driver.text() + "@" + root() + "+" + run() + "]" + name;
  }

  /// Pulls with podman from a registry that speaks plain HTTP.
  void pull(Peer peer, Reference name) throws IOException {
    String _ = podman(peer, "pull", "--quiet", "--tls-verify=false", name.toString());
  }

  /// The records of `layers.json` or `images.json`, by ID, in the order of the file.
  Map<String, Json.Obj> records(String group) throws IOException {
    Path file = root().resolve(driver.text() + "-" + group).resolve(group + ".json");
    Map<String, Json.Obj> records = new LinkedHashMap<>();
    for (Json record : ((Json.Arr) Json.parse(Bytes.owning(Files.readAllBytes(file)))).items()) {
      Json.Obj object = (Json.Obj) record;
      records.put(object.string("id").orElseThrow(), object);
    }
    return records;
  }

  /// Where a layer's own files are.
  Path files(String layer) {
    return switch (driver) {
      case OVERLAY -> root().resolve("overlay").resolve(layer).resolve("diff");
      case VFS -> root().resolve("vfs/dir").resolve(layer);
    };
  }

  /// Every fact of a tree, a line an entry.
  static String facts(Path tree) throws IOException {
    return Shell.run(List.of("python3", Shell.script("tree-facts"), tree.toString()));
  }
}
