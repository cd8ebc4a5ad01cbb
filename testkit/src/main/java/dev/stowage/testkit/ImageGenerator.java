package dev.stowage.testkit;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.Json;
import dev.stowage.model.MediaType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/// Makes small images: the same calls make the same bytes, on every machine.
public final class ImageGenerator {

  /// In which format an image is written.
  public enum Format {
    OCI,
    DOCKER
  }

  /// How its layers are packed.
  public enum Packing {
    GZIP,
    PLAIN
  }

  private final Format format;
  private final Packing packing;
  private final Map<String, String> labels = new LinkedHashMap<>();
  private final List<Bytes> tars = new ArrayList<>();
  private String architecture = "amd64";

  private ImageGenerator(Format format, Packing packing) {
    this.format = format;
    this.packing = packing;
  }

  public static ImageGenerator of(Format format, Packing packing) {
    return new ImageGenerator(format, packing);
  }

  /// An OCI image with layers packed by gzip.
  public static ImageGenerator oci() {
    return of(Format.OCI, Packing.GZIP);
  }

  public ImageGenerator architecture(String name) {
    architecture = name;
    return this;
  }

  public ImageGenerator label(String name, String value) {
    labels.put(name, value);
    return this;
  }

  /// Adds a layer from a tar.
  public ImageGenerator layer(Bytes tar) {
    tars.add(tar);
    return this;
  }

  /// Adds a layer of files by their paths.
  public ImageGenerator layer(Map<String, Bytes> files) {
    return layer(tar(files));
  }

  /// Adds a layer with one file of bytes that do not compress.
  public ImageGenerator randomLayer(String path, int size, long seed) {
    byte[] content = new byte[size];
    new Random(seed).nextBytes(content);
    return layer(Map.of(path, Bytes.owning(content)));
  }

  public TestImage build() {
    List<Bytes> layers = new ArrayList<>();
    List<Descriptor> descriptors = new ArrayList<>();
    List<Digest> diffIds = new ArrayList<>();
    MediaType layerType =
        packing == Packing.GZIP
            ? format == Format.OCI ? MediaType.OCI_LAYER_GZIP : MediaType.DOCKER_LAYER_GZIP
            : format == Format.OCI ? MediaType.OCI_LAYER : MediaType.DOCKER_LAYER;
    for (Bytes tar : tars) {
      Bytes layer = packing == Packing.GZIP ? gzip(tar) : tar;
      layers.add(layer);
      descriptors.add(new Descriptor(layerType, Digest.of(layer), layer.length()));
      diffIds.add(Digest.of(tar));
    }
    Bytes config = config(diffIds);
    MediaType configType = format == Format.OCI ? MediaType.OCI_CONFIG : MediaType.DOCKER_CONFIG;
    MediaType type = format == Format.OCI ? MediaType.OCI_MANIFEST : MediaType.DOCKER_MANIFEST;
    Bytes manifest =
        Bytes.utf8(
            Json.object()
                .put("schemaVersion", 2)
                .put("mediaType", type.value())
                .put("config", json(new Descriptor(configType, Digest.of(config), config.length())))
                .put("layers", array(descriptors))
                .build()
                .compact());
    return new TestImage(new Document(type, manifest), config, layers, descriptors, diffIds);
  }

  /// An index over manifests that are told apart by their architecture.
  ///
  /// @param instances manifests by architecture
  public static Document index(Format format, Map<String, Document> instances) {
    MediaType type = format == Format.OCI ? MediaType.OCI_INDEX : MediaType.DOCKER_LIST;
    List<Json> entries = new ArrayList<>();
    instances.forEach(
        (architecture, manifest) ->
            entries.add(
                json(new Descriptor(manifest.type(), manifest.digest(), manifest.bytes().length()))
                    .toBuilder()
                    .put(
                        "platform",
                        Json.object().put("architecture", architecture).put("os", "linux").build())
                    .build()));
    return new Document(
        type,
        Bytes.utf8(
            Json.object()
                .put("schemaVersion", 2)
                .put("mediaType", type.value())
                .put("manifests", new Json.Arr(entries))
                .build()
                .compact()));
  }

  private Bytes config(List<Digest> diffIds) {
    Json.Builder labelled = Json.object();
    labels.forEach(labelled::put);
    List<Json> history = new ArrayList<>();
    for (int i = 0; i < diffIds.size(); i++) {
      history.add(
          Json.object()
              .put("created", "2024-01-01T00:00:00Z")
              .put("created_by", "layer " + (i + 1))
              .build());
    }
    return Bytes.utf8(
        Json.object()
            .put("created", "2024-01-01T00:00:00Z")
            .put("architecture", architecture)
            .put("os", "linux")
            .put(
                "config",
                Json.object()
                    .put("Cmd", Json.ofStrings(List.of("/bin/true")))
                    .put("Labels", labelled.build())
                    .build())
            .put(
                "rootfs",
                Json.object()
                    .put("type", "layers")
                    .put(
                        "diff_ids", Json.ofStrings(diffIds.stream().map(Digest::toString).toList()))
                    .build())
            .put("history", new Json.Arr(history))
            .build()
            .compact());
  }

  private static Json.Arr array(List<Descriptor> descriptors) {
    List<Json> items = new ArrayList<>();
    descriptors.forEach(descriptor -> items.add(json(descriptor)));
    return new Json.Arr(items);
  }

  private static Json.Obj json(Descriptor descriptor) {
    return Json.object()
        .put("mediaType", descriptor.type().value())
        .put("digest", descriptor.digest().toString())
        .put("size", descriptor.size())
        .build();
  }

  /// A tar of regular files, sorted by path, owned by root, of one fixed time.
  public static Bytes tar(Map<String, Bytes> files) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    files.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            file -> {
              out.writeBytes(header(file.getKey(), file.getValue().length()));
              out.writeBytes(file.getValue().toArray());
              out.writeBytes(new byte[-file.getValue().length() & 511]);
            });
    out.writeBytes(new byte[1024]);
    return Bytes.owning(out.toByteArray());
  }

  private static byte[] header(String path, int size) {
    byte[] header = new byte[512];
    put(header, 0, path);
    put(header, 100, "0000644\0");
    put(header, 108, "0000000\0");
    put(header, 116, "0000000\0");
    put(header, 124, octal(size) + "\0");
    put(header, 136, octal(1_704_067_200) + "\0");
    put(header, 148, "        ");
    put(header, 156, "0");
    put(header, 257, "ustar\00000");
    int sum = 0;
    for (byte one : header) {
      sum += one & 0xff;
    }
    put(header, 148, octal(sum).substring(5) + "\0 ");
    return header;
  }

  private static String octal(long number) {
    String digits = Long.toOctalString(number);
    return "0".repeat(11 - digits.length()) + digits;
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  private static Bytes gzip(Bytes content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream packed = new GZIPOutputStream(out)) {
      content.writeTo(packed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Bytes.owning(out.toByteArray());
  }
}
