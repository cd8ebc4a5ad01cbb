package dev.stowage.model;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/// A signature of an image's manifest, as it was found: nothing in it is to be believed before it
/// has been verified.
public sealed interface ImageSignature {

  /// The most signatures of one manifest that are read from a place: more is a fault of the place.
  int MOST = 128;

  /// The largest signature that is read, in bytes, as the field's tools bound it.
  int LARGEST = 4 * 1024 * 1024;

  /// A simple signature: an OpenPGP message that holds the signed text.
  ///
  /// @see <a
  ///   href="https://github.com/containers/container-libs/blob/main/image/docs/containers-signature.5.md">
  ///   containers-signature(5)</a>
  record Simple(Bytes message) implements ImageSignature {
    @Override
    public Bytes stored() {
      return message;
    }
  }

  /// A sigstore signature, or something else that is attached to an image as sigstore does it.
  ///
  /// @param type the media type of the payload
  /// @param payload what is signed
  /// @param annotations the signature itself (base64), certificates, the entry in a log
  record Sigstore(String type, Bytes payload, Map<String, String> annotations)
      implements ImageSignature {

    /// The media type of a payload that signs an image; others are attachments of other kinds.
    public static final String TYPE = "application/vnd.dev.cosign.simplesigning.v1+json";

    /// The annotation with the signature of the payload, in base64.
    public static final String SIGNATURE = "dev.cosignproject.cosign/signature";

    /// The annotation with the log's promise (Rekor's signed entry timestamp).
    public static final String LOG_ENTRY = "dev.sigstore.cosign/bundle";

    /// The annotation with the signer's certificate, as PEM.
    public static final String CERTIFICATE = "dev.sigstore.cosign/certificate";

    /// The annotation with the certificates between the signer's and the root, as PEM.
    public static final String CHAIN = "dev.sigstore.cosign/chain";

    public Sigstore {
      annotations = Map.copyOf(annotations);
    }

    @Override
    public Bytes stored() {
      Json.Builder noted = Json.object();
      annotations.keySet().stream()
          .sorted()
          .forEach(key -> noted.put(key, annotations.getOrDefault(key, "")));
      String text =
          Json.object()
              .put("mimeType", type)
              .put("payload", Base64.getEncoder().encodeToString(payload.toArray()))
              .put("annotations", noted.build())
              .build()
              .compact();
      return Bytes.utf8("\0" + SIGSTORE_FORM + "\n" + text);
    }
  }

  /// The name of the stored form of [Simple].
  String SIMPLE_FORM = "simple-signing";

  /// The name of the stored form of [Sigstore].
  String SIGSTORE_FORM = "sigstore-json";

  /// The form in which signatures are kept in files and in the local store: an OpenPGP message as
  /// it is; everything else behind a zero byte and a line that names the form.
  Bytes stored();

  /// Reads the stored form.
  static ImageSignature parse(Bytes stored) throws MalformedException {
    if (stored.length() == 0) {
      throw new MalformedException("empty signature blob");
    }
    byte[] bytes = stored.content();
    int first = bytes[0] & 0xff;
    return switch (first) {
      // OpenPGP packets that a signed message can begin with, in both header formats.
      case 0xa0,
          0xa1,
          0xa2,
          0xa3,
          0xc8,
          0x90,
          0x91,
          0x92,
          0x3d,
          0xc4,
          0x88,
          0x89,
          0x8a,
          0x8b,
          0xc2 ->
          new Simple(stored);
      case 0 -> named(bytes);
      default ->
          throw new MalformedException(
              "unrecognized signature format, starting with binary 0x"
                  + Integer.toHexString(first));
    };
  }

  private static ImageSignature named(byte[] bytes) throws MalformedException {
    int end = 1;
    while (end < bytes.length && bytes[end] != '\n') {
      if (bytes[end] < 0x20 || bytes[end] == 0x7f) {
        throw new MalformedException(
            "invalid signature format, non-ASCII byte 0x" + Integer.toHexString(bytes[end] & 0xff));
      }
      end++;
    }
    if (end == bytes.length) {
      throw new MalformedException("invalid signature format, missing newline");
    }
    String form = new String(bytes, 1, end - 1, java.nio.charset.StandardCharsets.US_ASCII);
    Bytes rest = Bytes.owning(java.util.Arrays.copyOfRange(bytes, end + 1, bytes.length));
    return switch (form) {
      case SIMPLE_FORM -> new Simple(rest);
      case SIGSTORE_FORM -> sigstore(Json.parseObject(rest));
      default -> throw new MalformedException("unrecognized signature format \"" + form + "\"");
    };
  }

  private static Sigstore sigstore(Json.Obj json) throws MalformedException {
    try {
      return new Sigstore(
          json.string("mimeType").orElse(""),
          Bytes.owning(Base64.getDecoder().decode(json.string("payload").orElse(""))),
          new LinkedHashMap<>(json.strings("annotations")));
    } catch (IllegalArgumentException e) {
      throw new MalformedException(
          "the payload of a sigstore signature is no base64: " + e.getMessage(),
          MalformedException.UNKNOWN_POSITION,
          e);
    }
  }
}
