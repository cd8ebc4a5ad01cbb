package dev.stowage.engine;

import dev.stowage.engine.LookupOptions.Lists;
import dev.stowage.model.AmbiguousException;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageConfig;
import dev.stowage.model.ImageIndex;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Manifest;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Platform;
import dev.stowage.model.PlatformChoice;
import dev.stowage.model.Reference;
import dev.stowage.model.Repository;
import dev.stowage.model.Tag;
import dev.stowage.model.UnsupportedException;
import dev.stowage.model.Wanted;
import dev.stowage.model.Wanted.ById;
import dev.stowage.model.Wanted.ByName;
import dev.stowage.model.Wanted.ByShortName;
import dev.stowage.store.ImageRecord;
import dev.stowage.transfer.Location;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds local images by what users call them.
///
/// The order: a storage reference; a full ID; full names, which for a short name are its alias, the
/// name at `localhost`, at the search hosts, at docker.io; the beginning of an ID; for short names
/// at last the end of any repository's name.
final class Lookup {
  private final View view;
  private final ShortNames shortNames;
  private final Platform machine;

  Lookup(View view, ShortNames shortNames, Platform machine) {
    this.view = view;
    this.shortNames = shortNames;
    this.machine = machine;
  }

  /// The image that the text means.
  ///
  /// @throws NotFoundException if there is none
  /// @throws AmbiguousException if it is the beginning of several IDs and nothing else
  Hit find(String text, LookupOptions options) throws IOException {
    Optional<String> transport = Location.transportOf(text);
    if (transport.isPresent()) {
      String rest = text.substring(transport.get().length() + 1);
      if (transport.get().equals("containers-storage")) {
        return new StorageReferences(view, this).find(text, rest);
      }
      if (!transport.get().equals("docker") || rest.startsWith("//")) {
        throw new UnsupportedException(
            "unsupported transport \"" + transport.get() + "\" for looking up local images");
      }
    }
    return find(parse(text), options);
  }

  /// The image that is wanted.
  Hit find(Wanted wanted, LookupOptions options) throws IOException {
    // A switch over types would cost a short command milliseconds.
    if (wanted instanceof ByShortName shortName) {
      return find(shortName, options);
    }
    Optional<Hit> hit = Optional.empty();
    if (wanted instanceof ByName byName) {
      hit = named(byName.reference().tagged(), options);
    } else if (wanted instanceof ById byId) {
      Optional<ImageRecord> image = view.snapshot().image(byId.id());
      if (image.isEmpty()) {
        image = view.snapshot().imageNamed(byId.id().value());
      }
      if (image.isPresent()) {
        hit = judge(Hit.of(image.get(), wanted.text()), byId.id().value(), options);
      }
    }
    return hit.orElseThrow(() -> unknown(wanted.text()));
  }

  private Hit find(ByShortName shortName, LookupOptions options) throws IOException {
    for (Reference candidate : candidates(shortName)) {
      Optional<Hit> hit = named(candidate, options);
      if (hit.isPresent()) {
        return hit.get();
      }
    }
    Optional<AmbiguousException> ambiguous = Optional.empty();
    try {
      Optional<Hit> hit = beginning(shortName.text(), options);
      if (hit.isPresent()) {
        return hit.get();
      }
    } catch (AmbiguousException e) {
      ambiguous = Optional.of(e);
    }
    Optional<Hit> hit = ending(shortName, options);
    if (hit.isPresent()) {
      return hit.get();
    }
    if (ambiguous.isPresent()) {
      throw ambiguous.get();
    }
    throw unknown(shortName.text());
  }

  /// The full names that a short name may stand for locally, best first.
  List<Reference> candidates(ByShortName shortName) throws IOException {
    List<Reference> candidates = new ArrayList<>(shortNames.candidates(shortName));
    Reference atDocker = shortName.at(Repository.DOCKER_IO).tagged();
    if (!candidates.contains(atDocker)) {
      candidates.add(atDocker);
    }
    return candidates;
  }

  private Optional<Hit> beginning(String text, LookupOptions options) throws IOException {
    Optional<ImageRecord> image = view.snapshot().imageNamed(text);
    if (image.isEmpty()) {
      image = view.snapshot().imageByPrefix(text);
    }
    return image.isPresent() ? judge(Hit.of(image.get(), text), text, options) : Optional.empty();
  }

  /// Any image one of whose repositories ends as the short name does, at a slash, and whose tag is
  /// the same, or that has the digest.
  private Optional<Hit> ending(ByShortName shortName, LookupOptions options) throws IOException {
    Optional<Tag> tag =
        shortName.digest().isPresent()
            ? Optional.empty()
            : Optional.of(shortName.tag().orElse(Tag.LATEST));
    for (ImageRecord image : view.snapshot().images()) {
      Optional<Reference> fitting = fitting(image, shortName.path(), tag);
      if (fitting.isPresent()) {
        Optional<Hit> hit = named(fitting.get().tagged(), options);
        if (hit.isPresent()) {
          if (shortName.digest().isEmpty()) {
            return Optional.of(hit.get().under(fitting.get().toString()));
          }
          Digest digest = shortName.digest().get();
          if (hit.get().image().digests().contains(digest)) {
            Reference canonical = Reference.of(fitting.get().repository(), digest);
            return Optional.of(hit.get().under(canonical.toString()));
          }
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Reference> fitting(ImageRecord image, String path, Optional<Tag> tag) {
    for (String name : image.names()) {
      if (name.contains(path)) {
        Optional<Reference> reference = Names.stored(name);
        if (reference.isPresent() && (tag.isEmpty() || reference.get().tag().equals(tag))) {
          String repository = reference.get().repository().toString();
          int rest = repository.length() - path.length();
          if (repository.endsWith(path) && (rest == 0 || repository.charAt(rest - 1) == '/')) {
            return reference;
          }
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Hit> named(Reference name, LookupOptions options) throws IOException {
    Optional<Hit> hit = resolve(name);
    return hit.isPresent() ? judge(hit.get(), name.toString(), options) : Optional.empty();
  }

  /// The image of exactly this full name, or one of the same repository that has its digest.
  Optional<Hit> resolve(Reference name) {
    Optional<ImageRecord> image = view.snapshot().imageNamed(name.toString());
    if (image.isEmpty() && name.digest().isPresent()) {
      image = digested(name, name.digest().get());
    }
    if (image.isEmpty()) {
      return Optional.empty();
    }
    Optional<Digest> shown = image.get().dataDigest(View.MAIN_MANIFEST);
    if (name.digest().isPresent() && image.get().digests().contains(name.digest().get())) {
      shown = name.digest();
    }
    return Optional.of(Hit.of(image.get(), name.toString()).withDigest(shown));
  }

  /// Where several images have the digest because it is a list's they all came from, the one for
  /// this machine.
  private Optional<ImageRecord> digested(Reference name, Digest digest) {
    Optional<ImageRecord> found = Optional.empty();
    for (ImageRecord image : view.snapshot().imagesByDigest(digest)) {
      if (Names.anyOf(image.names(), name.repository())
          && (found.isEmpty() || isInstanceForThisMachine(image, digest))) {
        found = Optional.of(image);
      }
    }
    return found;
  }

  private boolean isInstanceForThisMachine(ImageRecord image, Digest list) {
    try {
      Optional<Document> document = view.manifest(image, list);
      if (document.isPresent() && Manifest.parse(document.get()) instanceof ImageIndex index) {
        Optional<Descriptor> chosen = PlatformChoice.of(machine).choose(index);
        return chosen.isPresent()
            && image.dataNames().contains(View.MAIN_MANIFEST + "-" + chosen.get().digest());
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  /// Puts the instance in a list's place, and passes over images for another platform than asked
  /// for.
  private Optional<Hit> judge(Hit hit, String candidate, LookupOptions options) throws IOException {
    Optional<ImageIndex> list = view.list(hit.image());
    boolean wantsList = options.lists() == Lists.LIST || options.lists() == Lists.ONLY_LIST;
    if (list.isPresent() && wantsList) {
      return Optional.of(hit);
    }
    if (list.isEmpty() && options.lists() == Lists.ONLY_LIST) {
      throw new NotFoundException(
          NotFoundException.Kind.MANIFEST, candidate, candidate + ": image is not a manifest list");
    }
    Hit chosen = hit;
    if (list.isPresent()) {
      Optional<ImageRecord> instance = Optional.empty();
      try {
        instance = Optional.of(instance(list.get(), hit.image(), options));
      } catch (NotFoundException e) {
        if (options.lists() == Lists.INSTANCE_OR_LIST) {
          return Optional.of(hit);
        }
        throw e;
      }
      chosen = Hit.of(instance.get(), hit.name());
    }
    if (chosen.image().id().value().startsWith(candidate)) {
      return Optional.of(chosen);
    }
    return forPlatform(chosen, options);
  }

  private Optional<Hit> forPlatform(Hit hit, LookupOptions options) {
    boolean warns = options.otherPlatform() == LookupOptions.OtherPlatform.WARN;
    if (options.platform().isEmpty() && !warns) {
      return Optional.of(hit);
    }
    Optional<ImageConfig> config = view.lineage(hit.image());
    if (config.isEmpty()) {
      return Optional.of(hit);
    }
    Platform wanted = completed(options.platform().orElse(new Platform("", "", ""))).normalized();
    Platform got = completed(config.get().platform()).normalized();
    if (wanted.os().equals(got.os())
        && wanted.architecture().equals(got.architecture())
        && wanted.variant().equals(got.variant())) {
      return Optional.of(hit);
    }
    if (options.platform().isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        hit.withWarning(
            "image platform (" + got + ") does not match the expected platform (" + wanted + ")"));
  }

  private Platform completed(Platform platform) {
    return new Platform(
        platform.os().isEmpty() ? machine.os() : platform.os(),
        platform.architecture().isEmpty() ? machine.architecture() : platform.architecture(),
        platform.variant());
  }

  /// The local image that a list names for the platform.
  ImageRecord instance(ImageIndex list, ImageRecord record, LookupOptions options)
      throws NotFoundException {
    Platform wanted = machine;
    if (options.platform().isPresent()) {
      Platform asked = options.platform().get();
      wanted = completed(asked);
      if (asked.architecture().isEmpty()) {
        wanted = new Platform(wanted.os(), wanted.architecture(), machine.variant());
      }
      wanted = wanted.normalized();
    }
    Optional<Descriptor> chosen = PlatformChoice.of(wanted).choose(list);
    if (chosen.isEmpty()) {
      throw new NotFoundException(
          NotFoundException.Kind.IMAGE,
          record.id().value(),
          "no image found in manifest list for architecture \""
              + wanted.architecture()
              + "\", variant \""
              + wanted.variant()
              + "\", OS \""
              + wanted.os()
              + "\": image not known");
    }
    Digest digest = chosen.get().digest();
    List<ImageRecord> instances = view.snapshot().imagesByDigest(digest);
    if (instances.isEmpty()) {
      throw new NotFoundException(
          NotFoundException.Kind.IMAGE,
          record.id().value(),
          "could not find image instance "
              + digest
              + " of manifest list "
              + record.id()
              + " in local containers storage: image not known");
    }
    return instances.getFirst();
  }

  private static Wanted parse(String text) throws MalformedException {
    String digestPrefix = Digest.Algorithm.SHA256.prefix() + ":";
    if (text.startsWith(digestPrefix) && !Digest.isDigest(text)) {
      throw new MalformedException(text + ": invalid format: no 64-byte hexadecimal value");
    }
    try {
      return Wanted.parse(text);
    } catch (MalformedException e) {
      String message = String.valueOf(e.getMessage());
      String place = "parsing \"" + text + "\": ";
      throw new MalformedException(
          "parsing reference \""
              + text
              + "\": "
              + (message.startsWith(place) ? message.substring(place.length()) : message),
          e.position(),
          e);
    }
  }

  static NotFoundException unknown(String text) {
    return new NotFoundException(NotFoundException.Kind.IMAGE, text);
  }
}
