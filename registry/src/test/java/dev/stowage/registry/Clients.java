package dev.stowage.registry;

import dev.stowage.config.Endpoint;
import dev.stowage.config.RegistryEntry;
import dev.stowage.model.Credentials;
import dev.stowage.model.Descriptor;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MediaType;
import dev.stowage.model.Reference;
import dev.stowage.model.Secret;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TestImage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// What the tests of the client have in common.
final class Clients {
  static final Credentials AMBIENT = new Credentials.Ambient();
  static final Credentials ANONYMOUS = new Credentials.Anonymous();
  static final Credentials JANE = new Credentials.Basic("jane", Secret.of("hunter2"));

  /// Impatient, so that what has to fail fails soon.
  static final ClientSettings SETTINGS =
      ClientSettings.DEFAULT
          .withTimeouts(
              new Timeouts(
                  Duration.ofSeconds(10),
                  Duration.ofMillis(800),
                  Duration.ofMillis(500),
                  Duration.ofMillis(900)))
          .withRetries(new Retries(4, Duration.ofMillis(5), Duration.ofSeconds(2), 40));

  static final TestImage IMAGE =
      ImageGenerator.oci().randomLayer("a", 3_000_000, 1).randomLayer("b", 1000, 2).build();

  private Clients() {}

  static Registries open() {
    return new Registries(SETTINGS);
  }

  static Endpoint plain(EmbeddedRegistry registry, String path) throws MalformedException {
    return Endpoint.of(name(registry, path)).with(RegistryEntry.Security.INSECURE);
  }

  static RemoteRepository at(Registries client, EmbeddedRegistry registry) throws IOException {
    return client.repository(plain(registry, "team/app"), ANONYMOUS);
  }

  static Reference name(EmbeddedRegistry registry, String text) throws MalformedException {
    return Reference.parse(registry.host() + "/" + text);
  }

  static Descriptor bigLayer() {
    return IMAGE.layerDescriptors().getFirst();
  }

  static EmbeddedRegistry filled(EmbeddedRegistry.Setup setup) throws IOException {
    EmbeddedRegistry registry = EmbeddedRegistry.start(setup);
    registry.addImage("team/app", "v1", IMAGE);
    return registry;
  }

  static EmbeddedRegistry filled() throws IOException {
    return filled(EmbeddedRegistry.Setup.DEFAULT);
  }

  static Descriptor foreign(List<String> urls) {
    Descriptor big = bigLayer();
    return new Descriptor(
        new MediaType("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"),
        big.digest(),
        big.size(),
        big.platform(),
        big.annotations(),
        urls);
  }
}
