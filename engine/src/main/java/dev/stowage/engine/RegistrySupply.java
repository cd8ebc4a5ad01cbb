package dev.stowage.engine;

import dev.stowage.archive.Compression;
import dev.stowage.config.Endpoint;
import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.ImageConfig;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MediaType;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Reference;
import dev.stowage.model.RegistryException;
import dev.stowage.model.Repository;
import dev.stowage.registry.RemoteRepository;
import dev.stowage.store.Supply;
import dev.stowage.transfer.place.LayerForms;
import dev.stowage.transfer.place.RegistryDesk;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// The registries that images came from, as their names, the notes of earlier transfers and the
/// caller say. Mirrors are asked where the registry itself has nothing. That somebody has nothing
/// counts only where the answer says so: whoever is not there, refuses or fails may have it.
final class RegistrySupply implements Supply {
  /// With what a registry says that it has no such thing, or no such place for it.
  private static final Set<Integer> ABSENT = Set.of(400, 404, 405, 410);

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
  public Answer<Offer> layer(Digest diffId, List<Descriptor> known, Trail trail)
      throws IOException {
    Map<Digest, Descriptor> blobs = new LinkedHashMap<>();
    known.forEach(each -> blobs.putIfAbsent(each.digest(), each));
    forms.formsOf(diffId).forEach(each -> blobs.putIfAbsent(each.digest(), each));
    Inquiry<Offer> inquiry = new Inquiry<>();
    places(trail).forEach(inquiry::names);
    for (Descriptor blob : blobs.values()) {
      List<Repository> places = new ArrayList<>(places(trail));
      places.addAll(forms.placesOf(blob.digest()));
      Optional<Offer> offer =
          inquiry.ask(
              places.stream().distinct().toList(),
              blob.digest(),
              place ->
                  place.sizeToRead(blob.digest()).isPresent()
                      ? Optional.of(offer(called(place), () -> place.blob(blob)))
                      : Optional.empty());
      if (offer.isPresent()) {
        return new Found<>(offer.get());
      }
    }
    return inquiry.answer();
  }

  /// One question to all places, with those that did not answer it.
  private final class Inquiry<T> {
    private final Set<String> asked = new LinkedHashSet<>();
    private final Map<String, Silence> silent = new LinkedHashMap<>();

    void names(Repository place) {
      asked.add(place.toString());
    }

    /// Asks the registries themselves, and then their mirrors.
    ///
    /// @param question answered with nothing where the place says that it has nothing
    Optional<T> ask(List<Repository> names, Digest digest, Question<T> question)
        throws IOException {
      List<RemoteRepository> mirrors = new ArrayList<>();
      for (Repository name : names) {
        names(name);
        for (RemoteRepository place : open(name, digest)) {
          if (place.endpoint().role() == Endpoint.Role.MIRROR) {
            mirrors.add(place);
            continue;
          }
          Optional<T> told = ask(place, question);
          if (told.isPresent()) {
            return told;
          }
        }
      }
      for (RemoteRepository place : mirrors) {
        Optional<T> told = ask(place, question);
        if (told.isPresent()) {
          return told;
        }
      }
      return Optional.empty();
    }

    private List<RemoteRepository> open(Repository name, Digest digest) throws IOException {
      try {
        List<RemoteRepository> places = desk.places(name, digest);
        if (places.stream().allMatch(each -> each.endpoint().role() == Endpoint.Role.MIRROR)) {
          silent.putIfAbsent(
              name.toString(), new Silence(name.toString(), "blocked in registries.conf"));
        }
        return places;
      } catch (IOException e) {
        silence(name.toString(), e);
        return List.of();
      }
    }

    private Optional<T> ask(RemoteRepository place, Question<T> question) throws IOException {
      try {
        return question.ask(place);
      } catch (IOException e) {
        silence(called(place), e);
        return Optional.empty();
      }
    }

    private void silence(String place, IOException e) throws IOException {
      if (e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException)) {
        throw e;
      }
      silent.putIfAbsent(place, new Silence(place, String.valueOf(e.getMessage())));
    }

    /// What it came to where nobody has it.
    Answer<T> answer() {
      if (!silent.isEmpty()) {
        return new Unanswered<>(List.copyOf(silent.values()));
      }
      return new Nowhere<>(
          asked.isEmpty()
              ? "any known place: the images have no name of a registry (see --from)"
              : String.join(", ", asked));
    }
  }

  /// A question to one place.
  private interface Question<T> {
    Optional<T> ask(RemoteRepository place) throws IOException;
  }

  private static String called(RemoteRepository place) {
    return (place.endpoint().role() == Endpoint.Role.MIRROR ? "mirror " : "") + place;
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
  public Answer<Bytes> document(Digest digest, Trail trail) throws IOException {
    Inquiry<Bytes> inquiry = new Inquiry<>();
    Optional<Bytes> found = inquiry.ask(places(trail), digest, place -> document(place, digest));
    return found.isPresent() ? new Found<>(found.get()) : inquiry.answer();
  }

  private static Optional<Bytes> document(RemoteRepository place, Digest digest)
      throws IOException {
    Optional<RegistryException> failure = Optional.empty();
    try {
      return Optional.of(place.manifest(digest).bytes());
    } catch (NotFoundException e) {
      // It may be a configuration.
    } catch (RegistryException e) {
      // Docker's registry fails at a configuration that is asked for as a manifest.
      if (!ABSENT.contains(e.status())) {
        failure = Optional.of(e);
      }
    }
    OptionalLong size = place.sizeToRead(digest);
    if (size.isEmpty()) {
      if (failure.isPresent()) {
        throw failure.get();
      }
      return Optional.empty();
    }
    if (size.getAsLong() > ImageConfig.LARGEST) {
      throw new MalformedException(digest + " is no configuration there");
    }
    try (InputStream content =
        place.blob(new Descriptor(MediaType.OCI_CONFIG, digest, size.getAsLong()))) {
      Bytes bytes = Bytes.owning(content.readAllBytes());
      if (!Digest.of(bytes, digest.algorithm()).equals(digest)) {
        throw new MalformedException(digest + " is something else there");
      }
      return Optional.of(bytes);
    }
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
}
