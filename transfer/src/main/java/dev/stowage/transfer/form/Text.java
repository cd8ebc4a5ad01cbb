package dev.stowage.transfer.form;

import dev.stowage.model.Descriptor;
import dev.stowage.model.Family;
import dev.stowage.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Descriptors and platforms as the peers write them, key by key in their order, so that a document
/// converted here and there has the same digest.
final class Text {
  private Text() {}

  static Json.Obj descriptor(Descriptor descriptor, Family family) {
    Json.Builder text = Json.object().put("mediaType", descriptor.type().value());
    if (family == Family.OCI) {
      text.put("digest", descriptor.digest().toString()).put("size", descriptor.size());
    } else {
      text.put("size", descriptor.size()).put("digest", descriptor.digest().toString());
    }
    if (!descriptor.urls().isEmpty()) {
      text.put("urls", Json.ofStrings(descriptor.urls()));
    }
    if (family == Family.OCI && !descriptor.annotations().isEmpty()) {
      text.put("annotations", sorted(descriptor.annotations()));
    }
    return text.build();
  }

  static Json.Obj sorted(Map<String, String> annotations) {
    Json.Builder text = Json.object();
    new TreeMap<>(annotations).forEach(text::put);
    return text.build();
  }

  static Json.Arr array(List<Json.Obj> items) {
    return new Json.Arr(new ArrayList<>(items));
  }
}
