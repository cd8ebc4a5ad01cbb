package dev.stowage.archive;

import dev.stowage.linux.DeviceNumber;
import dev.stowage.linux.Directory;
import dev.stowage.linux.FileFacts;
import dev.stowage.linux.FileKind;
import dev.stowage.linux.FileReader;
import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.MalformedException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// The tree of a layer held against its tar-split: everything the archive had has to be there, as
/// the archive says, and nothing else.
///
/// Not compared is what changes without harm or was never exact: the times of directories and of
/// symbolic links, what the archive says of the root, facts that several names of one file share,
/// attributes that the file system does not have, device nodes in a user namespace.
public final class TreeAudit {
  /// The most flaws that are told one by one; the others are counted.
  static final int MOST_TOLD = 100;

  private static final String CAPABILITY = "security.capability";

  private final AuditStream stream;
  private final Directory tree;
  private final AuditOptions options;
  private final Map<String, String> flaws = new LinkedHashMap<>();
  private final NameSet seen = new NameSet();
  private final Set<String> replaced = new HashSet<>();
  private final Set<Long> known = new HashSet<>();
  private final SortedSet<Long> uids = new TreeSet<>();
  private final SortedSet<Long> gids = new TreeSet<>();

  /// What was found.
  ///
  /// @param flaws what is not as the archive says, by the path in the layer; the first hundred
  /// @param count how many flaws there are in all
  /// @param broken what is wrong with the tar-split itself; the tree was judged as far as that went
  /// @param digest of the archive, if contents were read and it can be made again
  /// @param size of the archive, in bytes
  /// @param uids who owns something in the archive
  public record Result(
      Map<String, String> flaws,
      int count,
      Optional<String> broken,
      Optional<Digest> digest,
      long size,
      List<Long> uids,
      List<Long> gids) {

    /// Whether nothing is wrong.
    public boolean whole() {
      return count == 0 && broken.isEmpty();
    }
  }

  private TreeAudit(AuditStream stream, Directory tree, AuditOptions options) {
    this.stream = stream;
    this.tree = tree;
    this.options = options;
  }

  /// Audits a tree.
  ///
  /// @param split the tar-split as it is stored; closed when this returns
  public static Result of(InputStream split, Directory tree, AuditOptions options)
      throws IOException {
    try (AuditStream stream = new AuditStream(new TarSplitReader(split), tree, options.depth())) {
      return new TreeAudit(stream, tree, options).run();
    }
  }

  private Result run() throws IOException {
    Optional<String> broken = Optional.empty();
    Optional<Digest> digest = Optional.empty();
    long size = 0;
    DigestingInputStream digesting = new DigestingInputStream(stream, Digest.Algorithm.SHA256);
    InputStream tar = options.depth() == AuditOptions.Depth.CONTENTS ? digesting : stream;
    try (TarReader archive = new TarReader(tar)) {
      Optional<TarEntry> entry = archive.next();
      while (entry.isPresent()) {
        judge(entry.get());
        if (entry.get().sparse().isPresent() && options.depth() == AuditOptions.Depth.CONTENTS) {
          judgeSparse(entry.get(), archive.content());
        }
        entry = archive.next();
      }
      archive.drain();
      size = stream.count();
      if (options.extras() == AuditOptions.Extras.FLAWS) {
        lookForExtras();
      }
    } catch (MalformedException | EOFException | java.util.zip.ZipException e) {
      broken = Optional.of(String.valueOf(e.getMessage()));
    }
    replaced.forEach(stream::forget);
    Map<String, String> all = new LinkedHashMap<>(flaws);
    stream.differing().forEach(all::putIfAbsent);
    if (options.depth() == AuditOptions.Depth.CONTENTS
        && broken.isEmpty()
        && stream.differing().isEmpty()
        && stream.exact()) {
      digest = Optional.of(digesting.digest());
    }
    Map<String, String> told = new LinkedHashMap<>();
    for (Map.Entry<String, String> flaw : all.entrySet()) {
      if (told.size() == MOST_TOLD) {
        break;
      }
      told.put(Shown.name(flaw.getKey()), flaw.getValue());
    }
    return new Result(
        told, all.size(), broken, digest, size, new ArrayList<>(uids), new ArrayList<>(gids));
  }

  private void judge(TarEntry entry) throws IOException {
    String path = EntryPath.within(entry.name());
    if (entry.kind() == EntryKind.GLOBAL_HEADER) {
      return;
    }
    if (Whiteouts.isMark(path)) {
      judgeMark(path);
      return;
    }
    uids.add(entry.uid() & 0xFFFF_FFFFL);
    gids.add(entry.gid() & 0xFFFF_FFFFL);
    if (path.isEmpty()) {
      return;
    }
    // Of entries with one name the last counts.
    flaws.remove(path);
    if (seen.add(path, entry.isRegular()) != NameSet.Before.UNKNOWN && !entry.isRegular()) {
      replaced.add(path);
    }
    Optional<FileFacts> facts = facts(path);
    if (facts.isEmpty()) {
      if (!isDevice(entry.kind()) || options.privilege() == Privilege.FULL) {
        flaws.put(path, "is missing");
      }
      return;
    }
    known.add(facts.get().inode());
    finding(path, entry, facts.get()).ifPresent(finding -> flaws.put(path, finding));
  }

  /// What cannot be looked at is as good as missing.
  private Optional<FileFacts> facts(String path) {
    try {
      return tree.facts(path);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static boolean isDevice(EntryKind kind) {
    return kind == EntryKind.CHARACTER_DEVICE || kind == EntryKind.BLOCK_DEVICE;
  }

  private Optional<String> finding(String path, TarEntry entry, FileFacts facts)
      throws IOException {
    Optional<String> kind = kind(path, entry, facts);
    if (kind.isPresent()) {
      return kind;
    }
    boolean shared = !facts.isDirectory() && facts.links() > 1;
    if (shared || entry.kind() == EntryKind.HARD_LINK) {
      return Optional.empty();
    }
    if (options.owners() == AuditOptions.Owners.COMPARED
        && (facts.owner().uid() != (entry.uid() & 0xFFFF_FFFFL)
            || facts.owner().gid() != (entry.gid() & 0xFFFF_FFFFL))) {
      return Optional.of(
          "belongs to "
              + facts.owner().uid()
              + ":"
              + facts.owner().gid()
              + " instead of "
              + entry.uid()
              + ":"
              + entry.gid());
    }
    if (entry.kind() != EntryKind.SYMBOLIC_LINK && !facts.mode().equals(entry.mode())) {
      return Optional.of(
          "has mode "
              + Integer.toOctalString(facts.mode().bits())
              + " instead of "
              + Integer.toOctalString(entry.mode().bits()));
    }
    if (entry.isRegular() && !sameTime(facts.modified(), entry.modified())) {
      return Optional.of("was changed at " + facts.modified() + " instead of " + entry.modified());
    }
    return attributes(path, entry);
  }

  private Optional<String> kind(String path, TarEntry entry, FileFacts facts) throws IOException {
    FileKind wanted =
        switch (entry.kind()) {
          case REGULAR -> FileKind.REGULAR;
          case DIRECTORY -> FileKind.DIRECTORY;
          case SYMBOLIC_LINK -> FileKind.SYMBOLIC_LINK;
          case CHARACTER_DEVICE -> FileKind.CHARACTER_DEVICE;
          case BLOCK_DEVICE -> FileKind.BLOCK_DEVICE;
          case FIFO -> FileKind.FIFO;
          case HARD_LINK, GLOBAL_HEADER, OTHER -> facts.kind();
        };
    if (facts.kind() != wanted) {
      return Optional.of("is not what the layer has there: " + facts.kind());
    }
    if (entry.isRegular() && facts.size() != entry.size()) {
      return Optional.of("has " + facts.size() + " bytes instead of " + entry.size());
    }
    if (entry.kind() == EntryKind.SYMBOLIC_LINK && !tree.readLink(path).equals(entry.linkName())) {
      return Optional.of("links to something else than " + Shown.name(entry.linkName()));
    }
    if (isDevice(entry.kind()) && !facts.node().equals(entry.device())) {
      return Optional.of("is another device");
    }
    if (entry.kind() == EntryKind.HARD_LINK) {
      Optional<FileFacts> target = facts(EntryPath.within(entry.linkName()));
      if (target.isEmpty() || !target.get().sameFile(facts)) {
        return Optional.of("is no longer the same file as " + Shown.name(entry.linkName()));
      }
    }
    return Optional.empty();
  }

  /// Times outside of what file systems keep are kept as 1970; some keep whole seconds only.
  private static boolean sameTime(Instant there, Instant stated) {
    Instant kept = TreeWriter.clamp(stated);
    return there.equals(kept)
        || (there.getNano() == 0 && there.getEpochSecond() == kept.getEpochSecond());
  }

  private Optional<String> attributes(String path, TarEntry entry) throws IOException {
    for (Map.Entry<String, Bytes> attribute : entry.attributes().entrySet()) {
      String name = attribute.getKey();
      if (name.equals(TreeWriter.LABEL)) {
        continue;
      }
      Optional<Bytes> there;
      try {
        there = tree.attribute(path, name);
      } catch (FileSystemException e) {
        continue; // the file system has no attributes, or none that this user may see
      }
      boolean kept = name.equals(CAPABILITY) && options.privilege() == Privilege.FULL;
      if (there.isPresent() ? !there.get().equals(attribute.getValue()) : kept) {
        return Optional.of("has another value of its attribute " + Shown.name(name));
      }
    }
    return Optional.empty();
  }

  private void judgeMark(String path) throws IOException {
    if (options.form() != LayerForm.OVERLAY) {
      return;
    }
    String directory = EntryPath.parent(path);
    String base = EntryPath.base(path);
    if (base.equals(Whiteouts.OPAQUE)) {
      if (options.privilege() == Privilege.FULL
          && facts(directory).isPresent()
          && tree.attribute(directory, options.privilege().opaqueAttribute()).isEmpty()) {
        flaws.put(path, "no longer hides what lies beneath " + Shown.name(directory));
      }
      return;
    }
    String deleted = EntryPath.join(directory, base.substring(Whiteouts.PREFIX.length()));
    Optional<FileFacts> facts = facts(deleted);
    if (facts.isPresent()) {
      known.add(facts.get().inode());
    }
    boolean marked =
        facts.isPresent()
            && facts.get().kind() == FileKind.CHARACTER_DEVICE
            && facts.get().node().equals(DeviceNumber.ZERO);
    // What is to be deleted may lie in something that is deleted itself.
    if (!marked && facts(directory).filter(FileFacts::isDirectory).isPresent()) {
      flaws.put(path, "no longer deletes " + Shown.name(deleted));
    }
  }

  /// The content of a sparse file is in the tar-split, without a checksum.
  private void judgeSparse(TarEntry entry, InputStream content) throws IOException {
    String path = EntryPath.within(entry.name());
    if (flaws.containsKey(path)) {
      return;
    }
    byte[] wanted = new byte[64 * 1024];
    byte[] there = new byte[wanted.length];
    try (FileReader file = tree.openFile(path)) {
      int length;
      do {
        length = content.readNBytes(wanted, 0, wanted.length);
        int got = file.readNBytes(there, 0, length);
        if (!Arrays.equals(wanted, 0, length, there, 0, got)) {
          flaws.put(path, "has another content than in the layer");
          return;
        }
      } while (length > 0);
    }
  }

  private void lookForExtras() throws IOException {
    Walk walk = new Walk(tree);
    Optional<Walk.Found> found = walk.next();
    while (found.isPresent()) {
      FileFacts facts = found.get().facts();
      String path = found.get().path();
      if (!facts.isDirectory()
          && !known.contains(facts.inode())
          && (options.form() == LayerForm.OVERLAY || !Whiteouts.isMark(path))) {
        flaws.putIfAbsent(path, "does not belong to the layer");
      }
      found = walk.next();
    }
  }
}
