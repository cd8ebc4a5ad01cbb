package dev.stowage.trust;

import dev.stowage.model.Bytes;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.bouncycastle.openpgp.PGPCompressedData;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPMarker;
import org.bouncycastle.openpgp.PGPOnePassSignatureList;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;

/// A signed OpenPGP message taken apart, not yet verified: its content and its one signature.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9580#section-10.3">RFC 9580, messages</a>
record OpenPgpMessage(Bytes content, PGPSignature signature) {
  private static final int MOST_UNPACKED = 2 * ImageSignature.LARGEST;

  /// Takes a message apart: a signature before its content or a one-pass signature around it,
  /// compressed or not.
  ///
  /// @throws MalformedException if it is anything else, or has several signatures
  static OpenPgpMessage parse(Bytes message) throws MalformedException {
    try {
      BcPGPObjectFactory packets = new BcPGPObjectFactory(message.stream());
      Object first = next(packets);
      if (first instanceof PGPCompressedData compressed) {
        packets = new BcPGPObjectFactory(bounded(compressed.getDataStream()));
        first = next(packets);
      }
      return parse(packets, first);
    } catch (IOException | PGPException | RuntimeException e) {
      // The library answers what is broken with exceptions of all kinds.
      if (e instanceof MalformedException known) {
        throw known;
      }
      throw new MalformedException(
          "not a signed OpenPGP message: " + e.getMessage(),
          MalformedException.UNKNOWN_POSITION,
          e);
    }
  }

  private static OpenPgpMessage parse(BcPGPObjectFactory packets, Object first) throws IOException {
    if (first instanceof PGPOnePassSignatureList opening) {
      one(opening.size());
      Bytes content = content(next(packets));
      if (!(next(packets) instanceof PGPSignatureList closing)) {
        throw new MalformedException("the signature behind the content is missing");
      }
      one(closing.size());
      return ended(packets, new OpenPgpMessage(content, closing.get(0)));
    }
    if (first instanceof PGPSignatureList before) {
      one(before.size());
      return ended(packets, new OpenPgpMessage(content(next(packets)), before.get(0)));
    }
    throw new MalformedException("The input is not a signature");
  }

  private static OpenPgpMessage ended(BcPGPObjectFactory packets, OpenPgpMessage message)
      throws IOException {
    if (packets.nextObject() != null) {
      throw new MalformedException("something follows the signed message");
    }
    return message;
  }

  private static Object next(BcPGPObjectFactory packets) throws IOException {
    Object packet = packets.nextObject();
    while (packet instanceof PGPMarker) {
      packet = packets.nextObject();
    }
    if (packet == null) {
      throw new MalformedException("the OpenPGP message ends too early");
    }
    return packet;
  }

  private static void one(int signatures) throws MalformedException {
    if (signatures != 1) {
      throw new MalformedException("Unexpected GPG signature count " + signatures);
    }
  }

  private static Bytes content(Object packet) throws IOException {
    if (!(packet instanceof PGPLiteralData literal)) {
      throw new MalformedException("the signed content is missing");
    }
    byte[] content = literal.getInputStream().readNBytes(ImageSignature.LARGEST + 1);
    if (content.length > ImageSignature.LARGEST) {
      throw new MalformedException("the signed content is too large");
    }
    return Bytes.owning(content);
  }

  /// What compressed bytes hold, as far as they may grow.
  private static InputStream bounded(InputStream in) throws IOException {
    byte[] content = in.readNBytes(MOST_UNPACKED + 1);
    if (content.length > MOST_UNPACKED) {
      throw new MalformedException("the compressed message is too large");
    }
    return Bytes.owning(content).stream();
  }

  /// The ID of the key that claims to have signed, in upper case.
  String keyId() {
    String hex = Long.toHexString(signature.getKeyID()).toUpperCase(Locale.ROOT);
    return "0".repeat(16 - hex.length()) + hex;
  }
}
