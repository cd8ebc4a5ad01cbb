package dev.stowage.linux;

import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/// The facts of a file as the JDK's `unix` attributes tell them.
final class UnixFacts {
  /// What to ask for.
  static final String NAMES = "unix:mode,uid,gid,size,lastModifiedTime,ctime,dev,ino,nlink,rdev";

  private UnixFacts() {}

  static FileFacts of(Map<String, Object> all) {
    int mode = (int) number(all, "mode");
    return new FileFacts(
        FileKind.ofMode(mode),
        Mode.of(mode),
        new Owner(number(all, "uid") & 0xFFFF_FFFFL, number(all, "gid") & 0xFFFF_FFFFL),
        number(all, "size"),
        time(all, "lastModifiedTime"),
        time(all, "ctime"),
        DeviceNumber.unpack(number(all, "dev")),
        number(all, "ino"),
        number(all, "nlink"),
        DeviceNumber.unpack(number(all, "rdev")));
  }

  private static long number(Map<String, Object> all, String name) {
    return ((Number) value(all, name)).longValue();
  }

  private static Instant time(Map<String, Object> all, String name) {
    return ((FileTime) value(all, name)).toInstant();
  }

  private static Object value(Map<String, Object> all, String name) {
    return Objects.requireNonNull(all.get(name), name);
  }
}
