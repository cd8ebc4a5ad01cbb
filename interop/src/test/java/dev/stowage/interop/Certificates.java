package dev.stowage.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A private authority and a certificate of a server on loopback, made by openssl.
record Certificates(Path authority, Path certificate, Path key) {

  static Certificates make(Path directory) throws IOException {
    Path authority = directory.resolve("ca.crt");
    Path authorityKey = directory.resolve("ca.pem");
    Path key = directory.resolve("server.pem");
    Path request = directory.resolve("server.csr");
    Path certificate = directory.resolve("server.crt");
    Path names = directory.resolve("names");
    Files.writeString(names, "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
    String _ =
        Shell.run(
            List.of(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=authority",
                "-keyout",
                authorityKey.toString(),
                "-out",
                authority.toString(),
                "-addext",
                "basicConstraints=critical,CA:TRUE"));
    String _ =
        Shell.run(
            List.of(
                "openssl",
                "req",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-subj",
                "/CN=localhost",
                "-keyout",
                key.toString(),
                "-out",
                request.toString()));
    String _ =
        Shell.run(
            List.of(
                "openssl",
                "x509",
                "-req",
                "-in",
                request.toString(),
                "-CA",
                authority.toString(),
                "-CAkey",
                authorityKey.toString(),
                "-CAcreateserial",
                "-days",
                "2",
                "-extfile",
                names.toString(),
                "-out",
                certificate.toString()));
    return new Certificates(authority, certificate, key);
  }

  /// What makes an nginx speak TLS with it.
  String server() {
    return "ssl_certificate " + certificate + "; ssl_certificate_key " + key + ";\n";
  }
}
