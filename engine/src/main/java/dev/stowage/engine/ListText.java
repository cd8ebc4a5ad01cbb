package dev.stowage.engine;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Document;
import dev.stowage.model.Family;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Manifest;
import dev.stowage.model.MediaType;
import dev.stowage.model.UnsupportedException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Lists of manifests as text: what stands in an index, in a list of Docker's and in what
/// inspecting one shows, key by key in the order of the peers.
final class ListText {
  private static final Set<String> OF_LISTS =
      Set.of("schemaVersion", "mediaType", "artifactType", "manifests", "subject", "annotations");
  private static final Set<String> OF_ENTRIES =
      Set.of(
          "mediaType", "digest", "size", "urls", "annotations", "data", "platform", "artifactType");

  private ListText() {}

  static ListContents parse(Document document) throws MalformedException, UnsupportedException {
    if (!document.type().isIndex()) {
      throw new UnsupportedException(
          "unable to load manifest list: unsupported format \""
              + document.type()
              + "\": manifest type not supported");
    }
    Manifest _ = Manifest.parse(document); // its limits hold here, too
    Json.Obj json = Json.parseObject(document.bytes());
    boolean oci = Family.of(document.type()) == Family.OCI;
    Optional<List<ListEntry>> entries = Optional.empty();
    if (json.get("manifests").isPresent()) {
      List<ListEntry> read = new ArrayList<>();
      for (Json.Obj entry : json.objects("manifests")) {
        read.add(entry(entry, oci));
      }
      entries = Optional.of(read);
    }
    if (!oci) {
      return new ListContents(entries, ListContents.EMPTY.whole());
    }
    Optional<Json.Obj> subject = json.object("subject");
    return new ListContents(
        entries,
        new ListContents.Whole(
            type(json),
            subject.isPresent() ? Optional.of(entry(subject.get(), true)) : Optional.empty(),
            json.strings("annotations"),
            others(json, OF_LISTS)));
  }

  private static Optional<MediaType> type(Json.Obj json) throws MalformedException {
    Optional<String> type = json.string("artifactType");
    return type.isPresent() && !type.get().isEmpty()
        ? Optional.of(new MediaType(type.get()))
        : Optional.empty();
  }

  private static Map<String, Json> others(Json.Obj json, Set<String> known) {
    Map<String, Json> others = new LinkedHashMap<>();
    for (Map.Entry<String, Json> field : json.fields().entrySet()) {
      if (!known.contains(field.getKey())) {
        others.put(field.getKey(), field.getValue());
      }
    }
    return others;
  }

  private static ListEntry entry(Json.Obj json, boolean oci) throws MalformedException {
    Descriptor read = Descriptor.from(json);
    if (oci) {
      Optional<String> data = json.string("data");
      return new ListEntry(
          read,
          type(json),
          List.of(),
          data.isPresent() ? Optional.of(bytes(data.get())) : Optional.empty(),
          others(json, OF_ENTRIES));
    }
    Optional<Json.Obj> platform = json.object("platform");
    return ListEntry.of(
            new Descriptor(
                read.type(),
                read.digest(),
                read.size(),
                Optional.of(read.platform().orElse(ListEntry.NO_PLATFORM)),
                Map.of(),
                read.urls()),
            Optional.empty())
        .withFeatures(platform.isPresent() ? platform.get().texts("features") : List.of());
  }

  static Bytes bytes(String base64) throws MalformedException {
    try {
      return Bytes.owning(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      throw new MalformedException(
          "not Base64: " + e.getMessage(), MalformedException.UNKNOWN_POSITION, e);
    }
  }

  static String base64(Bytes bytes) {
    return Base64.getEncoder().encodeToString(bytes.toArray());
  }

  static Document write(ListContents list, Family family) {
    Json.Builder text =
        Json.object().put("schemaVersion", 2).put("mediaType", family.index().value());
    ListContents.Whole whole = list.whole();
    if (family == Family.DOCKER) {
      text.put("manifests", entries(list, ListText::dockerEntry));
    } else {
      whole.artifactType().ifPresent(type -> text.put("artifactType", type.value()));
      text.put("manifests", entries(list, ListText::ociEntry));
      whole.subject().ifPresent(subject -> text.put("subject", ociEntry(subject)));
      putAnnotations(text, whole.annotations());
      whole.others().forEach(text::put);
    }
    return new Document(family.index(), Bytes.utf8(text.build().compact()));
  }

  /// How an entry is written.
  private interface Writing {
    Json of(ListEntry entry);
  }

  private static Json entries(ListContents list, Writing writing) {
    if (list.entries().isEmpty()) {
      return new Json.Null();
    }
    List<Json> entries = new ArrayList<>();
    for (ListEntry entry : list.all()) {
      entries.add(writing.of(entry));
    }
    return new Json.Arr(entries);
  }

  static Json.Obj ociEntry(ListEntry entry) {
    Descriptor descriptor = entry.descriptor();
    Json.Builder text =
        Json.object()
            .put("mediaType", descriptor.type().value())
            .put("digest", descriptor.digest().toString())
            .put("size", descriptor.size());
    putUrls(text, descriptor);
    putAnnotations(text, descriptor.annotations());
    entry.data().ifPresent(data -> text.put("data", base64(data)));
    descriptor.platform().ifPresent(platform -> text.put("platform", platform.json().build()));
    entry.artifactType().ifPresent(type -> text.put("artifactType", type.value()));
    entry.others().forEach(text::put);
    return text.build();
  }

  private static Json.Obj dockerEntry(ListEntry entry) {
    return dockerBuilder(entry).build();
  }

  private static Json.Builder dockerBuilder(ListEntry entry) {
    Descriptor descriptor = entry.descriptor();
    Json.Builder text =
        Json.object()
            .put("mediaType", descriptor.type().value())
            .put("size", descriptor.size())
            .put("digest", descriptor.digest().toString());
    putUrls(text, descriptor);
    Json.Builder platform = entry.platform().json();
    if (!entry.features().isEmpty()) {
      platform.put("features", Json.ofStrings(entry.features()));
    }
    return text.put("platform", platform.build());
  }

  private static void putUrls(Json.Builder text, Descriptor descriptor) {
    if (!descriptor.urls().isEmpty()) {
      text.put("urls", Json.ofStrings(descriptor.urls()));
    }
  }

  private static void putAnnotations(Json.Builder text, Map<String, String> annotations) {
    if (!annotations.isEmpty()) {
      Json.Builder sorted = Json.object();
      new TreeMap<>(annotations).forEach(sorted::put);
      text.put("annotations", sorted.build());
    }
  }

  /// What is shown of a list: Docker's words, and after them what OCI has besides.
  ///
  /// @param type what the list calls itself
  static Json.Obj inspection(ListContents list, MediaType type, Attachments attachments) {
    ListContents.Whole whole = list.whole();
    Json.Builder text = Json.object().put("schemaVersion", 2).put("mediaType", type.value());
    whole.artifactType().ifPresent(artifact -> text.put("artifactType", artifact.value()));
    text.put(
        "manifests",
        entries(list, entry -> inspected(entry, attachments.files(entry.digest())).build()));
    whole
        .subject()
        .ifPresent(subject -> text.put("subject", inspected(subject, List.of()).build()));
    putAnnotations(text, whole.annotations());
    return text.build();
  }

  private static Json.Builder inspected(ListEntry entry, List<String> files) {
    Json.Builder text = dockerBuilder(entry);
    putAnnotations(text, entry.descriptor().annotations());
    entry.artifactType().ifPresent(type -> text.put("artifactType", type.value()));
    entry.data().ifPresent(data -> text.put("data", base64(data)));
    if (!files.isEmpty()) {
      text.put("files", Json.ofStrings(files));
    }
    return text;
  }
}
