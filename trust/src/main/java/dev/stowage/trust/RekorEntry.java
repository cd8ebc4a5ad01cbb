package dev.stowage.trust;

import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import java.security.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The promise of a transparency log (Rekor) that it has entered a signature, with the moment when
/// it did. Verified from the log's public key alone, without asking the log.
///
/// @see <a href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md">cosign's
///   signature specification</a>
final class RekorEntry {
  private static final String NO_MATCH = "publicKey in Rekor SET does not match";

  private RekorEntry() {}

  /// Verifies a promise, and that it is about this very signature.
  ///
  /// @param logs the keys of the logs one of which has to have made it
  /// @param promise the annotation's text
  /// @param keyOrCertificate PEM of what the signature is verified with
  /// @param signature in base64
  /// @return when the log entered it
  static Instant verify(
      List<PublicKey> logs, Bytes promise, Bytes keyOrCertificate, String signature, Bytes payload)
      throws MalformedException {
    Json.Obj set = Strict.exactly(Strict.document(promise), "SignedEntryTimestamp", "Payload");
    Bytes signed = canonical(Strict.child(set, "Payload"));
    Bytes promised = Strict.base64(Strict.text(set, "SignedEntryTimestamp"));
    boolean kept = false;
    for (PublicKey log : logs) {
      kept = kept || PublicKeys.verifies(log, promised, signed);
    }
    if (!kept) {
      throw new MalformedException("cryptographic signature verification of Rekor SET failed");
    }
    // From here on what was verified is read, not what was delivered.
    Json.Obj entry =
        Strict.exactly(Strict.document(signed), "body", "integratedTime", "logIndex", "logID");
    Strict.text(entry, "logID");
    number(entry, "logIndex");
    matchBody(Strict.base64(Strict.text(entry, "body")), keyOrCertificate, signature, payload);
    return Instant.ofEpochSecond(number(entry, "integratedTime"));
  }

  private static long number(Json.Obj object, String key) throws MalformedException {
    return object.number(key).orElseThrow(() -> object.missing(key));
  }

  private static void matchBody(Bytes body, Bytes keyOrCertificate, String signature, Bytes payload)
      throws MalformedException {
    Json.Obj record = Json.parseObject(body);
    String kind = record.string("kind").orElse("");
    if (!kind.equals("hashedrekord")) {
      throw new MalformedException(
          "decoding the body of a Rekor SET payload: invalid kind value: \"" + kind + "\"");
    }
    String version =
        record
            .string("apiVersion")
            .orElseThrow(() -> new MalformedException("missing Rekor SET Payload API version"));
    if (!version.equals("0.0.1")) {
      throw new MalformedException(
          "unsupported Rekor SET Payload hashedrekord version \"" + version + "\"");
    }
    Json.Obj spec = part(record, "spec", "spec");
    Json.Obj signed = part(spec, "signature", "signature");
    Json.Obj publicKey = part(signed, "publicKey", "signature.publicKey");
    Bytes logged =
        PemBlock.only(
                Strict.base64(publicKey.string("content").orElse("")), "publicKey in Rekor SET")
            .content();
    Bytes used =
        PemBlock.only(
                keyOrCertificate, "public key or cert to be matched against publicKey in Rekor SET")
            .content();
    if (!logged.equals(used)) {
      throw new MalformedException(NO_MATCH);
    }
    if (!Strict.base64(signed.string("content").orElse("")).equals(Strict.base64(signature))) {
      throw new MalformedException("signature in Rekor SET does not match");
    }
    Json.Obj hash = part(part(spec, "data", "data"), "hash", "data.hash");
    String algorithm = demanded(hash, "algorithm");
    if (!algorithm.equals("sha256")) {
      throw new MalformedException(
          "Unexpected \"data.hash.algorithm\" value \"" + algorithm + "\"");
    }
    if (!demanded(hash, "value")
        .toLowerCase(java.util.Locale.ROOT)
        .equals(Digest.of(payload).hex())) {
      throw new MalformedException("payload in Rekor SET does not match");
    }
  }

  private static Json.Obj part(Json.Obj object, String key, String path) throws MalformedException {
    return object
        .object(key)
        .orElseThrow(
            () -> new MalformedException("Missing \"" + path + "\" field in hashedrekord"));
  }

  private static String demanded(Json.Obj hash, String key) throws MalformedException {
    return hash.string(key)
        .orElseThrow(
            () ->
                new MalformedException("Missing \"data.hash." + key + "\" field in hashedrekord"));
  }

  /// The form of JSON that is signed: no white space, keys in order.
  ///
  /// @see <a href="https://www.rfc-editor.org/rfc/rfc8785">RFC 8785</a>
  static Bytes canonical(Json json) throws MalformedException {
    StringBuilder out = new StringBuilder();
    write(json, out);
    return Bytes.utf8(out.toString());
  }

  private static void write(Json json, StringBuilder out) throws MalformedException {
    switch (json) {
      case Json.Obj object -> {
        out.append('{');
        boolean first = true;
        // By UTF-16 code units, which is how Java compares texts.
        for (Map.Entry<String, Json> field : new TreeMap<>(object.fields()).entrySet()) {
          if (!first) {
            out.append(',');
          }
          first = false;
          quote(field.getKey(), out);
          out.append(':');
          write(field.getValue(), out);
        }
        out.append('}');
      }
      case Json.Arr array -> {
        out.append('[');
        boolean first = true;
        for (Json item : array.items()) {
          if (!first) {
            out.append(',');
          }
          first = false;
          write(item, out);
        }
        out.append(']');
      }
      case Json.Str text -> quote(text.value(), out);
      case Json.Num number -> out.append(whole(number.text()));
      default -> out.append(json.compact());
    }
  }

  /// A log's promise counts only in whole numbers; others have no business in it.
  private static String whole(String number) throws MalformedException {
    double value = Double.parseDouble(number);
    if (value != Math.rint(value) || Math.abs(value) > 1L << 53) {
      throw new MalformedException("canonicalizing Rekor SET JSON: " + number + " is not whole");
    }
    return Long.toString((long) value);
  }

  private static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20) {
            out.append("\\u00").append(c < 0x10 ? "0" : "").append(Integer.toHexString(c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
