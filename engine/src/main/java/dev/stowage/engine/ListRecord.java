package dev.stowage.engine;

import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.Family;
import dev.stowage.model.ImageId;
import dev.stowage.model.Json;
import dev.stowage.model.Manifest;
import dev.stowage.model.UnsupportedException;
import dev.stowage.store.ImageRecord;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// A list of manifests as the store keeps it: an image whose manifest is the list, and that notes
/// down where the images it lists are to be had.
///
/// ```
/// manifest         the list
/// instances.json   {"": "<ID of the image>", "<digest>": "<location>", ...}
/// artifacts.json   artifacts that are nowhere else, see Attachments
/// ```
///
/// @param document as it was read
/// @param instances locations by digest, as text
record ListRecord(
    Document document,
    ListContents contents,
    Map<String, String> instances,
    Attachments attachments) {
  static final String INSTANCES = "instances.json";
  static final String ARTIFACTS = "artifacts.json";

  ListRecord {
    instances = Map.copyOf(instances);
  }

  /// @throws UnsupportedException if it is no list
  static ListRecord read(ImageRecord image, ImageData data) throws IOException {
    Bytes bytes = data.read(image, View.MAIN_MANIFEST);
    Document document = new Document(Manifest.guessType(bytes), bytes);
    ListContents contents = ListContents.parse(document);
    // An index that was put here by other means says nowhere where its images are.
    Map<String, String> instances =
        image.dataNames().contains(INSTANCES)
            ? Json.object()
                .put("", Json.parseObject(data.read(image, INSTANCES)))
                .build()
                .strings("")
            : Map.of();
    Attachments attachments =
        image.dataNames().contains(ARTIFACTS)
            ? Attachments.parse(data.read(image, ARTIFACTS))
            : Attachments.NONE;
    return new ListRecord(document, contents, instances, attachments);
  }

  ListRecord with(ListContents changed) {
    return new ListRecord(document, changed, instances, attachments);
  }

  ListRecord with(Attachments changed) {
    return new ListRecord(document, contents, instances, changed);
  }

  /// Where an image is to be had, unless that is on record already.
  ListRecord found(Digest instance, String location) {
    Map<String, String> all = new LinkedHashMap<>(instances);
    String _ = all.putIfAbsent(instance.toString(), location);
    return new ListRecord(document, contents, all, attachments);
  }

  ListRecord without(Digest instance) throws IOException {
    Map<String, String> left = new LinkedHashMap<>(instances);
    String _ = left.remove(instance.toString());
    return new ListRecord(
        document, contents.without(instance), left, attachments.without(instance));
  }

  /// The data items of the image, the list in the words that suit it.
  Map<String, Bytes> data(ImageId image) {
    return data(image, contents.document(contents.family()));
  }

  /// The data items of the image.
  Map<String, Bytes> data(ImageId image, Document list) {
    Map<String, String> all = new TreeMap<>(instances);
    all.put("", image.value());
    return items(list, all, attachments);
  }

  /// The data items of a list that nothing was ever added to.
  static Map<String, Bytes> ofNew() {
    return items(ListContents.EMPTY.document(Family.DOCKER), Map.of(), Attachments.NONE);
  }

  private static Map<String, Bytes> items(
      Document list, Map<String, String> instances, Attachments attachments) {
    Json.Builder locations = Json.object();
    instances.forEach(locations::put);
    Map<String, Bytes> data = new LinkedHashMap<>();
    data.put(View.MAIN_MANIFEST, list.bytes());
    data.put(INSTANCES, Bytes.utf8(locations.build().compact()));
    data.put(ARTIFACTS, attachments.text());
    return data;
  }
}
