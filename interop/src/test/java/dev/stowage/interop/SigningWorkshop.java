package dev.stowage.interop;

import dev.stowage.config.RegistriesConfig;
import dev.stowage.config.Surroundings;
import dev.stowage.model.Bytes;
import dev.stowage.model.Credentials;
import dev.stowage.model.Platform;
import dev.stowage.model.PlatformChoice;
import dev.stowage.model.Reference;
import dev.stowage.model.Secret;
import dev.stowage.registry.Retries;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.transfer.Copier;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.LocalAccess;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.RegistryAccess;
import dev.stowage.transfer.TrustChoice;
import dev.stowage.transfer.place.Guard;
import dev.stowage.transfer.place.RegistryDesk;
import dev.stowage.transfer.place.Sources;
import dev.stowage.trust.ImageIdentity;
import dev.stowage.trust.SigstoreKeyPair;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Everything that signing takes: gpg's keys, sigstore's, a registry, a directory of signatures
/// beside it, and peers that look there.
final class SigningWorkshop implements Closeable {
  static final Secret PASSPHRASE = Secret.of("secret");
  private static final Platform PLATFORM = new Platform("linux", "amd64", "");

  final Workplace work;
  final LocalRegistry registry;
  final Surroundings here;
  final String fingerprint;
  final String otherFingerprint;

  private SigningWorkshop(Workplace work, LocalRegistry registry) throws IOException {
    this.work = work;
    this.registry = registry;
    Path gnupg = Files.createDirectory(work.resolve("gpg"));
    gpg("--quick-generate-key", "one@example.org", "ed25519", "sign", "0");
    gpg("--quick-generate-key", "two@example.org", "rsa2048", "sign", "0");
    this.fingerprint = fingerprint("one@example.org");
    this.otherFingerprint = fingerprint("two@example.org");
    Files.writeString(gpgKey("one"), gpg("--armor", "--export", "one@example.org"));
    Files.writeString(gpgKey("two"), gpg("--armor", "--export", "two@example.org"));
    for (String name : List.of("k1", "k2")) {
      SigstoreKeyPair pair = SigstoreKeyPair.generate(PASSPHRASE);
      Files.write(work.resolve(name + ".private"), pair.privateKey().toArray());
      Files.write(sigstoreKey(name), pair.publicKey().toArray());
    }
    Files.writeString(work.resolve("pass"), PASSPHRASE.reveal() + "\n");
    Path home = Files.createDirectories(work.resolve("home/.config/containers/registries.d"));
    Files.writeString(
        home.resolve("here.yaml"),
        "default-docker:\n  lookaside: "
            + lookaside().toUri()
            + "\n  use-sigstore-attachments: true\n");
    Surroundings ours = Surroundings.ofThisProcess();
    Map<String, String> environment = new java.util.HashMap<>(ours.environment());
    environment.put("GNUPGHOME", gnupg.toString());
    this.here =
        new Surroundings(
            environment,
            ours.root(),
            ours.directory(),
            ours.user(),
            ours.machine(),
            ours.terminal(),
            ours.zone());
  }

  static SigningWorkshop open() throws IOException {
    Workplace work = Workplace.make();
    return new SigningWorkshop(work, LocalRegistry.serve(work.directory()));
  }

  Path lookaside() {
    return work.resolve("look");
  }

  Path registriesD() {
    return work.resolve("home/.config/containers/registries.d");
  }

  Path gpgKey(String name) {
    return work.resolve(name + ".asc");
  }

  Path sigstoreKey(String name) {
    return work.resolve(name + ".pub");
  }

  /// What peers are run with.
  Map<String, String> environment() {
    return Map.of(
        "GNUPGHOME", work.resolve("gpg").toString(), "HOME", work.resolve("home").toString());
  }

  private String gpg(String... words) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "gpg",
                "--homedir",
                work.resolve("gpg").toString(),
                "--batch",
                "--quiet",
                "--passphrase",
                ""));
    command.addAll(List.of(words));
    return Shell.run(command);
  }

  private String fingerprint(String user) throws IOException {
    for (String line : gpg("--with-colons", "--list-keys", user).split("\n")) {
      if (line.startsWith("fpr:")) {
        return line.split(":")[9];
      }
    }
    throw new IOException("gpg made no key");
  }

  Shell.Ended skopeo(String... words) throws IOException {
    return skopeo(Peer.PACKAGED, words);
  }

  Shell.Ended skopeo(Peer peer, String... words) throws IOException {
    List<String> all = new ArrayList<>(List.of("--registries.d", registriesD().toString()));
    all.addAll(List.of(words));
    Map<String, String> environment = new java.util.HashMap<>(environment());
    environment.putAll(peer.environment());
    return Shell.end(peer.command("skopeo", all), environment);
  }

  /// A new image in a plain directory, which differs from all others.
  Path image(String text) throws IOException {
    Path layout = work.resolve(text + ".oci");
    Layouts.write(ImageGenerator.oci().layer(Map.of("etc/name", Bytes.utf8(text))).build(), layout);
    Path directory = work.resolve(text + ".dir");
    String _ =
        Shell.run(
            List.of(
                "skopeo",
                "--insecure-policy",
                "copy",
                "--quiet",
                "oci:" + layout,
                "dir:" + directory));
    return directory;
  }

  String docker(String name) {
    return "docker://" + registry.host() + "/" + name;
  }

  RegistryDesk desk() throws IOException {
    return RegistryDesk.open(
        here,
        RegistriesConfig.read(here),
        RegistryAccess.DEFAULT
            .withTls(RegistryAccess.Tls.NOT_VERIFIED)
            .withCredentials(new Credentials.Anonymous())
            .withSignaturePlaces(registriesD()),
        Retries.DEFAULT,
        Listener.NONE);
  }

  /// Copies with Stowage from a plain directory to the registry.
  void push(Path directory, String name, CopyOptions.Signing signing) throws IOException {
    Reference reference = registry.name(name);
    try (RegistryDesk desk = desk();
        ImageSource source =
            Sources.open(
                new Location.InDirectory(directory), LocalAccess.of(work.directory(), PLATFORM));
        ImageSink sink = desk.sink(reference)) {
      var _ =
          Copier.copy(
              source,
              sink,
              CopyOptions.of(PlatformChoice.of(PLATFORM)).withSigning(signing),
              Listener.NONE);
    }
  }

  /// What Stowage decides about an image of the registry: an empty text where it is accepted.
  String verdict(RegistryDesk desk, Path policy, String name) throws IOException {
    Reference reference = registry.name(name);
    Guard guard = Guard.of(here, TrustChoice.DEFAULT.withPolicy(policy));
    ImageIdentity identity = ImageIdentity.inRegistry(reference);
    try (ImageSource source = guard.watch(desk.open(reference), identity)) {
      var _ = source.manifest();
      return "";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /// Writes a policy for images of the registry.
  Path policy(String name, String requirements) throws IOException {
    Path file = work.resolve(name + ".json");
    Files.writeString(
        file,
        "{\"default\":[{\"type\":\"reject\"}],\"transports\":{\"docker\":{\""
            + registry.host()
            + "\":["
            + requirements
            + "]}}}");
    return file;
  }

  String signedBy(String key) {
    return "{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyPath\":\"" + gpgKey(key) + "\"}";
  }

  String sigstoreSigned(String key) {
    return "{\"type\":\"sigstoreSigned\",\"keyPath\":\"" + sigstoreKey(key) + "\"}";
  }

  @Override
  public void close() throws IOException {
    registry.close();
    var _ =
        Shell.end(
            List.of("gpgconf", "--homedir", work.resolve("gpg").toString(), "--kill", "all"),
            Map.of());
    work.close();
  }
}
