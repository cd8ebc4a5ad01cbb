package dev.stowage.engine;

import dev.stowage.model.MalformedException;
import dev.stowage.model.Reference;
import dev.stowage.model.UnsupportedException;
import dev.stowage.store.StoreOptions;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.RegistryAccess;
import dev.stowage.transfer.place.Originals;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Finds what users name to be put into a list: a location of any transport, else an image of a
/// registry, if one answers that has it, else one of the local store.
final class ListPlaces {
  private final Engine engine;
  private final Places places;
  private final RegistryAccess access;

  /// Something that was found.
  ///
  /// @param location where, to be found again
  record Place(String location, ImageSource source) {}

  ListPlaces(Engine engine, Places places, RegistryAccess access) {
    this.engine = engine;
    this.places = places;
    this.access = access;
  }

  /// @param what it is to be, for messages
  /// @param lists what a local name that leads to a list means
  Place find(String text, String what, LookupOptions.Lists lists) throws IOException {
    Optional<String> transport = Location.transportOf(text);
    boolean located =
        transport.isPresent()
            && (!transport.get().equals("docker") || text.startsWith("docker://"));
    if (located) {
      Location location =
          Location.parse(text).in(engine.surroundings().directory().toAbsolutePath());
      ImageSource source = places.source(location, access, Originals.NONE);
      return new Place(text(location), source);
    }
    IOException unanswered;
    try {
      Location location = Location.parse("docker://" + text);
      ImageSource source = places.probed(location, access);
      return new Place(text(location), source);
    } catch (IOException e) {
      unanswered = e;
    }
    try {
      Found found = engine.images().find(text, LookupOptions.DEFAULT.withLists(lists));
      return new Place(
          location(engine, found.image()),
          places.storedSource(found.image(), access, Originals.NONE));
    } catch (IOException e) {
      IOException both =
          new IOException(
              "locating "
                  + what
                  + ": \"docker://"
                  + text
                  + "\": "
                  + unanswered.getMessage()
                  + "; \""
                  + text
                  + "\": "
                  + e.getMessage(),
              unanswered);
      both.addSuppressed(e);
      throw both;
    }
  }

  /// An image of a store by its ID, in words that every program reads.
  static String location(Engine engine, Image image) {
    return location(engine, "@" + image.id());
  }

  /// What a store calls something, in words that every program reads.
  static String location(Engine engine, String name) {
    StoreOptions options = engine.store().options();
    return new Location.InStore(
            Optional.of(
                new Location.StorePlace(
                    Optional.of(options.driver().text()),
                    options.graphRoot(),
                    Optional.of(options.runRoot()),
                    List.of())),
            name)
        .toString();
  }

  private String text(Location location) throws MalformedException, UnsupportedException {
    if (location instanceof Location.AtRegistry(Reference name)) {
      return "docker://" + name.tagged().familiar();
    }
    if (location instanceof Location.InStore at && at.store().isEmpty()) {
      return location(engine, at.name());
    }
    return location.toString();
  }
}
