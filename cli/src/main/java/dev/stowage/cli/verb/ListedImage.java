package dev.stowage.cli.verb;

import dev.stowage.cli.output.Human;
import dev.stowage.cli.template.GoText;
import dev.stowage.cli.template.Value;
import dev.stowage.cli.template.Value.Field;
import dev.stowage.cli.template.Value.Presence;
import dev.stowage.engine.Image;
import dev.stowage.model.Digest;
import dev.stowage.model.Json;
import dev.stowage.model.Reference;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One line of a list of images: an image under one of its names.
record ListedImage(Image image, String repository, String tag) {
  static final String NONE = "<none>";
  private static final int SHORT_ID = 12;

  /// The heads of the columns of `--format 'table …'`, by field.
  static final Map<String, String> HEADS =
      Map.ofEntries(
          Map.entry("Repository", "REPOSITORY"),
          Map.entry("Tag", "TAG"),
          Map.entry("ID", "IMAGE ID"),
          Map.entry("ParentId", "PARENT ID"),
          Map.entry("RepoTags", "REPO TAGS"),
          Map.entry("RepoDigests", "REPO DIGESTS"),
          Map.entry("Created", "CREATED"),
          Map.entry("Size", "SIZE"),
          Map.entry("SharedSize", "SHARED SIZE"),
          Map.entry("VirtualSize", "VIRTUAL SIZE"),
          Map.entry("Labels", "LABELS"),
          Map.entry("Containers", "CONTAINERS"),
          Map.entry("ReadOnly", "R/O"),
          Map.entry("Dangling", "DANGLING"),
          Map.entry("Arch", "ARCH"),
          Map.entry("Digest", "DIGEST"),
          Map.entry("History", "HISTORY"),
          Map.entry("IsManifestList", "IS MANIFEST LIST"),
          Map.entry("Names", "NAMES"),
          Map.entry("Os", "OS"));

  /// Adds the lines of an image: one for each of its tags; where it has none, one for all.
  static void add(Image image, List<ListedImage> lines) {
    Reference untagged = null;
    boolean tagged = false;
    for (Reference name : image.names()) {
      if (name.tag().isPresent()) {
        lines.add(
            new ListedImage(image, name.repository().toString(), name.tag().get().toString()));
        tagged = true;
      } else if (untagged == null) {
        untagged = name;
      }
    }
    if (!tagged) {
      lines.add(
          new ListedImage(image, untagged == null ? NONE : untagged.repository().toString(), NONE));
    }
  }

  /// Adds the lines of an image: one for each of its names, with or without a tag; where it has
  /// none, one for all.
  static void addEveryName(Image image, List<ListedImage> lines) {
    for (Reference name : image.names()) {
      lines.add(
          new ListedImage(
              image,
              name.repository().toString(),
              name.tag().isPresent() ? name.tag().get().toString() : NONE));
    }
    if (image.names().isEmpty()) {
      lines.add(new ListedImage(image, NONE, NONE));
    }
  }

  String id() {
    return image.id().value();
  }

  long size() {
    return image.size();
  }

  /// In seconds since 1970.
  long created() {
    return image.created().isPresent() ? image.created().get().getEpochSecond() : 0;
  }

  String digest() {
    return image.digest().map(Digest::toString).orElse("");
  }

  String shownId(boolean whole) {
    return whole ? "sha256:" + id() : id().substring(0, SHORT_ID);
  }

  String shownSize() {
    return Human.spacedSize(size());
  }

  String since(Instant now) {
    return Human.duration(Duration.between(Instant.ofEpochSecond(created()), now)) + " ago";
  }

  /// Former names, the newest first.
  String history() {
    return String.join(", ", texts(image.namesHistory()));
  }

  private static List<String> texts(List<Reference> names) {
    List<String> texts = new ArrayList<>(names.size());
    for (Reference name : names) {
      texts.add(name.toString());
    }
    return texts;
  }

  private List<Field> summary() throws IOException {
    List<String> names = texts(image.names());
    return List.of(
        new Field("ID", "Id", Presence.ALWAYS, Value.of(id())),
        new Field(
            "ParentId",
            new Value.Later(
                () -> Value.of(image.parent().map(parent -> parent.id().value()).orElse("")))),
        new Field("RepoTags", Value.ofTextsOrUnset(names)),
        new Field(
            "RepoDigests",
            new Value.Later(
                () ->
                    names.isEmpty()
                        ? Value.ofTexts(names)
                        : Value.ofTextsOrUnset(texts(image.repoDigests())))),
        new Field("Created", Value.of(created())),
        new Field("Size", new Value.Later(() -> Value.of(size()))),
        new Field("SharedSize", Value.of(0)),
        new Field(
            "VirtualSize",
            "VirtualSize",
            Presence.UNLESS_EMPTY,
            new Value.Later(() -> Value.of(size()))),
        new Field("Labels", new Value.Later(() -> Value.ofTextsOrUnset(image.labels()))),
        new Field("Containers", new Value.Later(() -> Value.of(image.containers().size()))),
        new Field("ReadOnly", "ReadOnly", Presence.UNLESS_EMPTY, Value.of(image.readOnly())),
        new Field(
            "Dangling",
            "Dangling",
            Presence.UNLESS_EMPTY,
            new Value.Later(() -> Value.of(image.dangling()))),
        new Field("Arch", "Arch", Presence.UNLESS_EMPTY, Value.of("")),
        new Field("Digest", "Digest", Presence.UNLESS_EMPTY, Value.of(digest())),
        new Field(
            "History",
            "History",
            Presence.UNLESS_EMPTY,
            Value.ofTextsOrUnset(texts(image.namesHistory()))),
        new Field("IsManifestList", "IsManifestList", Presence.UNLESS_EMPTY, new Value.Nil("bool")),
        new Field("Names", "Names", Presence.UNLESS_EMPTY, Value.ofTextsOrUnset(names)),
        new Field("Os", "Os", Presence.UNLESS_EMPTY, Value.of("")));
  }

  /// The line as templates see it.
  Value value(boolean whole, Instant now) throws IOException {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("Repository", "repository", Presence.UNLESS_EMPTY, Value.of(repository)));
    fields.add(new Field("Tag", "tag", Presence.UNLESS_EMPTY, Value.of(tag)));
    fields.addAll(summary());
    String createdAt = GoText.time(Instant.ofEpochSecond(created()));
    Map<String, Value> methods = new LinkedHashMap<>();
    methods.put("ID", Value.of(shownId(whole)));
    methods.put("Id", Value.of(id()));
    methods.put("Created", Value.of(since(now)));
    methods.put("CreatedSince", Value.of(since(now)));
    methods.put("CreatedAt", Value.of(createdAt));
    methods.put("CreatedTime", Value.of(createdAt));
    methods.put("Size", new Value.Later(() -> Value.of(shownSize())));
    methods.put("History", Value.of(history()));
    methods.put("IsReadOnly", Value.of(image.readOnly()));
    methods.put("IsDangling", new Value.Later(() -> Value.of(image.dangling())));
    return new Value.Struct("images.imageReporter", fields, methods);
  }

  /// The line as JSON; the names stand in `Names` alone.
  Json json() throws IOException {
    Json.Builder out = Json.object();
    for (Field field : summary()) {
      if (field.name().equals("RepoTags")) {
        out.put("RepoTags", new Json.Null());
      } else if (!field.name().equals("Created")
          && (field.presence() == Presence.ALWAYS || !field.value().isEmpty())) {
        out.put(field.json(), field.value().json());
      }
    }
    return out.put("Created", created())
        .put("CreatedAt", GoText.rfc3339(Instant.ofEpochSecond(created())))
        .build();
  }
}
