package dev.stowage.model;

import org.jspecify.annotations.Nullable;

/// A repository of a registry, for example `docker.io/library/alpine`.
///
/// @param host the registry's host with an optional port
/// @param path the path below it, lower case
public record Repository(String host, String path) implements Comparable<Repository> {
  /// The host that names without one belong to.
  public static final String DOCKER_IO = "docker.io";

  /// The host of images that were made on this machine.
  public static final String LOCALHOST = "localhost";

  private static final String OFFICIAL = "library/";
  private static final int LONGEST = 255;

  public Repository {
    if (!isHost(host) || !isPath(path)) {
      throw new IllegalArgumentException("not a repository: " + host + "/" + path);
    }
  }

  /// Reads `host/path`, and a path without a host as one of docker.io.
  public static Repository parse(String text) throws MalformedException {
    int slash = text.indexOf('/');
    String host = slash < 0 ? "" : text.substring(0, slash);
    String path = text.substring(slash + 1);
    if (slash < 0 || !looksLikeHost(host)) {
      host = DOCKER_IO;
      path = text;
    } else if (host.equals("index.docker.io")) {
      host = DOCKER_IO;
    }
    if (host.equals(DOCKER_IO) && path.indexOf('/') < 0) {
      path = OFFICIAL + path;
    }
    if (!isPath(path)) {
      throw new MalformedException(
          isPath(lowered(path))
              ? "invalid reference format: repository name must be lowercase"
              : "invalid reference format");
    }
    if (!isHost(host)) {
      throw new MalformedException("invalid reference format");
    }
    if (host.length() + 1 + path.length() > LONGEST) {
      throw new MalformedException(
          "repository name must not be more than " + LONGEST + " characters");
    }
    return new Repository(host, path);
  }

  /// Whether the first component of a name is a host: it holds a dot or a colon, is `localhost`, or
  /// has capitals.
  static boolean looksLikeHost(String component) {
    return component.indexOf('.') >= 0
        || component.indexOf(':') >= 0
        || component.equals(LOCALHOST)
        || !lowered(component).equals(component);
  }

  private static String lowered(String text) {
    return text.toLowerCase(java.util.Locale.ROOT);
  }

  /// The name as people write it: without `docker.io/` and `library/`.
  public String familiar() {
    if (!host.equals(DOCKER_IO)) {
      return toString();
    }
    return path.startsWith(OFFICIAL) ? path.substring(OFFICIAL.length()) : path;
  }

  /// Components of lower-case letters and digits, with single separators `.`, `_`, `__` or hyphens
  /// inside.
  private static boolean isPath(String path) {
    int start = 0;
    while (true) {
      int slash = path.indexOf('/', start);
      int end = slash < 0 ? path.length() : slash;
      if (!isPathComponent(path, start, end)) {
        return false;
      }
      if (slash < 0) {
        return true;
      }
      start = slash + 1;
    }
  }

  private static boolean isPathComponent(String path, int start, int end) {
    int at = start;
    while (true) {
      int run = at;
      while (at < end && isLowerAlphanumeric(path.charAt(at))) {
        at++;
      }
      if (at == run) {
        return false;
      }
      if (at == end) {
        return true;
      }
      char separator = path.charAt(at);
      if (separator == '-') {
        while (at < end && path.charAt(at) == '-') {
          at++;
        }
      } else if (separator == '_') {
        at += at + 1 < end && path.charAt(at + 1) == '_' ? 2 : 1;
      } else if (separator == '.') {
        at++;
      } else {
        return false;
      }
    }
  }

  private static boolean isLowerAlphanumeric(char c) {
    return c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
  }

  private static boolean isHost(String host) {
    int colon = host.lastIndexOf(':');
    String name = host;
    if (colon >= 0 && host.indexOf(']', colon) < 0) {
      if (colon == host.length() - 1) {
        return false;
      }
      for (int i = colon + 1; i < host.length(); i++) {
        if (host.charAt(i) < '0' || host.charAt(i) > '9') {
          return false;
        }
      }
      name = host.substring(0, colon);
    }
    return name.startsWith("[") ? isIpv6(name) : isDomain(name);
  }

  private static boolean isIpv6(String name) {
    if (!name.endsWith("]") || name.length() < 4) {
      return false;
    }
    for (int i = 1; i < name.length() - 1; i++) {
      if (name.charAt(i) != ':' && Character.digit(name.charAt(i), 16) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDomain(String name) {
    boolean edge = true;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean alphanumeric = isLowerAlphanumeric(c) || c >= 'A' && c <= 'Z';
      if (c == '.') {
        if (edge || name.charAt(i - 1) == '-') {
          return false;
        }
        edge = true;
      } else if (alphanumeric || c == '-' && !edge) {
        edge = false;
      } else {
        return false;
      }
    }
    return !edge && name.charAt(name.length() - 1) != '-';
  }

  @Override
  public int compareTo(Repository other) {
    return toString().compareTo(other.toString());
  }

  // The ones that the compiler gives to records cost a short command some milliseconds.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Repository repository
        && repository.path.equals(path)
        && repository.host.equals(host);
  }

  @Override
  public int hashCode() {
    return 31 * host.hashCode() + path.hashCode();
  }

  @Override
  public String toString() {
    return host + "/" + path;
  }
}
