package dev.stowage.engine;

import dev.stowage.config.Surroundings;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Document;
import dev.stowage.model.ImageIndex;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Manifest;
import dev.stowage.model.Reference;
import dev.stowage.model.UnsupportedException;
import dev.stowage.registry.Retries;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.place.Identities;
import dev.stowage.transfer.place.Originals;
import dev.stowage.trust.KeyMaterial;
import dev.stowage.trust.Lookaside;
import dev.stowage.trust.SignaturePlaces;
import dev.stowage.trust.SimpleSigner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Signs images where they lie, with simple signatures in files beside the registry.
final class Signing {
  private final Engine engine;
  private final Surroundings surroundings;
  private final SignOptions options;

  Signing(Engine engine, SignOptions options) {
    this.engine = engine;
    this.surroundings = engine.surroundings();
    this.options = options;
  }

  /// Signs one image.
  ///
  /// @return the files that were written
  List<Path> sign(String image, Listener listener) throws IOException {
    Location location = Location.parse(image);
    Reference name =
        Identities.of(location, engine.store().options())
            .name()
            .orElseThrow(
                () ->
                    new UnsupportedException(
                        "cannot determine canonical Docker reference for destination " + location));
    SimpleSigner signer = signer();
    Lookaside place = place(name);
    try (Places places = new Places(engine, Retries.DEFAULT, listener)) {
      ImageSource source = places.source(location, options.access(), Originals.NONE);
      return sign(source, name, signer, place);
    }
  }

  private List<Path> sign(ImageSource source, Reference name, SimpleSigner signer, Lookaside place)
      throws IOException {
    Document toplevel = source.manifest();
    List<Path> files = new ArrayList<>();
    if (options.depth() == SignOptions.Depth.NAMED) {
      files.add(put(toplevel, name, signer, place));
      return files;
    }
    if (!(Manifest.parse(toplevel) instanceof ImageIndex index)) {
      throw new MalformedException(
          name + " is not a multi-architecture image (manifest type " + toplevel.type() + ")");
    }
    for (Descriptor instance : index.manifests()) {
      files.add(put(source.manifest(instance.digest()), name, signer, place));
    }
    return files;
  }

  private static Path put(Document manifest, Reference name, SimpleSigner signer, Lookaside place)
      throws IOException {
    ImageSignature signature = signer.sign(manifest, name);
    return place.add(manifest.digest(), signature);
  }

  private SimpleSigner signer() throws IOException {
    return switch (options.key()) {
      case SignOptions.Key.OfGpg(String key) ->
          SimpleSigner.withGpg(surroundings, key, options.passphrase());
      case SignOptions.Key.InFile(Path file) ->
          SimpleSigner.withKey(KeyMaterial.file(file.toString()), options.passphrase());
    };
  }

  private Lookaside place(Reference name) throws IOException {
    Lookaside.Fetch nothing =
        (address, most) -> {
          throw new UnsupportedException("signatures are written to files only: " + address);
        };
    return new Lookaside(
        options.directory().isPresent()
            ? options.directory().get().toAbsolutePath().resolve(name.repository().path()).toUri()
            : SignaturePlaces.read(surroundings, options.access().signaturePlaces())
                .lookaside(name, SignaturePlaces.Use.WRITE),
        nothing);
  }
}
