package dev.stowage.transfer.form;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.Family;
import dev.stowage.model.ImageIndex;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Indexes, written anew where something of them has changed.
public final class IndexText {
  /// What marks an instance whose layers are compressed with zstd, for choosers that prefer them.
  public static final String ZSTD_ANNOTATION = "io.github.containers.compression.zstd";

  private IndexText() {}

  /// What has become of an image that an index lists.
  ///
  /// @param manifest its manifest as it was written
  /// @param marks annotations that the entry gets, in an OCI index
  public record Instance(Document manifest, Map<String, String> marks) {
    public Instance {
      marks = Map.copyOf(marks);
    }
  }

  /// One more image for an index.
  ///
  /// @param like the place, from 0, of the entry that it is another form of
  public record Added(int like, Instance instance) {}

  /// The index with other instances, or in the words of the other family. What nothing has changed
  /// of is returned as it was received, byte for byte.
  ///
  /// @param now what has become of instances, by the digests that the index lists them under
  /// @param gone the places, from 0, of entries that go
  /// @param added entries that come behind the others; in an OCI index those of zstd are the last
  ///   of all, so that clients that do not know them choose another
  public static Document rewrite(
      ImageIndex index,
      Family family,
      Map<Digest, Instance> now,
      Set<Integer> gone,
      List<Added> added)
      throws MalformedException {
    Json.Obj text = Json.parseObject(index.document().bytes());
    boolean sameFamily = Family.of(index.document().type()) == family;
    boolean changed = !sameFamily || !gone.isEmpty() || !added.isEmpty();
    List<Json.Obj> before = text.objects("manifests");
    List<Json.Obj> after = new ArrayList<>(before.size());
    for (int i = 0; i < before.size(); i++) {
      if (gone.contains(i)) {
        continue;
      }
      Descriptor listed = index.manifests().get(i);
      Optional<Instance> instance =
          Optional.ofNullable(now.get(listed.digest()))
              .filter(one -> !one.manifest().digest().equals(listed.digest()));
      changed |= instance.isPresent();
      if (!sameFamily) {
        after.add(converted(listed, instance, family));
      } else if (instance.isPresent()) {
        after.add(edited(before.get(i), instance.get(), family));
      } else {
        after.add(before.get(i));
      }
    }
    if (!changed) {
      return index.document();
    }
    for (Added one : added) {
      Descriptor like = index.manifests().get(one.like());
      after.add(
          sameFamily
              ? edited(before.get(one.like()), one.instance(), family)
              : converted(like, Optional.of(one.instance()), family));
    }
    if (!added.isEmpty() && family == Family.OCI) {
      after = zstdLast(after);
    }
    if (sameFamily) {
      Json.Obj edited = text.toBuilder().put("manifests", Text.array(after)).build();
      return new Document(index.document().type(), Bytes.utf8(edited.compact()));
    }
    Json.Builder other =
        Json.object()
            .put("schemaVersion", 2)
            .put("mediaType", family.index().value())
            .put("manifests", Text.array(after));
    return new Document(family.index(), Bytes.utf8(other.build().compact()));
  }

  private static List<Json.Obj> zstdLast(List<Json.Obj> entries) throws MalformedException {
    List<Json.Obj> ordered = new ArrayList<>(entries.size());
    List<Json.Obj> last = new ArrayList<>();
    for (Json.Obj entry : entries) {
      boolean zstd = "true".equals(entry.strings("annotations").get(ZSTD_ANNOTATION));
      (zstd ? last : ordered).add(entry);
    }
    ordered.addAll(last);
    return ordered;
  }

  private static Json.Obj edited(Json.Obj entry, Instance instance, Family family)
      throws MalformedException {
    Json.Builder text =
        entry.toBuilder()
            .put("mediaType", instance.manifest().type().value())
            .put("digest", instance.manifest().digest().toString())
            .put("size", instance.manifest().bytes().length());
    Json.Builder annotations =
        entry.object("annotations").orElse(Json.object().build()).toBuilder()
            .remove(ZSTD_ANNOTATION);
    if (family == Family.OCI) {
      instance.marks().forEach(annotations::put);
    }
    Json.Obj all = annotations.build();
    return (all.fields().isEmpty() ? text.remove("annotations") : text.put("annotations", all))
        .build();
  }

  private static Json.Obj converted(Descriptor listed, Optional<Instance> instance, Family family) {
    Json.Builder text = Json.object();
    String type =
        instance.isPresent() ? instance.get().manifest().type().value() : listed.type().value();
    Digest digest = instance.isPresent() ? instance.get().manifest().digest() : listed.digest();
    long size = instance.isPresent() ? instance.get().manifest().bytes().length() : listed.size();
    text.put("mediaType", type);
    Platform platform = listed.platform().orElse(new Platform("", "", ""));
    if (family == Family.DOCKER) {
      text.put("size", size).put("digest", digest.toString());
      text.put("platform", platform.json().build());
      return text.build();
    }
    text.put("digest", digest.toString()).put("size", size);
    Map<String, String> marks =
        instance.isPresent() ? instance.get().marks() : Map.<String, String>of();
    if (!marks.isEmpty()) {
      text.put("annotations", Text.sorted(marks));
    }
    if (listed.platform().isPresent()) {
      text.put("platform", platform.json().build());
    }
    return text.build();
  }
}
