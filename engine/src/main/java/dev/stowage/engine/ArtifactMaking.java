package dev.stowage.engine;

import dev.stowage.config.Surroundings;
import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes an artifact of a list of manifests from files, which stay where they are and are only
/// read.
final class ArtifactMaking {
  private static final MediaType UNKNOWN = new MediaType("application/vnd.unknown.artifact.v1");
  private static final int PIECE = 1 << 16;

  private final Surroundings surroundings;
  private final ListArtifact how;

  /// What was made.
  ///
  /// @param entry what the list says of it
  /// @param parts what its manifest speaks of
  /// @param files where the contents lie that are in files
  /// @param inline the other contents
  record Made(
      Document manifest,
      ListEntry entry,
      Attachments.Parts parts,
      Map<Digest, Path> files,
      Map<Digest, Bytes> inline) {

    Attachments addedTo(Attachments attachments) {
      List<String> shown = new ArrayList<>();
      for (Path file : files.values()) {
        shown.add(file.toString());
      }
      return attachments.with(manifest, parts, files, shown, inline);
    }
  }

  ArtifactMaking(Surroundings surroundings, ListArtifact how) {
    this.surroundings = surroundings;
    this.how = how;
  }

  Made of(List<Path> paths, Optional<ListEntry> subject) throws IOException {
    List<ArtifactText.Blob> layers = new ArrayList<>();
    Map<Digest, Path> files = new LinkedHashMap<>();
    Map<Digest, Bytes> inline = new LinkedHashMap<>();
    List<Digest> digests = new ArrayList<>();
    for (Path path : paths) {
      ArtifactText.Blob layer = layer(path);
      layers.add(layer);
      if (files.putIfAbsent(layer.digest(), path) == null) {
        digests.add(layer.digest());
      }
    }
    if (layers.isEmpty()) {
      ArtifactText.Blob placeholder = ArtifactText.Blob.empty();
      layers.add(placeholder);
      inline.put(placeholder.digest(), ArtifactText.EMPTY);
      digests.add(placeholder.digest());
    }
    ArtifactText.Blob config = config();
    inline.put(config.digest(), config.data().orElse(Bytes.empty()));
    MediaType type = how.type().orElse(UNKNOWN);
    Document manifest =
        ArtifactText.manifest(
            type.value().isEmpty() ? Optional.empty() : Optional.of(type),
            config,
            layers,
            subject,
            how.annotations());
    return new Made(
        manifest,
        ListEntry.of(
            new Descriptor(manifest.type(), manifest.digest(), manifest.bytes().length()),
            type.value().isEmpty() ? Optional.empty() : Optional.of(type)),
        new Attachments.Parts(Optional.of(config.digest()), digests),
        files,
        inline);
  }

  private ArtifactText.Blob config() {
    Optional<String> text = how.config().text();
    Bytes content = text.isPresent() ? Bytes.utf8(text.get()) : ArtifactText.EMPTY;
    MediaType usual = text.isPresent() ? MediaType.OCI_CONFIG : MediaType.OCI_EMPTY;
    return ArtifactText.Blob.inline(how.config().type().orElse(usual), content);
  }

  private ArtifactText.Blob layer(Path file) throws IOException {
    Path fileName = file.getFileName();
    String name = fileName == null ? "" : fileName.toString();
    MessageDigest computation = Digest.Algorithm.SHA256.start();
    long size = 0;
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(Contents.HEAD);
      computation.update(head);
      size += head.length;
      byte[] piece = new byte[PIECE];
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        computation.update(piece, 0, read);
        size += read;
      }
    }
    MediaType type =
        how.layerType().isPresent() ? how.layerType().get() : new MediaType(typeOf(name, head));
    return new ArtifactText.Blob(
        type,
        Digest.finish(Digest.Algorithm.SHA256, computation),
        size,
        how.titles() == ListArtifact.Titles.GIVEN ? Map.of(ArtifactText.TITLE, name) : Map.of(),
        Optional.empty());
  }

  /// Without parameters such as the character set.
  private String typeOf(String name, byte[] head) throws IOException {
    String type = Contents.byName(name, surroundings).orElseGet(() -> Contents.sniff(head));
    int parameters = type.indexOf(';');
    return parameters < 0 ? type : type.substring(0, parameters);
  }
}
