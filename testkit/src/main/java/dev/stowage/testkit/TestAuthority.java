package dev.stowage.testkit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A certificate authority that lives as long as a test and signs for servers and clients. Nobody
/// should trust it for anything else.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc5280">RFC 5280</a>
public final class TestAuthority {
  private static final int INTEGER = 2;
  private static final int BITS = 3;
  private static final int OCTETS = 4;
  private static final int OBJECT = 6;
  private static final int UTF8 = 12;
  private static final int TIME = 24;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final byte[] ECDSA_SHA256 = {0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 4, 3, 2};
  private static final byte[] COMMON_NAME = {0x55, 4, 3};
  private static final byte[] BASIC_CONSTRAINTS = {0x55, 0x1d, 0x13};
  private static final byte[] ALTERNATIVE_NAMES = {0x55, 0x1d, 0x11};
  private static final char[] NO_PASSWORD = {};

  /// A certificate with its private key.
  public record Identity(X509Certificate certificate, PrivateKey key) {

    public String certificatePem() {
      return pem("CERTIFICATE", encoded(certificate));
    }

    /// The key in PKCS #8.
    public String keyPem() {
      return pem("PRIVATE KEY", key.getEncoded());
    }
  }

  private final KeyPair keys;
  private final String name;
  private final X509Certificate certificate;
  private long serial = 1;

  private TestAuthority(String name) {
    this.name = name;
    this.keys = newKeys();
    Instant now = Instant.now();
    this.certificate =
        sign(
            name,
            keys,
            extension(BASIC_CONSTRAINTS, tagged(SEQUENCE, new byte[] {1, 1, (byte) 0xff})),
            now.minusSeconds(3600),
            now.plusSeconds(86_400));
  }

  public static TestAuthority create(String name) {
    return new TestAuthority(name);
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /// The authority's certificate as a `.crt` file holds it.
  public String certificatePem() {
    return pem("CERTIFICATE", encoded(certificate));
  }

  /// Signs for a server or a client.
  ///
  /// @param names host names and IP addresses
  public Identity issue(String... names) {
    Instant now = Instant.now();
    return issue(now.minusSeconds(3600), now.plusSeconds(86_400), names);
  }

  /// Signs something that is valid only in the given span.
  public Identity issue(Instant from, Instant to, String... names) {
    KeyPair own = newKeys();
    ByteArrayOutputStream alternatives = new ByteArrayOutputStream();
    for (String text : names) {
      boolean address = Character.isDigit(text.charAt(text.length() - 1)) || text.contains(":");
      try {
        alternatives.writeBytes(
            address
                ? tagged(0x87, InetAddress.getByName(text).getAddress())
                : tagged(0x82, text.getBytes(StandardCharsets.US_ASCII)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    byte[] extensions = extension(ALTERNATIVE_NAMES, tagged(SEQUENCE, alternatives.toByteArray()));
    return new Identity(sign(names[0], own, extensions, from, to), own.getPrivate());
  }

  /// The server's side of TLS for the names; clients that show a certificate must have it from this
  /// authority.
  public SSLContext server(String... names) {
    return server(issue(names));
  }

  public SSLContext server(Identity identity) {
    try {
      KeyStore keyStore = KeyStore.getInstance("PKCS12");
      keyStore.load(null, null);
      keyStore.setKeyEntry(
          "server",
          identity.key(),
          NO_PASSWORD,
          new Certificate[] {identity.certificate(), certificate});
      KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
      keyManagers.init(keyStore, NO_PASSWORD);
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("authority", certificate);
      TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
      trustManagers.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private X509Certificate sign(
      String subject, KeyPair own, byte[] extensions, Instant from, Instant to) {
    byte[] algorithm = tagged(SEQUENCE, tagged(OBJECT, ECDSA_SHA256));
    byte[] body =
        tagged(
            SEQUENCE,
            tagged(0xa0, tagged(INTEGER, new byte[] {2})),
            tagged(
                INTEGER,
                BigInteger.valueOf(System.nanoTime() & 0x7fff_ffffL)
                    .shiftLeft(16)
                    .add(BigInteger.valueOf(serial++))
                    .toByteArray()),
            algorithm,
            distinguished(name),
            tagged(SEQUENCE, time(from), time(to)),
            distinguished(subject),
            own.getPublic().getEncoded(),
            tagged(0xa3, tagged(SEQUENCE, extensions)));
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate());
      signature.update(body);
      byte[] certified =
          tagged(SEQUENCE, body, algorithm, tagged(BITS, new byte[] {0}, signature.sign()));
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(certified));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] distinguished(String commonName) {
    return tagged(
        SEQUENCE,
        tagged(
            SET,
            tagged(
                SEQUENCE,
                tagged(OBJECT, COMMON_NAME),
                tagged(UTF8, commonName.getBytes(StandardCharsets.UTF_8)))));
  }

  private static byte[] time(Instant instant) {
    return tagged(
        TIME,
        DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'")
            .withZone(ZoneOffset.UTC)
            .format(instant)
            .getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] extension(byte[] identifier, byte[] value) {
    return tagged(SEQUENCE, tagged(OBJECT, identifier), tagged(OCTETS, value));
  }

  private static byte[] tagged(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.writeBytes(new byte[] {(byte) 0x81, (byte) length});
    } else {
      out.writeBytes(new byte[] {(byte) 0x82, (byte) (length >> 8), (byte) length});
    }
    List.of(parts).forEach(out::writeBytes);
    return out.toByteArray();
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String label, byte[] content) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
        + "\n-----END "
        + label
        + "-----\n";
  }
}
