package dev.stowage.engine;

import dev.stowage.config.Proxies;
import dev.stowage.model.UnsupportedException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/// A file on a web server.
final class WebFile {
  private static final int CONNECT_MILLIS = 30_000;

  /// How long nothing may come.
  private static final int READ_MILLIS = 120_000;

  private static final int HTTPS_PORT = 443;
  private static final int HTTP_PORT = 80;

  private WebFile() {}

  /// The content of the file; redirections within a scheme are followed.
  static InputStream open(URI address, Proxies proxies) throws IOException {
    String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    String host = address.getHost();
    if (host == null || !(scheme.equals("http") || scheme.equals("https"))) {
      throw new UnsupportedException(
          "only addresses of http and https can be downloaded from: " + address);
    }
    int port =
        address.getPort() > 0 ? address.getPort() : scheme.equals("https") ? HTTPS_PORT : HTTP_PORT;
    Optional<Proxies.Proxy> proxy = proxies.before(scheme, host, port);
    HttpURLConnection connection =
        (HttpURLConnection)
            address.toURL().openConnection(proxy.isPresent() ? proxy(proxy.get()) : Proxy.NO_PROXY);
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(READ_MILLIS);
    connection.setRequestProperty("User-Agent", "stowage");
    if (proxy.isPresent() && !proxy.get().user().isEmpty()) {
      String user = proxy.get().user() + ":" + proxy.get().password().reveal();
      connection.setRequestProperty(
          "Proxy-Authorization",
          "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
    }
    int status = connection.getResponseCode();
    if (status != HttpURLConnection.HTTP_OK) {
      connection.disconnect();
      throw new IOException(
          "unable to download \""
              + address
              + "\": the server answers "
              + status
              + " "
              + connection.getResponseMessage());
    }
    return connection.getInputStream();
  }

  private static Proxy proxy(Proxies.Proxy proxy) {
    return new Proxy(
        proxy.scheme().startsWith("socks") ? Proxy.Type.SOCKS : Proxy.Type.HTTP,
        new InetSocketAddress(proxy.host(), proxy.port()));
  }
}
