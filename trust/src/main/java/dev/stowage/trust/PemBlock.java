package dev.stowage.trust;

import dev.stowage.model.Bytes;
import dev.stowage.model.MalformedException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// A block of a PEM text: what it is, its bytes, and where the next one may begin.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7468">RFC 7468</a>
public record PemBlock(String type, Bytes content, int end) {
  private static final String BEGIN = "-----BEGIN ";
  private static final String DASHES = "-----";

  /// The blocks of a text; what stands before, between and behind them is passed over.
  public static List<PemBlock> all(Bytes pem) throws MalformedException {
    String text = pem.utf8();
    List<PemBlock> blocks = new ArrayList<>();
    int at = text.indexOf(BEGIN);
    while (at >= 0) {
      PemBlock block = block(text, at);
      blocks.add(block);
      at = text.indexOf(BEGIN, block.end());
    }
    return blocks;
  }

  /// The block of a text that holds nothing behind it.
  ///
  /// @param subject what it is, for the complaint
  static PemBlock only(Bytes pem, String subject) throws MalformedException {
    String text = pem.utf8();
    int at = text.indexOf(BEGIN);
    if (at < 0) {
      throw new MalformedException(subject + " is not in PEM format");
    }
    PemBlock block = block(text, at);
    if (block.end() < text.length()) {
      throw new MalformedException(subject + " has trailing data");
    }
    return block;
  }

  private static PemBlock block(String text, int at) throws MalformedException {
    int typeEnd = text.indexOf(DASHES, at + BEGIN.length());
    if (typeEnd < 0 || text.substring(at, typeEnd).indexOf('\n') >= 0) {
      throw new MalformedException("a PEM block has no proper beginning", at, null);
    }
    String type = text.substring(at + BEGIN.length(), typeEnd);
    String end = "-----END " + type + DASHES;
    int close = text.indexOf(end, typeEnd);
    if (close < 0) {
      throw new MalformedException("the PEM block " + type + " has no end", at, null);
    }
    StringBuilder base64 = new StringBuilder();
    for (String line : text.substring(typeEnd + DASHES.length(), close).split("\n")) {
      if (line.indexOf(':') < 0) { // else it is a header, as old tools write them
        base64.append(line.strip());
      }
    }
    int next = close + end.length();
    while (next < text.length() && " \t\r".indexOf(text.charAt(next)) >= 0) {
      next++;
    }
    if (next < text.length() && text.charAt(next) == '\n') {
      next++;
    }
    return new PemBlock(type, Strict.base64(base64.toString()), next);
  }

  /// The text of one block.
  static String text(String type, byte[] content) {
    return BEGIN
        + type
        + DASHES
        + "\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
        + "\n-----END "
        + type
        + DASHES
        + "\n";
  }
}
