package dev.stowage.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.MalformedException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProxiesTest {
  private static final Path ROOT = Path.of("/nowhere");

  @Test
  void eachSchemeHasItsProxy() throws Exception {
    Proxies proxies =
        Proxies.of(
            Place.ofRoot(ROOT)
                .with("HTTP_PROXY", "plain.example:3128")
                .with("https_proxy", "http://me:pass%20word@secure.example")
                .surroundings());
    Proxies.Proxy plain = proxies.before("http", "a.example", 80).orElseThrow();
    assertEquals("plain.example:3128", plain.host() + ":" + plain.port());
    Proxies.Proxy secure = proxies.before("https", "a.example", 443).orElseThrow();
    assertEquals("secure.example:80", secure.host() + ":" + secure.port());
    assertEquals("me", secure.user());
    assertEquals("pass word", secure.password().reveal());
    assertFalse(secure.toString().contains("pass word"));
    assertFalse(Proxies.of(Place.ofRoot(ROOT).surroundings()).before("http", "a", 80).isPresent());
  }

  @Test
  void anEmptyVariableIsNoneAndAnEncodedColonBelongsToTheName() throws Exception {
    Proxies proxies =
        Proxies.of(
            Place.ofRoot(ROOT)
                .with("HTTP_PROXY", "")
                .with("HTTPS_PROXY", "")
                .with("https_proxy", "socks5://a%3Ab:c%40d+e%25@secure.example")
                .surroundings());
    assertFalse(proxies.before("http", "a.example", 80).isPresent());
    Proxies.Proxy secure = proxies.before("https", "a.example", 443).orElseThrow();
    assertEquals(1080, secure.port());
    assertEquals("a:b", secure.user());
    assertEquals("c@d+e%", secure.password().reveal());
  }

  @Test
  void whatIsNotSetIsTakenFromTheConfiguration(@TempDir Path root) throws Exception {
    Place place =
        Place.ofRoot(root)
            .file(
                "/etc/containers/containers.conf",
                """
                [engine]
                env = ["https_proxy=http://me:a=b@configured.example:1", "http_proxy=plain.example",
                  "https_proxy=later.example", "NO_PROXY=direct.example", "OTHER=x", "broken"]
                """);
    Proxies proxies = Proxies.of(place.with("http_proxy", "").surroundings());
    Proxies.Proxy secure = proxies.before("https", "a.example", 443).orElseThrow();
    assertEquals("configured.example:1", secure.host() + ":" + secure.port());
    assertEquals("a=b", secure.password().reveal());
    assertFalse(proxies.before("https", "direct.example", 443).isPresent());
    assertFalse(proxies.before("http", "a.example", 80).isPresent());
    assertEquals(
        "set.example",
        Proxies.of(place.with("HTTPS_PROXY", "set.example").surroundings())
            .before("https", "a.example", 443)
            .orElseThrow()
            .host());
  }

  @ParameterizedTest
  @CsvSource({
    "p_1.example:3128, p_1.example, 3128, '', ''",
    "http://joe:p@ss@p_1:3128/, p_1, 3128, joe, p@ss",
    "http://joe:a:b@[::1]:3128, ::1, 3128, joe, a:b",
    "https://[::1], ::1, 443, '', ''",
    "joe@p.example:, p.example, 80, joe, ''",
  })
  void aProxyIsWrittenAsAnywhere(
      String written, String host, int port, String user, String password) throws Exception {
    Proxies.Proxy proxy =
        Proxies.of(Place.ofRoot(ROOT).with("HTTP_PROXY", written).surroundings())
            .before("http", "a.example", 80)
            .orElseThrow();
    assertEquals(host, proxy.host());
    assertEquals(port, proxy.port());
    assertEquals(user, proxy.user());
    assertEquals(password, proxy.password().reveal());
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, 80, '', direct",
    "127.0.0.1, 80, '', direct",
    "[::1], 80, '', direct",
    "127.example, 80, '', proxied",
    "a.example, 443, '*', direct",
    "a.example, 443, example, direct",
    "example, 443, example, direct",
    "anexample, 443, example, proxied",
    "a.example, 443, .example, direct",
    "example, 443, .example, proxied",
    "a.example, 443, *.example, direct",
    "A.Example, 443, 'x , EXAMPLE', direct",
    "a.example, 443, example:443, direct",
    "a.example, 5000, example:443, proxied",
    "a.example, 5000, example:, direct",
    "a.example, 443, :443, proxied",
    "10.1.2.3, 443, 10.0.0.0/8, direct",
    "11.1.2.3, 443, 10.0.0.0/8, proxied",
    "10.1.2.3, 443, 10.1.2.3, direct",
    "10.1.2.3, 443, 10.1.2.3:443, direct",
    "10.1.2.3, 80, 10.1.2.3:443, proxied",
    "[fe80::1], 443, fe80::/10, direct",
    "[fe80::1], 443, fe80::1, direct",
    "[fe80::1], 443, '[fe80::1]:443', direct",
    "a.example, 443, 10.0.0.0/x, proxied",
  })
  void someHostsAreAskedDirectly(String host, int port, String noProxy, String expected)
      throws Exception {
    Proxies proxies =
        Proxies.of(
            Place.ofRoot(ROOT)
                .with("HTTP_PROXY", "p.example")
                .with("HTTPS_PROXY", "p.example")
                .with("NO_PROXY", noProxy)
                .surroundings());
    String scheme = port == 80 ? "http" : "https";
    assertEquals(expected, proxies.before(scheme, host, port).isPresent() ? "proxied" : "direct");
  }

  @ParameterizedTest
  @CsvSource({
    "ftp://p.example",
    "http://",
    "'http://secret word@x'",
    "http://joe:secret@",
    "http://joe:secret@x:0",
    "http://joe:secret@x:65536",
    "http://joe:secret@x:port",
    "http://joe:secret@:3128",
    "http://joe:secret@x%41:3128",
  })
  void whatIsNoProxyIsRefusedUnquoted(String value) {
    MalformedException refused =
        assertThrows(
            MalformedException.class,
            () -> Proxies.of(Place.ofRoot(ROOT).with("HTTPS_PROXY", value).surroundings()));
    assertFalse(String.valueOf(refused.getMessage()).contains("secret"));
  }
}
