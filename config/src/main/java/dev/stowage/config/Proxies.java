package dev.stowage.config;

import dev.stowage.model.MalformedException;
import dev.stowage.model.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Which proxy stands before which host: `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, in capitals or
/// not, by the rules that the field's tools share. What is not set is taken from the key `env` of
/// containers.conf, as Podman does.
///
/// `NO_PROXY` lists, parted by commas: `*` for all, an address, a network `10.0.0.0/8`, a domain
/// `example.com` with its subdomains, or `.example.com` for the subdomains alone; each but a
/// network with `:port` if it is for that port. This machine itself is never asked through a proxy.
public final class Proxies {

  /// A proxy.
  ///
  /// @param scheme `http`, `https` or `socks5`
  /// @param user empty where it asks for none
  public record Proxy(String scheme, String host, int port, String user, Secret password) {}

  private static final int LAST_PORT = 65_535;

  private final Optional<Proxy> plain;
  private final Optional<Proxy> secure;
  private final List<String> direct;

  private Proxies(Optional<Proxy> plain, Optional<Proxy> secure, List<String> direct) {
    this.plain = plain;
    this.secure = secure;
    this.direct = direct;
  }

  /// The proxies that the environment names, or else the key `env` of containers.conf.
  ///
  /// @throws MalformedException if a variable holds no address of a proxy
  public static Proxies of(Surroundings real) throws IOException {
    Surroundings surroundings = real;
    for (Setting<String> setting : ContainersConf.read(real).engine().list("env")) {
      int equals = setting.value().indexOf('=');
      String name = equals < 0 ? "" : setting.value().substring(0, equals);
      // As a variable that is set counts before these, so does the first of them that have one
      // name.
      if (name.toUpperCase(Locale.ROOT).endsWith("_PROXY") && !surroundings.hasVariable(name)) {
        surroundings = surroundings.withVariable(name, setting.value().substring(equals + 1));
      }
    }
    return ofEnvironment(surroundings);
  }

  private static Proxies ofEnvironment(Surroundings surroundings) throws MalformedException {
    List<String> direct = new ArrayList<>();
    for (String item : either(surroundings, "NO_PROXY").orElse("").split(",")) {
      String trimmed = item.strip().toLowerCase(Locale.ROOT);
      if (!trimmed.isEmpty()) {
        direct.add(trimmed);
      }
    }
    // A CGI program gets a request's header "Proxy" as HTTP_PROXY.
    boolean inCgi = surroundings.variable("REQUEST_METHOD").isPresent();
    return new Proxies(
        inCgi ? Optional.empty() : parse(surroundings, "HTTP_PROXY"),
        parse(surroundings, "HTTPS_PROXY"),
        direct);
  }

  /// The proxy to reach a host through.
  ///
  /// @param scheme `http` or `https`
  public Optional<Proxy> before(String scheme, String host, int port) {
    Optional<Proxy> proxy = scheme.equals("https") ? secure : plain;
    return proxy.isPresent() && !isDirect(host, port) ? proxy : Optional.empty();
  }

  private boolean isDirect(String written, int port) {
    String host = unbracketed(written.toLowerCase(Locale.ROOT));
    if (host.equals("localhost")) {
      return true;
    }
    Optional<InetAddress> address = address(host);
    if (address.isPresent() && address.get().isLoopbackAddress()) {
      return true;
    }
    for (String item : direct) {
      if (item.equals("*") || covers(item, host, address, port)) {
        return true;
      }
    }
    return false;
  }

  private static boolean covers(String item, String host, Optional<InetAddress> address, int port) {
    int slash = item.indexOf('/');
    if (slash > 0) {
      return address.isPresent()
          && isInside(address.get(), item.substring(0, slash), item.substring(slash + 1));
    }
    String name = item;
    int colon = item.lastIndexOf(':');
    boolean withPort = colon > 0 && (item.indexOf(':') == colon || item.charAt(colon - 1) == ']');
    if (withPort) {
      String wanted = item.substring(colon + 1);
      if (!wanted.isEmpty() && !wanted.equals(Integer.toString(port))) {
        return false;
      }
      name = item.substring(0, colon);
    }
    name = unbracketed(name);
    Optional<InetAddress> own = address(name);
    if (own.isPresent()) {
      return own.equals(address);
    }
    if (name.startsWith("*.")) {
      name = name.substring(1);
    }
    return name.startsWith(".")
        ? host.endsWith(name)
        : host.equals(name) || host.endsWith("." + name);
  }

  private static boolean isInside(InetAddress address, String network, String length) {
    Optional<InetAddress> base = address(network);
    int bits;
    try {
      bits = Integer.parseInt(length);
    } catch (NumberFormatException e) {
      return false;
    }
    if (base.isEmpty()) {
      return false;
    }
    byte[] own = address.getAddress();
    byte[] other = base.get().getAddress();
    if (own.length != other.length || bits < 0 || bits > own.length * 8) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> bit % 8;
      if ((own[bit / 8] & mask) != (other[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }

  private static String unbracketed(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  /// The address that a text spells; no name is looked up.
  private static Optional<InetAddress> address(String text) {
    int dots = 0;
    for (int i = 0; i < text.length(); i++) {
      dots += text.charAt(i) == '.' ? 1 : 0;
    }
    if (text.indexOf(':') < 0 && dots != 3) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> either(Surroundings surroundings, String name) {
    Optional<String> upper = surroundings.variable(name);
    Optional<String> found =
        upper.isPresent() && !upper.get().isEmpty()
            ? upper
            : surroundings.variable(name.toLowerCase(Locale.ROOT));
    return found.isPresent() && found.get().isEmpty() ? Optional.empty() : found;
  }

  private static Optional<Proxy> parse(Surroundings surroundings, String variable)
      throws MalformedException {
    Optional<String> value = either(surroundings, variable);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    String text = value.get().indexOf("://") < 0 ? "http://" + value.get() : value.get();
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      // The text may hold a password, so neither it nor the parser's complaint is told.
      throw notAProxy(variable);
    }
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    int usualPort =
        switch (scheme) {
          case "http" -> 80;
          case "https" -> 443;
          case "socks5", "socks5h" -> 1080;
          default -> throw notAProxy(variable);
        };
    // The parts are found by hand: to the JDK a host with an underscore is none, and so is one
    // behind a password with an @.
    String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
    int at = authority.lastIndexOf('@');
    String info = at < 0 ? "" : authority.substring(0, at);
    String place = authority.substring(at + 1);
    int behindHost = place.lastIndexOf(':');
    boolean withPort = behindHost > place.lastIndexOf(']');
    String host = withPort ? place.substring(0, behindHost) : place;
    String port = withPort ? place.substring(behindHost + 1) : "";
    if (host.isEmpty() || host.indexOf('%') >= 0) {
      throw notAProxy(variable);
    }
    int colon = info.indexOf(':');
    return Optional.of(
        new Proxy(
            scheme,
            unbracketed(host),
            port.isEmpty() ? usualPort : port(port, variable),
            decoded(colon < 0 ? info : info.substring(0, colon)),
            Secret.of(decoded(colon < 0 ? "" : info.substring(colon + 1)))));
  }

  private static int port(String text, String variable) throws MalformedException {
    try {
      int port = Integer.parseInt(text);
      if (port >= 1 && port <= LAST_PORT) {
        return port;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw notAProxy(variable);
  }

  /// A plus sign is one here.
  private static String decoded(String part) {
    return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static MalformedException notAProxy(String variable) {
    return new MalformedException(
        "$" + variable + " holds no address of a proxy: wanted http://host:port");
  }
}
