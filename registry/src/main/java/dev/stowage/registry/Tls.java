package dev.stowage.registry;

import dev.stowage.model.MalformedException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/// How TLS connections of one registry are made. Connections are shared only within one of these.
final class Tls {

  /// Whether the certificate of a server has to prove its name.
  enum Verification {
    ON,
    OFF
  }

  /// Whether a server is shown the client's certificate.
  enum Identity {
    SHOWN,
    WITHHELD
  }

  private static final char[] NO_PASSWORD = {};

  /// Where distributions keep the bundle of authorities.
  private static final List<Path> BUNDLES =
      List.of(
          Path.of("/etc/ssl/certs/ca-certificates.crt"),
          Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
          Path.of("/etc/ssl/ca-bundle.pem"),
          Path.of("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"),
          Path.of("/etc/ssl/cert.pem"));

  private final Verification verification;

  /// Absent until the first handshake where nothing can be wrong with the settings.
  private Optional<SSLContext> context;

  private Tls(Optional<SSLContext> context, Verification verification) {
    this.context = context;
    this.verification = verification;
  }

  static Tls of(TlsSettings settings, Verification verification, Identity identity)
      throws IOException {
    boolean bare =
        verification == Verification.OFF
            && (identity == Identity.WITHHELD || settings.clientKeys().isEmpty());
    // A registry that needs no verification is often asked without TLS at all, and setting up the
    // JDK's takes as long as the rest of a small question.
    return new Tls(
        bare ? Optional.empty() : Optional.of(context(settings, verification, identity)),
        verification);
  }

  private static SSLContext context(
      TlsSettings settings, Verification verification, Identity identity) throws IOException {
    try {
      KeyManager[] keys =
          identity == Identity.SHOWN && !settings.clientKeys().isEmpty()
              ? keyManagers(settings.clientKeys())
              : null;
      TrustManager[] trust =
          verification == Verification.OFF
              ? new TrustManager[] {new TrustAnyone()}
              : trustManagers(settings);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, trust, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("setting up TLS: " + e.getMessage(), e);
    }
  }

  Verification verification() {
    return verification;
  }

  private synchronized SSLContext context() throws IOException {
    if (context.isEmpty()) {
      context = Optional.of(context(TlsSettings.DEFAULT, verification, Identity.WITHHELD));
    }
    return context.get();
  }

  /// A TLS connection over an open one; the handshake is done when it returns.
  Socket wrap(Socket plain, String host, int port) throws IOException {
    SSLSocket socket =
        (SSLSocket) context().getSocketFactory().createSocket(plain, host, port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    if (verification == Verification.ON) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private static TrustManager[] trustManagers(TlsSettings settings)
      throws IOException, GeneralSecurityException {
    Optional<Path> bundle = settings.system();
    for (int i = 0; bundle.isEmpty() && i < BUNDLES.size(); i++) {
      if (Files.isReadable(BUNDLES.get(i))) {
        bundle = Optional.of(BUNDLES.get(i));
      }
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    if (bundle.isEmpty() && settings.authorities().isEmpty()) {
      factory.init((KeyStore) null);
      return factory.getTrustManagers();
    }
    KeyStore store = emptyStore();
    if (bundle.isPresent()) {
      add(store, certificates(bundle.get()));
    } else {
      addJdkAuthorities(store);
    }
    for (Path file : settings.authorities()) {
      try {
        add(store, certificates(file));
      } catch (NoSuchFileException e) {
        // Removed since the directory was listed: as if it had never been there.
      }
    }
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static void addJdkAuthorities(KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory jdk =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    jdk.init((KeyStore) null);
    for (TrustManager manager : jdk.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager authorities) {
        add(store, List.of(authorities.getAcceptedIssuers()));
      }
    }
  }

  private static void add(KeyStore store, Collection<? extends Certificate> certificates)
      throws GeneralSecurityException {
    for (Certificate certificate : certificates) {
      store.setCertificateEntry("authority-" + store.size(), certificate);
    }
  }

  private static KeyManager[] keyManagers(List<TlsSettings.ClientKey> clientKeys)
      throws IOException, GeneralSecurityException {
    KeyStore store = emptyStore();
    for (TlsSettings.ClientKey pair : clientKeys) {
      PrivateKey key = Pem.privateKey(Files.readString(pair.key()), pair.key().toString());
      Collection<? extends Certificate> chain = certificates(pair.certificate());
      if (chain.isEmpty()) {
        throw new MalformedException(pair.certificate() + ": no certificate in PEM form");
      }
      store.setKeyEntry(
          "client-" + store.size(), key, NO_PASSWORD, chain.toArray(Certificate[]::new));
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static Collection<? extends Certificate> certificates(Path file)
      throws IOException, CertificateException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in);
    } catch (CertificateException e) {
      throw new CertificateException(file + ": " + e.getMessage(), e);
    }
  }

  /// The trust of those who switched verification off.
  private static final class TrustAnyone extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
