package dev.stowage.store;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/// Where content that the store has lost can be had again.
public interface Supply {

  /// What leads to some content.
  ///
  /// @param names of the images that use it
  /// @param manifests of those images
  record Trail(List<String> names, List<Digest> manifests) {}

  /// What came of asking everybody who may have some content.
  sealed interface Answer<T> {}

  /// Somebody has it.
  record Found<T>(T content) implements Answer<T> {}

  /// Nobody has it: each of the places said so itself, or there is none to ask.
  ///
  /// @param asked the places, for the message
  record Nowhere<T>(String asked) implements Answer<T> {}

  /// Nobody who answered has it, and not everybody answered.
  ///
  /// @param silent at least one
  record Unanswered<T>(List<Silence> silent) implements Answer<T> {}

  /// A place that may have the content and could not be asked, or did not say.
  record Silence(String place, String cause) {}

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
  Answer<Offer> layer(Digest diffId, List<Descriptor> forms, Trail trail) throws IOException;

  /// Finds a manifest or a configuration of this digest, which has been checked.
  Answer<Bytes> document(Digest digest, Trail trail) throws IOException;
}
