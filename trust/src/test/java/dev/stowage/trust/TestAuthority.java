package dev.stowage.trust;

import dev.stowage.model.Bytes;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;

/// An authority that certifies for a test.
record TestAuthority(String name, KeyPair keys, Bytes certificate) {
  private static final String ISSUER = "1.3.6.1.4.1.57264.1.1";
  private static long serial = 1;

  static KeyPair newKeys() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  /// One that certifies itself.
  static TestAuthority root(String name) throws Exception {
    KeyPair keys = newKeys();
    return new TestAuthority(
        name,
        keys,
        certificate(name, keys, name, keys.getPublic(), Instant.now(), List.of(authority())));
  }

  /// One that this one certifies.
  TestAuthority below(String below) throws Exception {
    KeyPair keys = newKeys();
    return new TestAuthority(
        below,
        keys,
        certificate(name, this.keys, below, keys.getPublic(), Instant.now(), List.of(authority())));
  }

  private static Extension authority() throws Exception {
    return new Extension(Extension.basicConstraints, true, new BasicConstraints(true).getEncoded());
  }

  /// What a certificate for a signer says.
  ///
  /// @param from when its hour begins
  record Leaf(String email, String hostname, String issuer, KeyPurposeId use, Instant from) {}

  Bytes certify(PublicKey key, Leaf leaf) throws Exception {
    List<Extension> said = new ArrayList<>();
    said.add(
        new Extension(
            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(leaf.use).getEncoded()));
    GeneralNames names =
        new GeneralNames(
            new GeneralName[] {
              new GeneralName(GeneralName.rfc822Name, leaf.email),
              new GeneralName(GeneralName.dNSName, leaf.hostname)
            });
    said.add(new Extension(Extension.subjectAlternativeName, true, names.getEncoded()));
    said.add(
        new Extension(
            new ASN1ObjectIdentifier(ISSUER),
            false,
            new DEROctetString(leaf.issuer.getBytes(StandardCharsets.UTF_8))));
    return certificate(name, keys, "signer", key, leaf.from, said);
  }

  private static synchronized Bytes certificate(
      String issuer,
      KeyPair issuerKeys,
      String subject,
      PublicKey key,
      Instant from,
      List<Extension> said)
      throws Exception {
    AlgorithmIdentifier algorithm =
        new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.840.10045.4.3.2"));
    V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
    generator.setSerialNumber(new ASN1Integer(BigInteger.valueOf(serial++)));
    generator.setSignature(algorithm);
    generator.setIssuer(new X500Name("CN=" + issuer));
    generator.setSubject(new X500Name("CN=" + subject));
    generator.setStartDate(new Time(Date.from(from.minusSeconds(60))));
    generator.setEndDate(new Time(Date.from(from.plusSeconds(3600))));
    generator.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(key.getEncoded()));
    generator.setExtensions(new Extensions(said.toArray(new Extension[0])));
    TBSCertificate body = generator.generateTBSCertificate();
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(issuerKeys.getPrivate());
    signature.update(body.getEncoded(ASN1Encoding.DER));
    byte[] whole =
        new DERSequence(new ASN1Encodable[] {body, algorithm, new DERBitString(signature.sign())})
            .getEncoded(ASN1Encoding.DER);
    return Bytes.utf8(PemBlock.text("CERTIFICATE", whole));
  }
}
