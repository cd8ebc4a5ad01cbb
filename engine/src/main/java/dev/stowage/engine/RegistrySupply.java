package dev.stowage.engine;

import dev.stowage.archive.Compression;
import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Reference;
import dev.stowage.model.Repository;
import dev.stowage.store.Supply;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.place.LayerForms;
import dev.stowage.transfer.place.RegistryDesk;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The registries that images came from, as their names, the notes of earlier transfers and the
/// caller say. Mirrors are asked where the registry itself has nothing.
final class RegistrySupply implements Supply {
  private final RegistryDesk desk;
  private final LayerForms forms;
  private final Optional<String> from;

  /// @param from a registry, or a repository, to ask before all others
  RegistrySupply(RegistryDesk desk, LayerForms forms, Optional<String> from) {
    this.desk = desk;
    this.forms = forms;
    this.from = from;
  }

  @Override
  public Optional<Offer> layer(Digest diffId, List<Descriptor> known, Trail trail) {
    Map<Digest, Descriptor> blobs = new LinkedHashMap<>();
    known.forEach(each -> blobs.putIfAbsent(each.digest(), each));
    forms.formsOf(diffId).forEach(each -> blobs.putIfAbsent(each.digest(), each));
    for (Descriptor blob : blobs.values()) {
      List<Repository> places = new ArrayList<>(places(trail));
      for (Repository place : forms.placesOf(blob.digest())) {
        if (!places.contains(place)) {
          places.add(place);
        }
      }
      for (Repository place : places) {
        if (has(place, blob)) {
          return Optional.of(offer(place.toString(), () -> open(place, blob)));
        }
      }
      Optional<Offer> mirrored = mirrored(blob, places, trail);
      if (mirrored.isPresent()) {
        return mirrored;
      }
    }
    return Optional.empty();
  }

  private boolean has(Repository place, Descriptor blob) {
    try {
      return desk.repository(Reference.of(place, blob.digest())).sizeOf(blob.digest()).isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  private InputStream open(Repository place, Descriptor blob) throws IOException {
    return desk.repository(Reference.of(place, blob.digest())).blob(blob);
  }

  /// The blob by way of an image that has it, which leads to mirrors too.
  private Optional<Offer> mirrored(Descriptor blob, List<Repository> places, Trail trail) {
    for (Repository place : places) {
      for (Digest manifest : trail.manifests()) {
        try (ImageSource image = desk.open(Reference.of(place, manifest))) {
          if (image.sizeOf(blob.digest()).isPresent()) {
            Reference name = Reference.of(place, manifest);
            return Optional.of(offer("a mirror of " + place, () -> desk.open(name).blob(blob)));
          }
        } catch (IOException e) {
          // The next may have it.
        }
      }
    }
    return Optional.empty();
  }

  /// Opens a blob.
  private interface Opening {
    InputStream open() throws IOException;
  }

  private static Offer offer(String place, Opening blob) {
    return new Offer() {
      @Override
      public String place() {
        return place;
      }

      @Override
      public InputStream open() throws IOException {
        InputStream packed = blob.open();
        try {
          return Compression.open(packed).content();
        } catch (IOException | RuntimeException e) {
          packed.close();
          throw e;
        }
      }
    };
  }

  @Override
  public Optional<Bytes> document(Digest digest, Trail trail) {
    for (Repository place : places(trail)) {
      Reference name = Reference.of(place, digest);
      try {
        return Optional.of(desk.manifest(name).bytes());
      } catch (IOException e) {
        // It may be a configuration, or elsewhere.
      }
      try {
        Descriptor blob = blob(name, digest);
        try (InputStream content = desk.repository(name).blob(blob)) {
          Bytes bytes = Bytes.owning(content.readAllBytes());
          if (Digest.of(bytes, digest.algorithm()).equals(digest)) {
            return Optional.of(bytes);
          }
        }
      } catch (IOException e) {
        // It may be elsewhere.
      }
    }
    return Optional.empty();
  }

  private Descriptor blob(Reference name, Digest digest) throws IOException {
    long size = desk.repository(name).sizeOf(digest).orElse(-1);
    if (size < 0 || size > dev.stowage.model.ImageConfig.LARGEST) {
      throw new MalformedException(digest + " is no configuration");
    }
    return new Descriptor(dev.stowage.model.MediaType.OCI_CONFIG, digest, size);
  }

  /// The repositories to ask, in order.
  private List<Repository> places(Trail trail) {
    List<Repository> named = new ArrayList<>();
    for (String name : trail.names()) {
      try {
        Repository repository = Reference.parse(name).repository();
        if (!repository.host().equals(Repository.LOCALHOST) && !named.contains(repository)) {
          named.add(repository);
        }
      } catch (MalformedException e) {
        // It is no name of a repository.
      }
    }
    List<Repository> places = new ArrayList<>();
    if (from.isPresent()) {
      try {
        if (from.get().indexOf('/') >= 0) {
          places.add(Repository.parse(from.get()));
        }
        for (Repository each : named) {
          String path = from.get() + "/" + each.path();
          places.add(Repository.parse(path));
          places.add(
              Repository.parse(
                  from.get() + "/" + each.path().substring(each.path().lastIndexOf('/') + 1)));
        }
      } catch (MalformedException e) {
        // It leads nowhere, as the message will say.
      }
    }
    places.addAll(named);
    return places.stream().distinct().toList();
  }

  @Override
  public String asked(Trail trail) {
    List<Repository> places = places(trail);
    return places.isEmpty()
        ? "any known place: the images have no name of a registry (see --from)"
        : String.join(", ", places.stream().map(Repository::toString).toList());
  }
}
