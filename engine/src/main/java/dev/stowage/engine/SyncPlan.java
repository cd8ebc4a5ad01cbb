package dev.stowage.engine;

import dev.stowage.config.RegistryEntry;
import dev.stowage.config.SyncList;
import dev.stowage.model.Digest;
import dev.stowage.model.MalformedException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Reference;
import dev.stowage.model.Repository;
import dev.stowage.model.SemanticVersion;
import dev.stowage.model.Tag;
import dev.stowage.model.UnsupportedException;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.RegistryAccess;
import dev.stowage.transfer.Together;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Which image goes where.
///
/// @param sources how many repositories, or trees of directories, have images to copy
/// @param items in the order of the source
/// @param unread why repositories could not be looked into
/// @param remarks what was asked for in vain
record SyncPlan(int sources, List<Item> items, List<IOException> unread, List<String> remarks) {
  /// Deeper trees of directories are taken for a circle.
  private static final int DEEPEST = 64;

  /// An image, where it goes, and how its registry is called.
  record Item(Location from, Location to, RegistryAccess access) {}

  /// Some images of one repository that are wanted.
  record Wish(Repository repository, SyncList.Which which, RegistryAccess access) {}

  /// The tags of a repository.
  @FunctionalInterface
  interface Tags {
    List<Tag> of(Repository repository, RegistryAccess access) throws IOException;
  }

  /// What is wanted of registries; nothing where a source is no registry.
  ///
  /// @param absolute makes paths that a list names absolute
  static List<Wish> wishes(SyncSource source, RegistryAccess access, UnaryOperator<Path> absolute) {
    return switch (source) {
      case SyncSource.InDirectories _ -> List.of();
      case SyncSource.AtRegistry(Reference name) ->
          List.of(
              new Wish(
                  name.repository(),
                  name.tag().isEmpty() && name.digest().isEmpty()
                      ? new SyncList.Which.All()
                      : new SyncList.Which.Named(
                          name.digest().isPresent() ? List.of() : name.tag().stream().toList(),
                          name.digest().stream().toList()),
                  access));
      case SyncSource.Listed(SyncList list) -> {
        List<Wish> wishes = new ArrayList<>();
        for (SyncList.Registry registry : list.registries()) {
          RegistryAccess own = own(registry, access, absolute);
          for (SyncList.Images images : registry.images()) {
            wishes.add(new Wish(images.repository(), images.which(), own));
          }
        }
        yield wishes;
      }
    };
  }

  private static RegistryAccess own(
      SyncList.Registry registry, RegistryAccess access, UnaryOperator<Path> absolute) {
    RegistryAccess own = access;
    if (registry.credentials().isPresent()) {
      own = own.withCredentials(registry.credentials().get());
    }
    if (registry.security().isPresent()) {
      own =
          own.withTls(
              registry.security().get() == RegistryEntry.Security.VERIFIED
                  ? RegistryAccess.Tls.REQUIRED
                  : RegistryAccess.Tls.NOT_VERIFIED);
    }
    return registry.certificates().isPresent()
        ? own.withCertificates(absolute.apply(registry.certificates().get()))
        : own;
  }

  /// The plan for wishes; the tags are asked for where they are needed, some repositories at a
  /// time.
  ///
  /// @throws IOException where a repository cannot be looked into and that is not to be borne
  static SyncPlan of(List<Wish> wishes, Tags tags, SyncDestination destination, SyncOptions options)
      throws IOException {
    Map<Integer, List<Reference>> found = new HashMap<>();
    Map<Integer, IOException> failures = new HashMap<>();
    List<Together.Work> work = new ArrayList<>();
    for (int i = 0; i < wishes.size(); i++) {
      int place = i;
      Wish wish = wishes.get(i);
      work.add(
          () -> {
            try {
              List<Reference> images = chosen(wish, tags);
              synchronized (found) {
                found.put(place, images);
              }
            } catch (IOException e) {
              if (options.failing() == SyncOptions.Failing.STOPS_ALL) {
                throw e;
              }
              synchronized (found) {
                failures.put(place, e);
              }
            }
          });
    }
    Together.run(options.transfer().copy().atOnce(), work);
    Items items = new Items(destination, options);
    int sources = 0;
    List<IOException> unread = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    for (int i = 0; i < wishes.size(); i++) {
      IOException failure = failures.get(i);
      if (failure != null) {
        unread.add(failure);
      }
      List<Reference> images = found.getOrDefault(i, List.of());
      sources += images.isEmpty() ? 0 : 1;
      if (images.isEmpty() && failure == null) {
        remarks.add("No refs to sync found in " + wishes.get(i).repository());
      }
      for (Reference image : images) {
        items.add(new Location.AtRegistry(image), image.toString(), wishes.get(i).access());
      }
    }
    return new SyncPlan(sources, items.all(), unread, remarks);
  }

  private static List<Reference> chosen(Wish wish, Tags tags) throws IOException {
    List<Reference> images = new ArrayList<>();
    if (wish.which() instanceof SyncList.Which.Named(List<Tag> named, List<Digest> digests)) {
      for (Tag tag : named) {
        images.add(Reference.of(wish.repository(), tag));
      }
      for (Digest digest : digests) {
        images.add(Reference.of(wish.repository(), digest));
      }
      return images;
    }
    List<Tag> all;
    try {
      all = tags.of(wish.repository(), wish.access());
    } catch (NotFoundException e) {
      throw new NotFoundException(e.kind(), e.name(), untagged(wish) + e.getMessage());
    } catch (IOException e) {
      throw new IOException(untagged(wish) + e.getMessage(), e);
    }
    for (Tag tag : all) {
      if (wanted(tag, wish.which())) {
        images.add(Reference.of(wish.repository(), tag));
      }
    }
    return images;
  }

  private static String untagged(Wish wish) {
    return "Error determining repository tags for repo " + wish.repository() + ": ";
  }

  static boolean wanted(Tag tag, SyncList.Which which) {
    return switch (which) {
      case SyncList.Which.All _, SyncList.Which.Named _ -> true;
      case SyncList.Which.Matching(var pattern) -> pattern.matcher(tag.value()).find();
      case SyncList.Which.Within(var range) -> {
        Optional<SemanticVersion> version = SemanticVersion.of(tag.value());
        yield version.isPresent() && range.holds(version.get());
      }
    };
  }

  /// The plan for a tree of directories.
  static SyncPlan of(
      SyncSource.InDirectories source, SyncDestination destination, SyncOptions options)
      throws IOException {
    if (destination instanceof SyncDestination.ToDirectories) {
      throw new UnsupportedException(
          "sync from 'dir' to 'dir' not implemented, consider using rsync instead");
    }
    Path top = source.top();
    if (!Files.exists(top)) {
      throw new NotFoundException(
          NotFoundException.Kind.FILE,
          top.toString(),
          "Invalid source directory specified: stat " + top + ": no such file or directory");
    }
    Items items = new Items(destination, options);
    List<Path> found = new ArrayList<>();
    look(top, found, 0);
    for (Path directory : found) {
      String name = top.relativize(directory).toString();
      items.add(
          new Location.InDirectory(directory),
          name.isEmpty() ? String.valueOf(top.toAbsolutePath().normalize().getFileName()) : name,
          options.transfer().from().access());
    }
    return new SyncPlan(1, items.all(), List.of(), List.of());
  }

  private static void look(Path directory, List<Path> found, int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new UnsupportedException(directory + " lies deeper than " + DEEPEST + " directories");
    }
    if (Files.isRegularFile(directory.resolve("manifest.json"))) {
      found.add(directory);
      return;
    }
    List<Path> inside;
    try (Stream<Path> entries = Files.list(directory)) {
      inside =
          entries
              .filter(each -> Files.isDirectory(each, java.nio.file.LinkOption.NOFOLLOW_LINKS))
              .sorted()
              .toList();
    }
    for (Path each : inside) {
      look(each, found, depth + 1);
    }
  }

  /// Items being gathered: each source once, and no two sources for one place.
  private static final class Items {
    private final SyncDestination destination;
    private final SyncOptions options;
    private final Map<String, Item> byPlace = new LinkedHashMap<>();

    Items(SyncDestination destination, SyncOptions options) {
      this.destination = destination;
      this.options = options;
    }

    void add(Location from, String name, RegistryAccess access) throws IOException {
      String shown =
          options.naming() == SyncOptions.Naming.WHOLE
              ? name
              : name.substring(name.lastIndexOf('/') + 1);
      Location to = destination.place(shown + options.suffix());
      Item before = byPlace.putIfAbsent(to.toString(), new Item(from, to, access));
      if (before != null && !before.from.equals(from)) {
        throw new UnsupportedException(
            before.from
                + " and "
                + from
                + " would both become "
                + to
                + (options.naming() == SyncOptions.Naming.WHOLE
                    ? ""
                    : "; whole names (--scoped) tell them apart"));
      }
    }

    List<Item> all() {
      return List.copyOf(byPlace.values());
    }
  }

  /// Refuses to do nothing where something was named.
  SyncPlan orNothing(SyncSource source) throws MalformedException, NotFoundException {
    boolean named =
        source instanceof SyncSource.AtRegistry || source instanceof SyncSource.InDirectories;
    if (named && items.isEmpty() && unread.isEmpty()) {
      String text =
          switch (source) {
            case SyncSource.AtRegistry(Reference name) -> name.toString();
            case SyncSource.InDirectories(Path top) -> top.toString();
            case SyncSource.Listed _ -> "";
          };
      throw new NotFoundException(
          NotFoundException.Kind.TAG, text, "No images to sync found in \"" + text + "\"");
    }
    return this;
  }
}
