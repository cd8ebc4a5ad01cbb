package dev.stowage.archive;

import dev.stowage.linux.DeviceNumber;
import dev.stowage.linux.Mode;
import dev.stowage.model.MalformedException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// One header block of a tar archive.
///
/// ```
///   0 name 100   100 mode 8    108 uid 8    116 gid 8    124 size 12   136 mtime 12
/// 148 checksum 8 156 flag 1    157 link name 100         257 magic 6   263 version 2
/// 265 user 32    297 group 32  329 major 8  337 minor 8
/// ustar: 345 prefix 155        star: 345 prefix 131  476 atime 12  488 ctime 12  508 "tar\0"
/// gnu:   345 atime 12  357 ctime 12  386 four sparse regions of 24  482 more  483 real size 12
/// ```
final class TarBlock {
  static final int SIZE = 512;

  private static final int SPARSE = 386;
  private static final int SPARSE_REGIONS = 4;
  private static final int EXTENSION_REGIONS = 21;
  private static final int REGION = 24;

  /// The dialect of a header.
  enum Form {
    V7,
    USTAR,
    STAR,
    GNU
  }

  private final byte[] bytes = new byte[SIZE];
  private Form form = Form.V7;

  /// The block, to be filled by the reader before [#check].
  byte[] bytes() {
    return bytes;
  }

  static boolean isZero(byte[] bytes, int offset) {
    for (int i = offset; i < offset + SIZE; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /// Verifies the checksum, over signed or unsigned bytes, and recognises the form.
  void check() throws MalformedException {
    int unsigned = 8 * ' ';
    int signed = 8 * ' ';
    for (int i = 0; i < SIZE; i++) {
      if (i < 148 || i >= 156) {
        unsigned += bytes[i] & 0xFF;
        signed += bytes[i];
      }
    }
    long wanted = TarField.octal(bytes, 148, 8);
    if (wanted != unsigned && wanted != signed) {
      throw new MalformedException("a tar header has a wrong checksum");
    }
    if (matches(257, "ustar\0")) {
      form = matches(508, "tar\0") ? Form.STAR : Form.USTAR;
    } else {
      form = matches(257, "ustar  \0") ? Form.GNU : Form.V7;
    }
  }

  private boolean matches(int offset, String text) {
    for (int i = 0; i < text.length(); i++) {
      if (bytes[offset + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  Form form() {
    return form;
  }

  byte flag() {
    return bytes[156];
  }

  long size() throws MalformedException {
    return TarField.number(bytes, 124, 12);
  }

  /// The entry this header describes by itself, with the size it states.
  TarEntry entry() throws MalformedException {
    String name = TarField.text(bytes, 0, 100);
    Optional<Instant> accessed = Optional.empty();
    int major = 0;
    int minor = 0;
    if (form != Form.V7) {
      major = (int) TarField.number(bytes, 329, 8);
      minor = (int) TarField.number(bytes, 337, 8);
      String prefix = "";
      switch (form) {
        case USTAR -> prefix = TarField.text(bytes, 345, 155);
        case STAR -> {
          prefix = TarField.text(bytes, 345, 131);
          accessed = Optional.of(TarField.instant(TarField.number(bytes, 476, 12), 0));
          TarField.number(bytes, 488, 12);
        }
        default -> {
          try {
            accessed = gnuTime(345);
            gnuTime(357);
          } catch (MalformedException e) {
            // Written by Go before 1.8, which took these fields for a prefix.
            accessed = Optional.empty();
            prefix = asciiPrefix();
          }
        }
      }
      if (!prefix.isEmpty()) {
        name = prefix + "/" + name;
      }
    }
    return new TarEntry(
        EntryKind.of(flag(), name),
        flag(),
        name,
        TarField.text(bytes, 157, 100),
        Mode.of((int) TarField.number(bytes, 100, 8)),
        TarField.number(bytes, 108, 8),
        TarField.number(bytes, 116, 8),
        size(),
        TarField.instant(TarField.number(bytes, 136, 12), 0),
        accessed,
        major == 0 && minor == 0 ? DeviceNumber.ZERO : new DeviceNumber(major, minor),
        Map.of(),
        Optional.empty());
  }

  private Optional<Instant> gnuTime(int offset) throws MalformedException {
    return bytes[offset] == 0
        ? Optional.empty()
        : Optional.of(TarField.instant(TarField.number(bytes, offset, 12), 0));
  }

  private String asciiPrefix() {
    String prefix = TarField.text(bytes, 345, 155);
    for (int i = 0; i < prefix.length(); i++) {
      if (prefix.charAt(i) >= 0x80) {
        return "";
      }
    }
    return prefix;
  }

  /// The size with holes that a sparse header of the old GNU form states.
  long realSize() throws MalformedException {
    return TarField.number(bytes, 483, 12);
  }

  /// Adds the sparse regions in this header; true if an extension block follows.
  boolean sparseRegions(SparseMap.Builder map) throws MalformedException {
    return regions(map, SPARSE, SPARSE_REGIONS);
  }

  /// Adds the sparse regions in this block, which extends a header; true if another follows.
  boolean extensionRegions(SparseMap.Builder map) throws MalformedException {
    return regions(map, 0, EXTENSION_REGIONS);
  }

  private boolean regions(SparseMap.Builder map, int offset, int count) throws MalformedException {
    for (int i = 0; i < count; i++) {
      int at = offset + i * REGION;
      if (bytes[at] == 0) {
        break;
      }
      map.add(TarField.number(bytes, at, 12));
      map.add(TarField.number(bytes, at + 12, 12));
    }
    return bytes[offset + count * REGION] > 0;
  }
}
