package dev.stowage.engine;

import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageConfig;
import dev.stowage.model.ImageIndex;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Manifest;
import dev.stowage.model.MediaType;
import dev.stowage.model.MismatchException;
import dev.stowage.model.Platform;
import dev.stowage.model.PlatformChoice;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.place.ImageCheck;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What an image, or the images of an index, would look like as entries of a list.
final class ListCandidates {
  private ListCandidates() {}

  /// The entries for what a source has.
  ///
  /// @param platform of an index the image for it alone is taken, all of them where it is empty
  static List<ListEntry> of(ImageSource source, Optional<Platform> platform) throws IOException {
    Document document = source.manifest();
    if (!document.type().isIndex()) {
      return List.of(alone(source, document));
    }
    ListContents contents = ListContents.parse(document);
    List<ListEntry> entries = new ArrayList<>();
    Optional<Digest> only =
        platform.isPresent()
            ? Optional.of(chosen(document, platform.get()))
            : Optional.<Digest>empty();
    for (ListEntry entry : contents.all()) {
      if (only.isEmpty() || only.get().equals(entry.digest())) {
        entries.add(completed(source.instance(entry.digest()), entry));
      }
    }
    return List.copyOf(entries);
  }

  private static Digest chosen(Document document, Platform platform) throws IOException {
    if (!(Manifest.parse(document) instanceof ImageIndex index)) {
      throw new MalformedException("not an index: " + document.digest());
    }
    return PlatformChoice.of(platform).require(index).digest();
  }

  private static ListEntry alone(ImageSource source, Document document) throws IOException {
    Optional<MediaType> artifactType =
        document.type().equals(MediaType.OCI_MANIFEST)
                && Manifest.parse(document) instanceof ImageManifest manifest
            ? manifest.artifactType()
            : Optional.<MediaType>empty();
    Descriptor descriptor =
        new Descriptor(document.type(), document.digest(), document.bytes().length());
    return completed(source, document, ListEntry.of(descriptor, artifactType));
  }

  private static ListEntry completed(ImageSource source, ListEntry entry) throws IOException {
    Document document = source.manifest(entry.digest());
    if (!document.digest().equals(entry.digest())
        && entry.digest().algorithm() == Digest.Algorithm.SHA256) {
      throw new MismatchException(
          "a listed manifest", entry.digest().toString(), document.digest().toString());
    }
    return completed(source, document, entry);
  }

  /// With the platform that the configuration names, where the entry names none.
  private static ListEntry completed(ImageSource source, Document document, ListEntry entry)
      throws IOException {
    Platform said = entry.platform();
    boolean enough = !said.os().isEmpty() && !said.architecture().isEmpty();
    if (enough
        || entry.artifactType().isPresent()
        || !(Manifest.parse(document) instanceof ImageManifest manifest)
        || !manifest.isImage()) {
      return entry;
    }
    Platform own = ImageConfig.parse(ImageCheck.config(source, manifest)).platform();
    boolean system = said.os().isEmpty();
    boolean processor = said.architecture().isEmpty();
    return entry.withPlatform(
        new Platform(
            system ? own.os() : said.os(),
            processor ? own.architecture() : said.architecture(),
            processor ? own.variant() : said.variant(),
            system ? own.osVersion() : said.osVersion(),
            system ? own.osFeatures() : said.osFeatures()));
  }

  /// What an entry says that a list is about: a manifest, wherever it is.
  static ListEntry subject(ImageSource source) throws IOException {
    Document document = source.manifest();
    Optional<MediaType> artifactType =
        !document.type().isIndex() && Manifest.parse(document) instanceof ImageManifest manifest
            ? manifest.artifactType()
            : Optional.<MediaType>empty();
    return ListEntry.of(
        new Descriptor(
            document.type(),
            document.digest(),
            document.bytes().length(),
            Optional.empty(),
            Map.of(),
            List.of()),
        artifactType);
  }
}
