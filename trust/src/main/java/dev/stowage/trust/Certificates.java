package dev.stowage.trust;

import dev.stowage.model.Bytes;
import dev.stowage.model.MalformedException;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// X.509 certificates as PEM, and chains of them from a signer to an authority.
final class Certificates {
  private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
  private static final String ANY_USE = "2.5.29.37.0";
  private static final int EMAIL = 1;

  private Certificates() {}

  /// Reads every certificate of a PEM text.
  static List<X509Certificate> parse(Bytes pem) throws MalformedException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (PemBlock block : PemBlock.all(pem)) {
      if (block.type().equals("CERTIFICATE")) {
        certificates.add(certificate(block.content()));
      }
    }
    return certificates;
  }

  private static X509Certificate certificate(Bytes der) throws MalformedException {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509").generateCertificate(der.stream());
    } catch (GeneralSecurityException e) {
      throw new MalformedException(
          "a certificate cannot be read: " + e.getMessage(),
          MalformedException.UNKNOWN_POSITION,
          e);
    }
  }

  /// The one certificate of a signer.
  static X509Certificate leaf(Bytes pem) throws MalformedException {
    List<X509Certificate> found;
    try {
      found = parse(pem);
    } catch (MalformedException e) {
      throw new MalformedException("parsing leaf certificate: " + e.getMessage(), e.position(), e);
    }
    if (found.isEmpty()) {
      throw new MalformedException("no certificate found in signature certificate data");
    }
    if (found.size() > 1) {
      throw new MalformedException(
          "unexpected multiple certificates present in signature certificate data");
    }
    return found.getFirst();
  }

  /// The certificates of a signature's chain without its last, which is the authority's own claim.
  static List<X509Certificate> intermediates(Bytes chain) throws MalformedException {
    List<X509Certificate> found;
    try {
      found = parse(chain);
    } catch (MalformedException e) {
      throw new MalformedException("loading certificate chain: " + e.getMessage(), e.position(), e);
    }
    return found.isEmpty() ? List.of() : List.copyOf(found.subList(0, found.size() - 1));
  }

  /// Verifies that an authority stood behind a certificate for code signing at a moment.
  static void verify(
      X509Certificate leaf,
      List<X509Certificate> between,
      List<X509Certificate> authorities,
      Instant moment)
      throws MalformedException {
    try {
      List<X509Certificate> chain = chain(leaf, between, authorities, Date.from(moment));
      for (X509Certificate each : chain) {
        each.checkValidity(Date.from(moment));
        List<String> uses = each.getExtendedKeyUsage();
        if (uses != null && !uses.contains(CODE_SIGNING) && !uses.contains(ANY_USE)) {
          throw new GeneralSecurityException(
              "the certificate of "
                  + each.getSubjectX500Principal()
                  + " is not meant for code signing");
        }
      }
    } catch (GeneralSecurityException e) {
      throw new MalformedException(
          "verifying leaf certificate failed: " + e.getMessage(),
          MalformedException.UNKNOWN_POSITION,
          e);
    }
  }

  private static List<X509Certificate> chain(
      X509Certificate leaf,
      List<X509Certificate> between,
      List<X509Certificate> authorities,
      Date moment)
      throws GeneralSecurityException {
    if (authorities.contains(leaf)) {
      return List.of(leaf);
    }
    Set<TrustAnchor> anchors = new HashSet<>();
    for (X509Certificate authority : authorities) {
      anchors.add(new TrustAnchor(authority, null));
    }
    X509CertSelector target = new X509CertSelector();
    target.setCertificate(leaf);
    PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
    parameters.setRevocationEnabled(false);
    parameters.setDate(moment);
    List<X509Certificate> known = new ArrayList<>(between);
    known.add(leaf);
    parameters.addCertStore(
        CertStore.getInstance("Collection", new CollectionCertStoreParameters(known)));
    PKIXCertPathBuilderResult built =
        (PKIXCertPathBuilderResult) CertPathBuilder.getInstance("PKIX").build(parameters);
    List<X509Certificate> chain = new ArrayList<>();
    for (java.security.cert.Certificate each : built.getCertPath().getCertificates()) {
      chain.add((X509Certificate) each);
    }
    chain.add(built.getTrustAnchor().getTrustedCert());
    return chain;
  }

  /// Demands that a certificate is for an e-mail address.
  static void demandEmail(X509Certificate certificate, String email) throws MalformedException {
    List<String> emails = alternativeNames(certificate, EMAIL);
    if (!emails.contains(email)) {
      throw new MalformedException(
          "Required email \"" + email + "\" not found (got " + quoted(emails) + ")");
    }
  }

  private static String quoted(List<String> texts) {
    return texts.isEmpty() ? "[]" : "[\"" + String.join("\" \"", texts) + "\"]";
  }

  static List<String> alternativeNames(X509Certificate certificate, int kind)
      throws MalformedException {
    List<String> names = new ArrayList<>();
    try {
      if (certificate.getSubjectAlternativeNames() != null) {
        for (List<?> name : certificate.getSubjectAlternativeNames()) {
          if (name.get(0) instanceof Integer type
              && type == kind
              && name.get(1) instanceof String text) {
            names.add(text);
          }
        }
      }
    } catch (GeneralSecurityException e) {
      throw new MalformedException(
          "the names of a certificate cannot be read: " + e.getMessage(),
          MalformedException.UNKNOWN_POSITION,
          e);
    }
    return names;
  }
}
