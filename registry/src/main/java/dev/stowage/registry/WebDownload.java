package dev.stowage.registry;

import dev.stowage.config.Proxies;
import dev.stowage.config.Surroundings;
import dev.stowage.model.MalformedException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// A file on a web server that is no registry, fetched through the same lines, proxies and
/// authorities. A user in its address is shown to the server of that address alone; a proxy's user
/// is shown to the proxy alone.
public final class WebDownload {
  private final Transport transport;
  private final Tls tls;

  private WebDownload(Transport transport, Tls tls) {
    this.transport = transport;
    this.tls = tls;
  }

  /// The content of a file. Closing it ends the download.
  ///
  /// @param address of the scheme `http` or `https`
  /// @throws MalformedException if it is of another, has no host, or leads astray
  /// @throws IOException if the server cannot be reached or does not answer with the file
  public static InputStream open(URI address, Surroundings surroundings) throws IOException {
    Origin origin = Origin.of(address);
    Transport transport = new Transport(Timeouts.DEFAULT, Proxies.of(surroundings)::before);
    try {
      TlsSettings settings =
          new TlsSettings(
              TlsSettings.DEFAULT.authorities(),
              TlsSettings.DEFAULT.clientKeys(),
              surroundings.variable("SSL_CERT_FILE").map(surroundings::absolute));
      Tls tls = Tls.of(settings, Tls.Verification.ON, Tls.Identity.WITHHELD);
      return new WebDownload(transport, tls).follow(address, origin);
    } catch (IOException | RuntimeException e) {
      transport.close();
      throw e;
    }
  }

  /// An address as it may be shown: without a user, and without the query that signed addresses
  /// keep their secrets in.
  public static String shown(URI address) {
    return Origin.redacted(address);
  }

  private InputStream follow(URI address, Origin home) throws IOException {
    Headers plain = Headers.NONE.with("User-Agent", "stowage").with("Accept-Encoding", "identity");
    Optional<String> authorization = authorization(address);
    Set<URI> seen = new HashSet<>();
    URI at = address;
    while (true) {
      boolean atHome = Origin.of(at).equals(home);
      Request request =
          Request.get(
              at,
              atHome && authorization.isPresent()
                  ? plain.with("Authorization", authorization.get())
                  : plain);
      if (!seen.add(at) || seen.size() > Limits.REDIRECTS + 1) {
        throw new MalformedException(
            request.described() + ": stopped after " + (seen.size() - 1) + " redirects");
      }
      Response response = send(request);
      Optional<String> location =
          RegistrySession.redirects(response.status())
              ? response.headers().first("Location")
              : Optional.empty();
      if (location.isEmpty()) {
        return content(response, request);
      }
      URI next;
      try (response) {
        next = RegistrySession.target(at, location.get());
      }
      if (Origin.of(at).secure() && !Origin.of(next).secure()) {
        throw new MalformedException(
            request.described() + ": redirected to " + shown(next) + " without TLS: refused");
      }
      if (!Origin.of(next).equals(home)) {
        authorization = Optional.empty();
      }
      at = next;
    }
  }

  private Response send(Request request) throws IOException {
    try {
      return transport.send(request, tls);
    } catch (IOException e) {
      throw Wording.with(request.described() + ": ", e);
    }
  }

  private InputStream content(Response response, Request request) throws IOException {
    if (response.status() != 200) {
      String status = response.statusLine();
      response.close();
      throw new IOException(
          "unable to download \"" + shown(request.uri()) + "\": the server answers " + status);
    }
    return new FilterInputStream(response.body()) {
      @Override
      public int read(byte[] into, int from, int most) throws IOException {
        try {
          return super.read(into, from, most);
        } catch (IOException e) {
          throw Wording.with(request.described() + ": ", e);
        }
      }

      @Override
      public void close() {
        response.close();
        transport.close();
      }
    };
  }

  private static Optional<String> authorization(URI address) {
    String user = address.getUserInfo();
    if (user == null || user.isEmpty()) {
      return Optional.empty();
    }
    String pair = user.indexOf(':') < 0 ? user + ":" : user;
    return Optional.of(
        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
  }
}
