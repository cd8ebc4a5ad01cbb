package dev.stowage.trust;

import dev.stowage.model.Bytes;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.MalformedException;
import dev.stowage.trust.Requirement.SigstoreRoot;
import java.io.IOException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1String;

/// Verifies sigstore signatures from what lies on disk: keys, certificates, keys of logs.
final class SigstoreVerifier {
  /// Where Fulcio notes who vouched for the user: as plain text, and since version 2 as a string.
  private static final String ISSUER = "1.3.6.1.4.1.57264.1.1";

  private static final String ISSUER_2 = "1.3.6.1.4.1.57264.1.8";

  private final SigstoreRoot root;
  private final List<PublicKey> keys;
  private final List<X509Certificate> authorities;
  private final List<X509Certificate> intermediates;
  private final Optional<List<PublicKey>> logs;
  private final Instant now;

  private SigstoreVerifier(
      SigstoreRoot root,
      List<PublicKey> keys,
      List<X509Certificate> authorities,
      List<X509Certificate> intermediates,
      Optional<List<PublicKey>> logs,
      Instant now) {
    this.root = root;
    this.keys = keys;
    this.authorities = authorities;
    this.intermediates = intermediates;
    this.logs = logs;
    this.now = now;
  }

  /// Reads the keys and certificates that a requirement names, once for all signatures.
  static SigstoreVerifier of(Requirement.SigstoreSigned requirement, Instant now)
      throws IOException {
    List<PublicKey> keys = new ArrayList<>();
    List<X509Certificate> authorities = new ArrayList<>();
    List<X509Certificate> intermediates = new ArrayList<>();
    switch (requirement.root()) {
      case SigstoreRoot.Keys named -> {
        keys.addAll(keys(named.keys(), "parsing public key "));
        if (keys.isEmpty()) {
          throw new MalformedException("the policy names no public key");
        }
      }
      case SigstoreRoot.Fulcio fulcio ->
          authorities.addAll(
              authorities(fulcio.authorities(), "error loading Fulcio CA certificates"));
      case SigstoreRoot.Pki pki -> {
        authorities.addAll(authorities(pki.roots(), "error loading PKI CA Roots certificates"));
        if (pki.intermediates().isPresent()) {
          for (Bytes pem : pki.intermediates().get().read()) {
            intermediates.addAll(Certificates.parse(pem));
          }
        }
      }
    }
    Optional<List<PublicKey>> logs = Optional.empty();
    if (requirement.log().isPresent()) {
      List<PublicKey> read = keys(requirement.log().get(), "parsing Rekor public key ");
      for (int i = 0; i < read.size(); i++) {
        if (!(read.get(i) instanceof ECPublicKey)) {
          throw new MalformedException("Rekor public key " + (i + 1) + " is not using ECDSA");
        }
      }
      logs = Optional.of(read);
    }
    return new SigstoreVerifier(requirement.root(), keys, authorities, intermediates, logs, now);
  }

  private static List<PublicKey> keys(KeyMaterial material, String doing) throws IOException {
    List<PublicKey> keys = new ArrayList<>();
    for (Bytes pem : material.read()) {
      try {
        keys.add(PublicKeys.parse(pem));
      } catch (MalformedException e) {
        throw new MalformedException(
            doing + (keys.size() + 1) + ": " + e.getMessage(), e.position(), e);
      }
    }
    return keys;
  }

  /// Verifies who signed, and reads what.
  ///
  /// @throws MalformedException if the signature is not right, with the reason
  Claim verify(ImageSignature.Sigstore signature) throws IOException {
    String text = annotation(signature, ImageSignature.Sigstore.SIGNATURE);
    List<PublicKey> accepted =
        switch (root) {
          case SigstoreRoot.Keys ignored -> loggedKeys(signature, text);
          case SigstoreRoot.Fulcio fulcio -> List.of(certified(fulcio, signature, text));
          case SigstoreRoot.Pki pki -> List.of(certified(pki, signature));
        };
    Bytes decoded;
    try {
      decoded = Strict.base64(text);
    } catch (MalformedException e) {
      throw new MalformedException("base64 decoding: " + e.getMessage(), e.position(), e);
    }
    for (PublicKey key : accepted) {
      if (PublicKeys.verifies(key, decoded, signature.payload())) {
        return Claim.parse(signature.payload(), Claim.Kind.SIGSTORE);
      }
    }
    throw new MalformedException(
        "cryptographic signature verification failed: invalid signature when validating ASN.1"
            + " encoded signature");
  }

  private static String annotation(ImageSignature.Sigstore signature, String key)
      throws MalformedException {
    String text = signature.annotations().get(key);
    if (text == null) {
      throw new MalformedException("missing " + key + " annotation");
    }
    return text;
  }

  private List<PublicKey> loggedKeys(ImageSignature.Sigstore signature, String text)
      throws MalformedException {
    if (logs.isEmpty()) {
      return keys;
    }
    Bytes promise = Bytes.utf8(annotation(signature, ImageSignature.Sigstore.LOG_ENTRY));
    List<String> faults = new ArrayList<>();
    for (PublicKey key : keys) {
      try {
        RekorEntry.verify(logs.get(), promise, PublicKeys.pem(key), text, signature.payload());
        return List.of(key); // a promise is about one key
      } catch (MalformedException e) {
        faults.add(e.getMessage());
      }
    }
    throw new MalformedException(
        "No public key verified against the RekorSET: " + String.join(", ", faults));
  }

  private PublicKey certified(
      SigstoreRoot.Fulcio fulcio, ImageSignature.Sigstore signature, String text)
      throws IOException {
    Bytes promise = Bytes.utf8(annotation(signature, ImageSignature.Sigstore.LOG_ENTRY));
    Bytes certificate = Bytes.utf8(annotation(signature, ImageSignature.Sigstore.CERTIFICATE));
    Instant entered =
        RekorEntry.verify(logs.orElse(List.of()), promise, certificate, text, signature.payload());
    X509Certificate leaf = Certificates.leaf(certificate);
    Certificates.verify(leaf, chain(signature), authorities, entered);
    String issuer = issuer(leaf);
    if (!issuer.equals(fulcio.issuer())) {
      throw new MalformedException("Unexpected Fulcio OIDC issuer \"" + issuer + "\"");
    }
    Certificates.demandEmail(leaf, fulcio.email());
    return leaf.getPublicKey();
  }

  private PublicKey certified(SigstoreRoot.Pki pki, ImageSignature.Sigstore signature)
      throws IOException {
    List<X509Certificate> between = new ArrayList<>(intermediates);
    X509Certificate leaf =
        Certificates.leaf(Bytes.utf8(annotation(signature, ImageSignature.Sigstore.CERTIFICATE)));
    between.addAll(chain(signature));
    Certificates.verify(leaf, between, authorities, now);
    if (pki.email().isPresent()) {
      Certificates.demandEmail(leaf, pki.email().get());
    }
    if (pki.hostname().isPresent()) {
      Hostnames.demand(leaf, pki.hostname().get());
    }
    return leaf.getPublicKey();
  }

  private static List<X509Certificate> authorities(KeyMaterial material, String complaint)
      throws IOException {
    List<X509Certificate> authorities = new ArrayList<>();
    for (Bytes pem : material.read()) {
      authorities.addAll(Certificates.parse(pem));
    }
    if (authorities.isEmpty()) {
      throw new MalformedException(complaint);
    }
    return authorities;
  }

  private static List<X509Certificate> chain(ImageSignature.Sigstore signature)
      throws MalformedException {
    String chain = signature.annotations().get(ImageSignature.Sigstore.CHAIN);
    return chain == null || chain.isEmpty()
        ? List.of()
        : Certificates.intermediates(Bytes.utf8(chain));
  }

  private static String issuer(X509Certificate certificate) throws MalformedException {
    Optional<String> first = Optional.empty();
    Optional<String> second = Optional.empty();
    try {
      byte[] plain = certificate.getExtensionValue(ISSUER);
      if (plain != null) {
        first = Optional.of(Bytes.owning(ASN1OctetString.getInstance(plain).getOctets()).utf8());
      }
      byte[] encoded = certificate.getExtensionValue(ISSUER_2);
      if (encoded != null) {
        byte[] value = ASN1OctetString.getInstance(encoded).getOctets();
        if (!(ASN1Primitive.fromByteArray(value) instanceof ASN1String string)) {
          throw new MalformedException("invalid ASN.1 in OIDC issuer v2 extension");
        }
        second = Optional.of(string.getString());
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new MalformedException(
          "invalid ASN.1 in OIDC issuer v2 extension: " + e.getMessage(),
          MalformedException.UNKNOWN_POSITION,
          e);
    }
    if (first.isPresent() && second.isPresent() && !first.equals(second)) {
      throw new MalformedException(
          "inconsistent OIDC issuer extension values: v1 \""
              + first.get()
              + "\", v2 \""
              + second.get()
              + "\"");
    }
    Optional<String> issuer = first.isPresent() ? first : second;
    return issuer.orElseThrow(
        () -> new MalformedException("Fulcio certificate is missing the issuer extension"));
  }
}
