package dev.stowage.store;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/// Where content that the store has lost can be had again.
public interface Supply {

  /// What leads to some content.
  ///
  /// @param names of the images that use it
  /// @param manifests of those images
  record Trail(List<String> names, List<Digest> manifests) {}

  /// A place that has a layer.
  interface Offer {
    /// What users know the place by.
    String place();

    /// The plain tar; the caller closes it and checks its digest.
    InputStream open() throws IOException;
  }

  /// Finds a layer.
  ///
  /// @param diffId of its plain tar
  /// @param forms in which it is known to exist
  /// @return nothing where nobody has it
  Optional<Offer> layer(Digest diffId, List<Descriptor> forms, Trail trail) throws IOException;

  /// Finds a manifest or a configuration of this digest, which has been checked.
  Optional<Bytes> document(Digest digest, Trail trail) throws IOException;

  /// The places that were asked, for the message where nobody had it.
  String asked(Trail trail);
}
