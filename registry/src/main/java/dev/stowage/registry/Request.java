package dev.stowage.registry;

import dev.stowage.model.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Optional;

/// One HTTP request.
record Request(String method, URI uri, Headers headers, Optional<Payload> payload) {

  /// What a request carries.
  interface Payload {

    /// In bytes, or -1 for a payload that is sent in chunks.
    long length();

    /// Writes everything. A payload may be asked for again only if it is [#repeatable()].
    void writeTo(OutputStream out) throws IOException;

    boolean repeatable();

    static Payload of(Bytes bytes) {
      return new Payload() {
        @Override
        public long length() {
          return bytes.length();
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
          bytes.writeTo(out);
        }

        @Override
        public boolean repeatable() {
          return true;
        }
      };
    }

    static Payload empty() {
      return of(Bytes.empty());
    }
  }

  static Request get(URI uri, Headers headers) {
    return new Request("GET", uri, headers, Optional.empty());
  }

  static Request head(URI uri, Headers headers) {
    return new Request("HEAD", uri, headers, Optional.empty());
  }

  /// Whether sending it a second time does no harm. What is sent twice of an upload may be taken
  /// twice.
  boolean repeatable() {
    return (method.equals("GET")
            || method.equals("HEAD")
            || method.equals("POST") && payload.isPresent())
        && (payload.isEmpty() || payload.get().repeatable());
  }

  Request to(URI other) {
    return new Request(method, other, headers, payload);
  }

  Request with(String name, String value) {
    return new Request(method, uri, headers.with(name, value), payload);
  }

  /// How messages name it: `Get "https://host/path"`.
  String described() {
    return method.charAt(0)
        + method.substring(1).toLowerCase(java.util.Locale.ROOT)
        + " \""
        + Origin.redacted(uri)
        + "\"";
  }
}
