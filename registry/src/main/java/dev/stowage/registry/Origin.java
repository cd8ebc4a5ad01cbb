package dev.stowage.registry;

import dev.stowage.model.MalformedException;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The scheme, host and port that a URL points at; credentials belong to exactly one of these.
///
/// @param host lower case; an IPv6 address without its brackets
record Origin(Scheme scheme, String host, int port) {

  /// How to talk to an origin.
  enum Scheme {
    HTTP("http", 80),
    HTTPS("https", 443);

    private final String text;
    private final int port;

    Scheme(String text, int port) {
      this.text = text;
      this.port = port;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  static Origin of(URI uri) throws MalformedException {
    String written = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    Scheme scheme =
        switch (written) {
          case "http" -> Scheme.HTTP;
          case "https" -> Scheme.HTTPS;
          default ->
              throw new MalformedException("\"" + redacted(uri) + "\" is no http or https URL");
        };
    String host = uri.getHost();
    if (host == null || host.isEmpty()) {
      throw new MalformedException("\"" + redacted(uri) + "\" has no host");
    }
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    int port = uri.getPort() < 0 ? scheme.port : uri.getPort();
    return new Origin(scheme, host.toLowerCase(Locale.ROOT), port);
  }

  boolean secure() {
    return scheme == Scheme.HTTPS;
  }

  /// `host:port`, as a dialled address is written.
  String address() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  /// The value of the `Host` header.
  String authority() {
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port == scheme.port ? name : name + ":" + port;
  }

  /// The URL for messages: without a user, and without the query that signed URLs keep their
  /// secrets in.
  static String redacted(URI uri) {
    StringBuilder text = new StringBuilder();
    if (uri.getScheme() != null) {
      text.append(uri.getScheme()).append("://");
    }
    if (uri.getHost() != null) {
      text.append(uri.getHost());
    }
    if (uri.getPort() >= 0) {
      text.append(':').append(uri.getPort());
    }
    if (uri.getRawPath() != null) {
      text.append(uri.getRawPath());
    }
    return text.toString();
  }

  // Spelled out, because what a record has of its own is linked at run time.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Origin origin
        && scheme == origin.scheme
        && host.equals(origin.host)
        && port == origin.port;
  }

  @Override
  public int hashCode() {
    return host.hashCode() * 31 + port;
  }
}
