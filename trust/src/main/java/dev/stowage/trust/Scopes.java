package dev.stowage.trust;

import dev.stowage.model.Digest;
import dev.stowage.model.MalformedException;
import java.nio.file.Path;

/// The laws of the scopes of each transport. A scope that breaks them could never match, which a
/// policy's author cannot have meant.
final class Scopes {
  private Scopes() {}

  /// Checks a scope that is not the empty one; transports that nobody knows may name anything.
  static void check(String transport, String scope) throws MalformedException {
    switch (transport) {
      case "dir", "sif", "oci", "oci-archive" -> path(scope);
      case "containers-storage" -> store(scope);
      case "docker-archive", "tarball" ->
          throw new MalformedException(
              transport + ": does not support any scopes except the default \"\" one");
      case "docker-daemon" -> {
        if (Digest.isDigest(scope)) {
          throw new MalformedException(
              "docker-daemon: can not use algo:digest value " + scope + " as a namespace");
        }
      }
      case "atomic" -> imageStream(scope);
      default -> {}
    }
  }

  private static void path(String scope) throws MalformedException {
    if (!scope.startsWith("/")) {
      throw new MalformedException("Invalid scope " + scope + ": must be an absolute path");
    }
    if (scope.equals("/")) {
      throw new MalformedException("Invalid scope \"/\": Use the generic default scope \"\"");
    }
    if (scope.indexOf('\0') >= 0) {
      throw new MalformedException("Invalid scope: a path has no zero byte");
    }
    String clean = Path.of(scope).normalize().toString();
    if (!clean.equals(scope)) {
      throw new MalformedException(
          "Invalid scope " + scope + ": Uses non-canonical format, perhaps try " + clean);
    }
  }

  /// `host[:port][/namespace[/stream[:tag]]]`.
  private static void imageStream(String scope) throws MalformedException {
    String[] parts = scope.split("/", -1);
    boolean right = parts.length <= 3;
    if (right && parts.length >= 2) {
      right = parts[1].indexOf(':') < 0;
    }
    if (right && parts.length == 3) {
      right = parts[2].indexOf(':') == parts[2].lastIndexOf(':');
    }
    if (!right) {
      throw new MalformedException("Invalid scope name " + scope);
    }
  }

  /// `[driver@root]` or `[root]`, then a name, a digest, an ID, each of which may be missing.
  private static void store(String scope) throws MalformedException {
    int close = scope.indexOf(']');
    if (!scope.startsWith("[") || close < 2) {
      throw new MalformedException("invalid reference");
    }
    String place = scope.substring(1, close);
    int at = place.indexOf('@');
    String root = at < 0 ? place : place.substring(at + 1);
    if (at == 0 || root.isEmpty()) {
      throw new MalformedException("invalid reference");
    }
    if (!root.startsWith("/")) {
      throw new MalformedException("path name is not absolute");
    }
    String[] fields = scope.substring(close + 1).split("@", 3);
    if (fields.length == 2 && !ImageIdentity.isImageId(fields[1]) && !Digest.isDigest(fields[1])) {
      throw new MalformedException(fields[1] + " is neither a valid digest nor a valid ID");
    }
    if (fields.length == 3) {
      Digest.parse(fields[1]);
      if (!ImageIdentity.isImageId(fields[2])) {
        throw new MalformedException(fields[2] + " is not a valid image ID");
      }
    }
  }
}
