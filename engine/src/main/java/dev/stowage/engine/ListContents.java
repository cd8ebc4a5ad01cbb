package dev.stowage.engine;

import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.Family;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MediaType;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.UnsupportedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a list of manifests says, free of the words of either family. A value: every change gives
/// another.
///
/// @param entries empty where a list was made and nothing was ever added
/// @param whole what the list says of itself, which Docker's lists cannot
record ListContents(Optional<List<ListEntry>> entries, Whole whole) {
  static final ListContents EMPTY =
      new ListContents(
          Optional.empty(), new Whole(Optional.empty(), Optional.empty(), Map.of(), Map.of()));

  /// What a list says of itself.
  ///
  /// @param subject what it is about
  /// @param others fields that this program does not know, which stay
  record Whole(
      Optional<MediaType> artifactType,
      Optional<ListEntry> subject,
      Map<String, String> annotations,
      Map<String, dev.stowage.model.Json> others) {
    Whole {
      annotations = Map.copyOf(annotations);
    }
  }

  ListContents {
    entries = entries.map(List::copyOf);
  }

  /// @throws UnsupportedException if it is no list
  static ListContents parse(Document document) throws MalformedException, UnsupportedException {
    return ListText.parse(document);
  }

  List<ListEntry> all() {
    return entries.orElse(List.of());
  }

  /// With an entry behind the others, in the place of one of the same digest.
  ListContents with(ListEntry entry) {
    List<ListEntry> changed = new ArrayList<>();
    for (ListEntry each : all()) {
      if (!each.digest().equals(entry.digest())) {
        changed.add(each);
      }
    }
    changed.add(entry);
    return new ListContents(Optional.of(changed), whole);
  }

  /// @throws NotFoundException if there is no such entry
  ListContents without(Digest digest) throws NotFoundException {
    List<ListEntry> changed = new ArrayList<>();
    for (ListEntry each : all()) {
      if (!each.digest().equals(digest)) {
        changed.add(each);
      }
    }
    if (changed.size() == all().size()) {
      throw new NotFoundException(
          NotFoundException.Kind.MANIFEST,
          digest.toString(),
          "no instance matching digest \""
              + digest
              + "\" found in manifest list: file does not exist");
    }
    return new ListContents(Optional.of(changed), whole);
  }

  /// @throws NotFoundException if there is something to change and no such entry
  ListContents changed(Digest digest, EntryChanges changes) throws NotFoundException {
    if (changes.equals(EntryChanges.NONE)) {
      return this;
    }
    List<ListEntry> changed = new ArrayList<>();
    boolean found = false;
    for (ListEntry each : all()) {
      boolean meant = !found && each.digest().equals(digest);
      found |= meant;
      changed.add(meant ? changes.of(each) : each);
    }
    if (!found) {
      throw new NotFoundException(
          NotFoundException.Kind.MANIFEST,
          digest.toString(),
          "no "
              + (changes.concernPlatform() ? "Docker" : "OCI")
              + " manifest matching digest \""
              + digest
              + "\" was found in list: no image instance matching the specified digest was found in"
              + " the list or index");
    }
    return new ListContents(Optional.of(changed), whole);
  }

  /// With annotations of the list itself, in addition to those there are.
  ListContents annotated(Map<String, String> annotations) {
    Map<String, String> all = new HashMap<>(whole.annotations());
    all.putAll(annotations);
    return new ListContents(
        entries, new Whole(whole.artifactType(), whole.subject(), all, whole.others()));
  }

  ListContents about(ListEntry subject) {
    return new ListContents(
        entries,
        new Whole(whole.artifactType(), Optional.of(subject), whole.annotations(), whole.others()));
  }

  /// The family whose words lose nothing of it; for an empty list Docker's, for a plain one OCI's.
  Family family() {
    boolean oci =
        whole.artifactType().isPresent()
            || whole.subject().isPresent()
            || !whole.annotations().isEmpty();
    boolean docker = false;
    for (ListEntry entry : all()) {
      oci |=
          entry.artifactType().isPresent()
              || !entry.descriptor().annotations().isEmpty()
              || entry.data().isPresent();
      docker |= !entry.features().isEmpty();
    }
    if (oci) {
      return Family.OCI;
    }
    return docker || all().isEmpty() ? Family.DOCKER : Family.OCI;
  }

  /// The list in the words of a family, byte for byte as Podman writes it.
  Document document(Family family) {
    return ListText.write(this, family);
  }
}
