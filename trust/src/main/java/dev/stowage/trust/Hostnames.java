package dev.stowage.trust;

import dev.stowage.model.MalformedException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;

/// The match of a certificate with the host it has to be for.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc6125">RFC 6125</a>
final class Hostnames {
  private static final int DNS = 2;
  private static final int ADDRESS = 7;

  private Hostnames() {}

  static void demand(X509Certificate certificate, String hostname) throws MalformedException {
    String wanted = hostname.toLowerCase(Locale.ROOT);
    boolean address = wanted.indexOf(':') >= 0 || wanted.matches("[0-9.]+");
    List<String> names = Certificates.alternativeNames(certificate, address ? ADDRESS : DNS);
    for (String name : names) {
      if (matches(name.toLowerCase(Locale.ROOT), bare(wanted))) {
        return;
      }
    }
    throw new MalformedException(
        "Unexpected subject hostname: the certificate is valid for "
            + (names.isEmpty() ? "no name" : String.join(", ", names))
            + ", not "
            + hostname);
  }

  private static String bare(String address) {
    return address.startsWith("[") && address.endsWith("]")
        ? address.substring(1, address.length() - 1)
        : address;
  }

  /// A star stands for the whole first label, and for no more.
  private static boolean matches(String pattern, String host) {
    if (!pattern.startsWith("*.")) {
      return pattern.equals(host);
    }
    int dot = host.indexOf('.');
    return dot > 0
        && pattern.indexOf('*', 1) < 0
        && pattern.substring(1).equals(host.substring(dot));
  }
}
