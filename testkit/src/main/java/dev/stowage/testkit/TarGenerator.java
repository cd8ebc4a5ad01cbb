package dev.stowage.testkit;

import dev.stowage.testkit.TarBytes.Header;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Makes archives that are odd but legal, the same for the same seed: every header form, long names
/// in every way, names that are not UTF-8, numbers in base 256, pax records, sparse files in every
/// form, links to links, devices, whiteouts, absolute and doubled names, missing parents and
/// missing ends.
public final class TarGenerator {
  private final Random random;
  private final TarBytes tar = new TarBytes();
  private final List<String> directories = new ArrayList<>(List.of(""));
  private final List<String> files = new ArrayList<>();
  private final Range range;
  private int serial;

  /// How odd the archives may be.
  public enum Range {
    /// All that is legal.
    LEGAL,
    /// What Podman applies and gives back: without sparse files, of which it refuses the old form
    /// (entries of type `S`) and gives back the others filled up; without whiteouts that have
    /// content, which it loses; without global headers, for which it makes a directory.
    PODMAN
  }

  public TarGenerator(long seed) {
    this(seed, Range.LEGAL);
  }

  public TarGenerator(long seed, Range range) {
    this.random = new Random(seed);
    this.range = range;
  }

  public byte[] make() {
    if (chance(3)) {
      tar.directory(chance(2) ? "./" : "/");
    }
    if (chance(8) && range == Range.LEGAL) {
      tar.pax('g', Map.of("comment", "for all"));
    }
    int entries = random.nextInt(12);
    for (int i = 0; i < entries; i++) {
      entry();
    }
    switch (random.nextInt(5)) {
      case 0 -> {}
      case 1 -> tar.zeros(512);
      case 2 -> tar.end().zeros(random.nextInt(20) * 512);
      case 3 -> {
        tar.end();
        byte[] rubbish = new byte[random.nextInt(3000)];
        random.nextBytes(rubbish);
        tar.raw(rubbish);
      }
      default -> tar.end();
    }
    return tar.bytes();
  }

  private void entry() {
    switch (random.nextInt(14)) {
      case 0, 1 -> directory();
      case 2 -> named(Header.of("", '2').mode(0777), "../" + "t".repeat(random.nextInt(150)), null);
      case 3 -> {
        if (!files.isEmpty()) {
          named(Header.of("", '1').size(chance(5) ? 77 : 0), pick(files), null);
        }
      }
      case 4 -> named(Header.of("", chance(2) ? '3' : '4').device(7, random.nextInt(9)), "", null);
      case 5 -> named(Header.of("", '6'), "", null);
      case 6 -> {
        if (range == Range.LEGAL) {
          sparse();
        }
      }
      case 7 -> whiteout();
      default -> files.add(named(Header.of("", chance(9) ? '\0' : '0'), "", content()));
    }
  }

  private byte[] content() {
    int[] sizes = {0, 1, 511, 512, 513, 1024, 5000, 13000};
    byte[] content = new byte[sizes[random.nextInt(sizes.length)]];
    random.nextBytes(content);
    return content;
  }

  private void directory() {
    String name = named(Header.of("", '5').mode(random.nextInt(01000) | 0700), "", null);
    directories.add(name + "/");
  }

  private void whiteout() {
    String directory = pick(directories);
    boolean opaque = chance(3);
    String base = opaque ? ".wh..wh..opq" : ".wh.gone" + serial++;
    byte[] content = chance(4) && range == Range.LEGAL ? new byte[] {1, 2, 3} : new byte[0];
    if ((directory + base).length() <= 100) {
      tar.file(Header.of(directory + base, '0'), content);
    }
    if (opaque) {
      directories.remove(directory); // a second mark there would be a duplicate
      if (directories.isEmpty()) {
        directories.add("d" + serial++ + "/");
      }
    }
  }

  /// Emits an entry under a new name, by one of the ways to state names; returns the name.
  private String named(Header header, String link, byte @Nullable [] content) {
    dress(header);
    String base =
        switch (random.nextInt(6)) {
          case 0 -> "n" + serial++ + "-" + "l".repeat(random.nextInt(200));
          case 1 -> "\u00e4\u00ff" + serial++; // not UTF-8
          case 2 -> "\u00c3\u00a4 \"\\\u0001" + serial++; // UTF-8, and what JSON escapes
          default -> "f" + serial++;
        };
    String directory = pick(directories);
    String name = directory + base;
    String shown = (chance(8) ? "./" : chance(12) ? "/" : chance(20) ? "x/..//" : "") + name;
    if (header.bytes()[156] == '5' && chance(2)) {
      shown += "/";
    }
    Map<String, String> records = new LinkedHashMap<>();
    if (chance(4)) {
      records.put("mtime", random.nextInt() + "." + random.nextInt(1_000_000_000));
    }
    if (chance(9)) {
      records.put("atime", "1234567890.5");
      records.put("ctime", "1234567890");
    }
    if (chance(9)) {
      records.put("uid", Long.toString(random.nextLong(0xFFFF_FFFFL)));
      records.put("gid", Long.toString(random.nextLong(0xFFFF_FFFFL)));
    }
    boolean link2 = header.bytes()[156] == '2';
    boolean special = header.bytes()[156] >= '2' && header.bytes()[156] <= '6' && !link2;
    if (chance(6) && !special && !link2) {
      records.put("SCHILY.xattr.user.one", "\0\u00ff\n=" + serial);
      records.put("SCHILY.xattr.security.selinux", "ignored");
      records.put("LIBARCHIVE.xattr.user.two", "aWdub3JlZA==");
    }
    byte[] bytes = content == null ? new byte[0] : content;
    boolean gnu = chance(3);
    if (gnu) {
      header.gnu();
    }
    if (gnu && records.isEmpty() && (shown.length() > 100 || link.length() > 100 || chance(5))) {
      tar.gnuLong('L', shown);
      if (link.length() > 100 || chance(3)) {
        tar.gnuLong('K', link);
      }
      header.name(cut(shown)).link(cut(link));
    } else if (shown.length() > 100 || link.length() > 100 || !records.isEmpty() || chance(6)) {
      records.put("path", shown);
      if (!link.isEmpty()) {
        records.put("linkpath", link);
      }
      if (content != null && chance(3)) {
        records.put("size", Integer.toString(content.length));
      }
      tar.pax(records);
      header.name("short" + serial++).link("short");
    } else {
      prefix(header, shown, gnu);
      header.link(link);
    }
    if (content != null) {
      tar.file(header, bytes);
    } else {
      tar.header(header);
    }
    return name;
  }

  private void prefix(Header header, String name, boolean gnu) {
    int slash = name.indexOf('/', 1);
    if (!gnu && slash > 0 && slash < name.length() - 1 && chance(2)) {
      header.field(345, 155, name.substring(0, slash)).name(name.substring(slash + 1));
      if (chance(3)) {
        header.star();
      }
    } else {
      header.name(name);
      if (!gnu && chance(5)) {
        header.v7();
      }
    }
  }

  private static String cut(String text) {
    return text.substring(0, Math.min(100, text.length()));
  }

  private void dress(Header header) {
    if (chance(2)) {
      header.owner(random.nextInt(3_000_000), random.nextInt(70_000));
    }
    if (chance(3)) {
      header.modified(random.nextInt() * (chance(4) ? 50L : 1L));
    }
    if (chance(4) && header.bytes()[156] == '0') {
      header.mode(random.nextInt(010000));
    }
    if (chance(5)) {
      header.field(265, 32, "user").field(297, 32, "gr\u00fcppe");
    }
  }

  private void sparse() {
    String name = "s" + serial++;
    long size = 1000L + random.nextInt(1 << 20);
    int regions = random.nextInt(8);
    List<Long> map = new ArrayList<>();
    long at = 0;
    long data = 0;
    for (int i = 0; i < regions; i++) {
      long offset = at + random.nextInt(2000);
      long length = random.nextInt(700);
      if (offset + length > size) {
        break;
      }
      map.add(offset);
      map.add(length);
      data += length;
      at = offset + length;
    }
    map.add(size);
    map.add(0L);
    byte[] content = new byte[(int) data];
    random.nextBytes(content);
    switch (random.nextInt(4)) {
      case 0 -> oldSparse(name, size, map, content);
      case 1 -> {
        StringBuilder joined = new StringBuilder();
        map.forEach(number -> joined.append(joined.isEmpty() ? "" : ",").append(number));
        tar.pax(
            "GNU.sparse.size",
            Long.toString(size),
            "GNU.sparse.numblocks",
            Integer.toString(map.size() / 2),
            "GNU.sparse.map",
            joined.toString(),
            "GNU.sparse.name",
            name);
        tar.file(Header.of("GNUSparseFile.1/" + name, '0'), content);
      }
      default -> {
        StringBuilder lines = new StringBuilder().append(map.size() / 2).append('\n');
        map.forEach(number -> lines.append(number).append('\n'));
        byte[] before =
            Arrays.copyOf(
                lines.toString().getBytes(StandardCharsets.US_ASCII),
                (lines.length() + 511) / 512 * 512);
        tar.pax(
            "GNU.sparse.major",
            "1",
            "GNU.sparse.minor",
            "0",
            "GNU.sparse.name",
            name,
            "GNU.sparse.realsize",
            Long.toString(size));
        byte[] all = Arrays.copyOf(before, before.length + content.length);
        System.arraycopy(content, 0, all, before.length, content.length);
        tar.file(Header.of("GNUSparseFile.1/" + name, '0'), all);
      }
    }
    files.add(name);
  }

  private void oldSparse(String name, long size, List<Long> map, byte[] content) {
    Header header = Header.of(name, 'S').gnu().size(content.length).octal(483, 12, size);
    int regions = map.size() / 2;
    for (int i = 0; i < Math.min(4, regions); i++) {
      header.number(386 + 24 * i, 12, map.get(2 * i)).number(398 + 24 * i, 12, map.get(2 * i + 1));
    }
    header.field(482, 1, regions > 4 ? "\u0001" : "");
    tar.header(header);
    if (regions > 4) {
      byte[] block = new byte[512];
      for (int i = 4; i < regions; i++) {
        String offset = String.format("%011o\0", map.get(2 * i));
        String length = String.format("%011o\0", map.get(2 * i + 1));
        System.arraycopy(
            (offset + length).getBytes(StandardCharsets.US_ASCII), 0, block, 24 * (i - 4), 24);
      }
      tar.raw(block);
    }
    tar.raw(content).pad();
  }

  private boolean chance(int one) {
    return random.nextInt(one) == 0;
  }

  private String pick(List<String> list) {
    return list.get(random.nextInt(list.size()));
  }
}
