package dev.stowage.transfer.place;

import dev.stowage.archive.VerifyingInputStream;
import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageConfig;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Manifest;
import dev.stowage.model.MediaType;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Tag;
import dev.stowage.registry.RemoteRepository;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What sigstore attaches to an image: an image of its own under the tag `sha256-<hex>.sig`, each
/// layer of which is a payload with its signature among the annotations.
///
/// @see <a href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md">cosign's
///   signature specification</a>
final class SigstoreAttachments {
  private final RemoteRepository repository;

  SigstoreAttachments(RemoteRepository repository) {
    this.repository = repository;
  }

  /// All that is attached to a manifest, signatures and others.
  List<ImageSignature.Sigstore> read(Digest manifest) throws IOException {
    Optional<ImageManifest> attached = attached(manifest);
    List<ImageSignature.Sigstore> attachments = new ArrayList<>();
    if (attached.isPresent()) {
      if (attached.get().layers().size() > ImageSignature.MOST) {
        throw new MalformedException(
            repository
                + ":"
                + tag(manifest)
                + ": more than "
                + ImageSignature.MOST
                + " attachments of one image");
      }
      for (Descriptor layer : attached.get().layers()) {
        attachments.add(
            new ImageSignature.Sigstore(
                layer.type().value(), content(layer, ImageSignature.LARGEST), layer.annotations()));
      }
    }
    return attachments;
  }

  private static Tag tag(Digest manifest) {
    return new Tag(manifest.toString().replace(':', '-') + ".sig");
  }

  private Optional<ImageManifest> attached(Digest manifest) throws IOException {
    Document document;
    try {
      document = repository.manifest(tag(manifest));
    } catch (NotFoundException e) {
      return Optional.empty();
    }
    if (!document.type().equals(MediaType.OCI_MANIFEST)
        || !(Manifest.parse(document) instanceof ImageManifest attached)) {
      throw new MalformedException(
          "unexpected MIME type for sigstore attachment manifest "
              + repository
              + ":"
              + tag(manifest)
              + ": \""
              + document.type()
              + "\"");
    }
    return Optional.of(attached);
  }

  private Bytes content(Descriptor blob, int most) throws IOException {
    String subject = "sigstore attachment " + blob.digest() + " in " + repository;
    try (InputStream stored = repository.blob(blob);
        InputStream verified =
            new VerifyingInputStream(stored, subject, blob.digest(), blob.size())) {
      return BoundedRead.stream(verified, most, subject);
    }
  }

  /// Attaches signatures beside those that are there already.
  void add(Digest manifest, List<ImageSignature.Sigstore> signatures) throws IOException {
    Optional<ImageManifest> attached = attached(manifest);
    Json.Obj before =
        attached.isPresent()
            ? Json.parseObject(attached.get().document().bytes())
            : Json.object()
                .put("schemaVersion", 2)
                .put("mediaType", MediaType.OCI_MANIFEST.value())
                .build();
    Json.Obj config =
        attached.isPresent()
            ? Json.parseObject(content(attached.get().config(), ImageConfig.LARGEST))
            : Json.object()
                .put("architecture", "")
                .put("os", "")
                .put("config", Json.object().build())
                .put("rootfs", Json.object().put("type", "layers").build())
                .build();
    List<Json> layers = new ArrayList<>(before.array("layers"));
    Json.Obj rootfs = config.object("rootfs").orElseGet(() -> Json.object().build());
    List<Json> diffIds = new ArrayList<>(rootfs.array("diff_ids"));
    for (ImageSignature.Sigstore signature : signatures) {
      Json.Obj layer = described(signature.type(), push(signature.payload()), signature);
      if (!present(attached, signature)) {
        layers.add(layer);
        diffIds.add(Json.of(Digest.of(signature.payload()).toString()));
      }
    }
    Bytes configuration =
        Bytes.utf8(
            config.toBuilder()
                .put("rootfs", rootfs.toBuilder().put("diff_ids", new Json.Arr(diffIds)).build())
                .build()
                .compact());
    Json.Obj after =
        before.toBuilder()
            .put("config", described(MediaType.OCI_CONFIG.value(), push(configuration)).build())
            .put("layers", new Json.Arr(layers))
            .build();
    repository.push(
        new Document(MediaType.OCI_MANIFEST, Bytes.utf8(after.compact())), tag(manifest));
  }

  private static boolean present(
      Optional<ImageManifest> attached, ImageSignature.Sigstore signature) {
    if (attached.isPresent()) {
      for (Descriptor layer : attached.get().layers()) {
        if (layer.type().value().equals(signature.type())
            && layer.digest().equals(Digest.of(signature.payload()))
            && layer.annotations().equals(signature.annotations())) {
          return true;
        }
      }
    }
    return false;
  }

  private Bytes push(Bytes content) throws IOException {
    Digest digest = Digest.of(content);
    if (repository.sizeOf(digest).isEmpty()) {
      try (InputStream in = content.stream()) {
        repository.push(new Descriptor(MediaType.OCI_CONFIG, digest, content.length()), in);
      }
    }
    return content;
  }

  private static Json.Builder described(String type, Bytes content) {
    return Json.object()
        .put("mediaType", type)
        .put("digest", Digest.of(content).toString())
        .put("size", content.length());
  }

  private static Json.Obj described(String type, Bytes content, ImageSignature.Sigstore signature) {
    Json.Builder annotations = Json.object();
    signature.annotations().keySet().stream()
        .sorted()
        .forEach(key -> annotations.put(key, signature.annotations().getOrDefault(key, "")));
    return described(type, content).put("annotations", annotations.build()).build();
  }
}
