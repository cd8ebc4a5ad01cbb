package dev.stowage.registry;

import dev.stowage.model.MalformedException;
import java.util.List;
import java.util.OptionalLong;

/// The place of a partial answer in the whole: `bytes first-last/complete`.
///
/// @param first the offset of the first byte
/// @param last the offset of the last byte
/// @param complete the length of the whole, where the server knows it
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-14.4">RFC 9110</a>
record ContentRange(long first, long last, OptionalLong complete) {
  private static final String UNIT = "bytes ";

  static ContentRange of(Headers headers) throws MalformedException {
    List<String> values = headers.all("Content-Range");
    if (values.size() != 1) {
      throw new MalformedException(
          values.isEmpty() ? "missing Content-Range" : "several Content-Range header fields");
    }
    return parse(values.getFirst());
  }

  static ContentRange parse(String text) throws MalformedException {
    int dash = text.indexOf('-');
    int slash = text.indexOf('/');
    if (!text.startsWith(UNIT) || dash < 0 || slash < dash) {
      throw new MalformedException("invalid Content-Range \"" + text + "\"");
    }
    String complete = text.substring(slash + 1);
    ContentRange range =
        new ContentRange(
            number(text.substring(UNIT.length(), dash), "Content-Range"),
            number(text.substring(dash + 1, slash), "Content-Range"),
            complete.equals("*")
                ? OptionalLong.empty()
                : OptionalLong.of(number(complete, "Content-Range")));
    if (range.last < range.first
        || range.complete.isPresent() && range.last >= range.complete.getAsLong()) {
      throw new MalformedException("invalid Content-Range \"" + text + "\"");
    }
    return range;
  }

  /// A whole number in plain digits, as header fields write lengths.
  static long number(String text, String field) throws MalformedException {
    boolean digits = !text.isEmpty() && text.length() <= 18;
    for (int i = 0; digits && i < text.length(); i++) {
      digits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    if (!digits) {
      throw new MalformedException("invalid " + field + ": \"" + text + "\" is no length");
    }
    return Long.parseLong(text);
  }
}
