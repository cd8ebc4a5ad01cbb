package dev.stowage.transfer.place;

import dev.stowage.model.Bytes;
import dev.stowage.model.Document;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MediaType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The text of a layout's index.json, and how it changes when an image is written. What is not
/// understood in it stays.
final class LayoutIndex {
  static final String VERSION_FILE = "oci-layout";
  static final String FILE = "index.json";

  /// What the file oci-layout holds.
  static final Bytes VERSION = Bytes.utf8("{\"imageLayoutVersion\":\"1.0.0\"}");

  private LayoutIndex() {}

  /// An index without images.
  static Json.Obj empty() {
    return Json.object()
        .put("schemaVersion", 2)
        .put("mediaType", MediaType.OCI_INDEX.value())
        .put("manifests", new Json.Arr(List.of()))
        .build();
  }

  /// What becomes of an image whose name another one gets.
  enum Former {
    /// It stays, without a name.
    STAYS,
    GOES
  }

  /// The index with one more image. Whatever image has the name loses it; an entry without a name
  /// of the same image becomes the new one.
  static Json.Obj with(Json.Obj index, Document image, Optional<String> name, Former former)
      throws MalformedException {
    List<Json> entries = new ArrayList<>();
    boolean released = name.isEmpty();
    for (Json.Obj entry : index.objects("manifests")) {
      if (!released && nameOf(entry).equals(name)) {
        released = true;
        if (former == Former.STAYS) {
          entries.add(nameless(entry));
        }
      } else {
        entries.add(entry);
      }
    }
    Json.Obj added = entry(image, name);
    for (int i = 0; i < entries.size(); i++) {
      Json.Obj entry = (Json.Obj) entries.get(i);
      if (entry.string("digest").equals(added.string("digest")) && nameOf(entry).isEmpty()) {
        entries.set(i, added);
        return index.toBuilder().put("manifests", new Json.Arr(entries)).build();
      }
    }
    entries.add(added);
    return index.toBuilder().put("manifests", new Json.Arr(entries)).build();
  }

  /// The index without one of its entries.
  ///
  /// @param place of the entry, from 0
  static Json.Obj without(Json.Obj index, int place) throws MalformedException {
    List<Json> entries = new ArrayList<>(index.array("manifests"));
    entries.remove(place);
    return index.toBuilder().put("manifests", new Json.Arr(entries)).build();
  }

  private static Json.Obj entry(Document image, Optional<String> name) {
    Json.Builder entry =
        Json.object()
            .put("mediaType", image.type().value())
            .put("digest", image.digest().toString())
            .put("size", image.bytes().length());
    if (name.isPresent()) {
      entry.put("annotations", Json.object().put(OciImages.NAME, name.get()).build());
    }
    return entry.build();
  }

  private static Optional<String> nameOf(Json.Obj entry) throws MalformedException {
    return Optional.ofNullable(entry.strings("annotations").get(OciImages.NAME))
        .filter(name -> !name.isEmpty());
  }

  private static Json.Obj nameless(Json.Obj entry) throws MalformedException {
    Map<String, Json> annotations = new LinkedHashMap<>();
    Optional<Json.Obj> written = entry.object("annotations");
    if (written.isPresent()) {
      annotations.putAll(written.get().fields());
    }
    annotations.remove(OciImages.NAME);
    return annotations.isEmpty()
        ? entry.toBuilder().remove("annotations").build()
        : entry.toBuilder().put("annotations", new Json.Obj(annotations)).build();
  }
}
