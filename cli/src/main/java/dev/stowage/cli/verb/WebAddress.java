package dev.stowage.cli.verb;

import dev.stowage.model.MalformedException;
import java.net.URI;
import java.net.URISyntaxException;

/// The address of a file on a web server, as a user writes it.
final class WebAddress {
  private WebAddress() {}

  /// @throws MalformedException if it is none; the message holds neither the user nor the password
  ///   that it may have
  static URI parse(String text) throws MalformedException {
    URI address;
    try {
      address = new URI(text);
    } catch (URISyntaxException e) {
      throw new MalformedException("invalid URL \"" + withoutUser(text) + "\": " + e.getReason());
    }
    if (address.getHost() == null) {
      throw new MalformedException("invalid URL \"" + withoutUser(text) + "\": no host");
    }
    return address;
  }

  private static String withoutUser(String text) {
    int start = text.indexOf("://") + 3;
    int at = text.lastIndexOf('@');
    // A password with a slash in it makes the rest look like a path.
    return at < start ? text : text.substring(0, start) + text.substring(at + 1);
  }
}
