package dev.stowage.testkit;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the registry answers, before any fault.
///
/// @param offset where in the content the body begins
/// @param length how long the body is
record Answer(int status, Map<String, String> headers, Content content, long offset, long length) {

  static Answer of(int status) {
    return new Answer(status, Map.of(), Content.of(new byte[0]), 0, 0);
  }

  static Answer of(int status, String type, String body) {
    return of(status, Content.of(body.getBytes(StandardCharsets.UTF_8))).with("Content-Type", type);
  }

  static Answer of(int status, Content content) {
    return new Answer(status, Map.of(), content, 0, content.length());
  }

  static Answer error(int status, String code, String message) {
    return of(
        status,
        "application/json",
        dev.stowage.model.Json.object()
            .put(
                "errors",
                new dev.stowage.model.Json.Arr(
                    java.util.List.of(
                        dev.stowage.model.Json.object()
                            .put("code", code)
                            .put("message", message)
                            .build())))
            .build()
            .compact());
  }

  Answer with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.keySet().removeIf(known -> known.equalsIgnoreCase(name));
    more.put(name, value);
    return new Answer(status, more, content, offset, length);
  }

  Answer part(long first, long count) {
    return new Answer(206, headers, content, first, count)
        .with(
            "Content-Range", "bytes " + first + "-" + (first + count - 1) + "/" + content.length());
  }
}
