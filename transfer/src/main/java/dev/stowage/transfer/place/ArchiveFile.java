package dev.stowage.transfer.place;

import dev.stowage.archive.Compression;
import dev.stowage.archive.EntryKind;
import dev.stowage.archive.TarEntry;
import dev.stowage.archive.TarReader;
import dev.stowage.model.Bytes;
import dev.stowage.model.MalformedException;
import dev.stowage.model.NotFoundException;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// A tar file of which any member can be read at any time, by several threads at once.
///
/// Only the headers are read when it is opened. An archive that is compressed or comes as a stream
/// is first brought to a temporary file without a name. Nothing is unpacked, so that names and
/// links lead nowhere but to other members.
final class ArchiveFile implements Closeable {
  /// The most members that are listed: some hundred images of some hundred layers, three members
  /// each.
  private static final int MOST_MEMBERS = 200_000;

  /// The most memory for their names, in characters.
  private static final long MOST_CHARACTERS = 32 << 20;

  /// How many links may lead from one to the next.
  private static final int MOST_LINKS = 16;

  /// Which member counts where a name stands twice.
  enum Duplicates {
    /// As the peers read what `docker save` wrote.
    FIRST,
    /// As unpacking would have it.
    LAST
  }

  private record Member(EntryKind kind, long offset, long size, String link, boolean whole) {}

  private final String name;
  private final FileChannel file;
  private final long start;
  private final Map<String, Member> first = new HashMap<>();
  private final Map<String, Member> later = new HashMap<>();

  private ArchiveFile(String name, FileChannel file, long start) {
    this.name = name;
    this.file = file;
    this.start = start;
  }

  /// Opens a file, a named pipe or a device.
  ///
  /// @param temporary where it goes if it cannot be read from any place
  static ArchiveFile open(Path path, Path temporary) throws IOException {
    FileChannel file;
    try {
      file = FileChannel.open(path, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      throw new NotFoundException(
          NotFoundException.Kind.FILE,
          path.toString(),
          "open " + path + ": no such file or directory");
    }
    if (Files.isDirectory(path)) {
      file.close();
      throw new MalformedException("read " + path + ": is a directory");
    }
    return open(path.toString(), file, Files.isRegularFile(path), 0, temporary);
  }

  /// Opens what a stream brings; a redirected file is read where it lies. The stream stays open and
  /// must be left alone until this is closed.
  static ArchiveFile open(String name, InputStream in, Path temporary) throws IOException {
    if (in instanceof FileInputStream redirected) {
      FileChannel file = redirected.getChannel();
      long position;
      try {
        position = file.size() > 0 ? file.position() : -1;
      } catch (IOException notAFile) {
        position = -1;
      }
      if (position >= 0) {
        return open(name, file, true, position, temporary);
      }
    }
    return spooled(name, in, temporary);
  }

  private static ArchiveFile open(
      String name, FileChannel file, boolean seekable, long start, Path temporary)
      throws IOException {
    try {
      if (!seekable || compressed(file, start)) {
        try (InputStream in = Channels.newInputStream(file)) {
          return spooled(name, in, temporary);
        }
      }
      ArchiveFile archive = new ArchiveFile(name, file, start);
      archive.list();
      return archive;
    } catch (IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  private static boolean compressed(FileChannel file, long start) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(Compression.MAGIC_LENGTH);
    while (head.hasRemaining() && file.read(head, start + head.position()) >= 0) {
      // until the head is full
    }
    return Compression.detect(head.array(), head.position()) != Compression.NONE;
  }

  private static ArchiveFile spooled(String name, InputStream in, Path temporary)
      throws IOException {
    FileChannel file = Spool.of(Compression.open(in).content(), temporary);
    try {
      ArchiveFile archive = new ArchiveFile(name, file, 0);
      archive.list();
      return archive;
    } catch (IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  private void list() throws IOException {
    long characters = 0;
    int count = 0;
    try (TarReader reader = TarReader.of(file, start)) {
      for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
        TarEntry entry = next.get();
        String cleaned = cleaned(entry.name());
        characters += cleaned.length() + entry.linkName().length();
        if (++count > MOST_MEMBERS || characters > MOST_CHARACTERS) {
          throw new MalformedException(
              name
                  + ": more than "
                  + MOST_MEMBERS
                  + " members, or names of more than "
                  + MOST_CHARACTERS
                  + " characters; no archive of images has as many");
        }
        Member member =
            new Member(
                entry.kind(),
                start + reader.offset(),
                entry.size(),
                entry.linkName(),
                entry.sparse().isEmpty());
        if (first.putIfAbsent(cleaned, member) != null) {
          Member _ = later.put(cleaned, member);
        }
      }
    } catch (MalformedException e) {
      throw new MalformedException(name + ": " + e.getMessage(), e.position(), e);
    }
  }

  /// A name without what says nothing: `./a//b/../c` is `a/c`.
  static String cleaned(String name) {
    StringBuilder cleaned = new StringBuilder(name.length());
    int start = 0;
    while (start <= name.length()) {
      int slash = name.indexOf('/', start);
      int end = slash < 0 ? name.length() : slash;
      String part = name.substring(start, end);
      if (part.equals("..") && !cleaned.isEmpty()) {
        cleaned.setLength(Math.max(0, cleaned.lastIndexOf("/")));
      } else if (!part.isEmpty() && !part.equals(".") && !part.equals("..")) {
        cleaned.append(cleaned.isEmpty() ? "" : "/").append(part);
      }
      start = end + 1;
    }
    return cleaned.toString();
  }

  /// How messages call the archive.
  String name() {
    return name;
  }

  boolean has(String member, Duplicates duplicates) {
    return member(cleaned(member), duplicates).isPresent();
  }

  /// The content of a small member.
  Bytes read(String member, int limit, Duplicates duplicates) throws IOException {
    try (InputStream in = open(member, duplicates)) {
      return BoundedRead.stream(in, limit, name + ": " + member);
    }
  }

  /// The content of a member, links followed.
  InputStream open(String member, Duplicates duplicates) throws IOException {
    Member found = resolved(member, duplicates);
    return new FileRegion(file, found.offset(), found.size());
  }

  /// How long the content of a member is, in bytes.
  long size(String member, Duplicates duplicates) throws IOException {
    return resolved(member, duplicates).size();
  }

  private Optional<Member> member(String cleaned, Duplicates duplicates) {
    Optional<Member> earliest = Optional.ofNullable(first.get(cleaned));
    return duplicates == Duplicates.FIRST
        ? earliest
        : Optional.ofNullable(later.get(cleaned)).or(() -> earliest);
  }

  /// The member that holds the content, links followed.
  private Member resolved(String member, Duplicates duplicates) throws IOException {
    String path = cleaned(member);
    for (int links = 0; links <= MOST_LINKS; links++) {
      Optional<Member> present = member(path, duplicates);
      if (present.isEmpty()) {
        throw new NotFoundException(
            NotFoundException.Kind.FILE,
            member,
            "loading tar component \"" + member + "\": file does not exist");
      }
      Member found = present.get();
      switch (found.kind()) {
        case REGULAR -> {
          if (!found.whole()) {
            throw notAFile(member);
          }
          return found;
        }
        case HARD_LINK -> path = cleaned(found.link());
        case SYMBOLIC_LINK ->
            path =
                cleaned(
                    found.link().startsWith("/")
                        ? found.link()
                        : path.substring(0, path.lastIndexOf('/') + 1) + found.link());
        default -> throw notAFile(member);
      }
    }
    throw new MalformedException(
        "Error reading tar archive component \"" + member + "\": too many links");
  }

  private static MalformedException notAFile(String member) {
    return new MalformedException(
        "Error reading tar archive component \"" + member + "\": not a regular file");
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
