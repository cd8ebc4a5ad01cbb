package dev.stowage.engine;

import dev.stowage.config.EngineConfig;
import dev.stowage.config.RegistriesConfig;
import dev.stowage.config.Surroundings;
import dev.stowage.config.SyncList;
import dev.stowage.model.Document;
import dev.stowage.model.Family;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MediaType;
import dev.stowage.model.NotFoundException;
import dev.stowage.registry.Glimpse;
import dev.stowage.registry.Retries;
import dev.stowage.store.StoreOptions;
import dev.stowage.transfer.Copied;
import dev.stowage.transfer.Copier;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.Listener.Progress;
import dev.stowage.transfer.LocalAccess;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.Outcome;
import dev.stowage.transfer.RegistryAccess;
import dev.stowage.transfer.Together;
import dev.stowage.transfer.place.Guard;
import dev.stowage.transfer.place.Identities;
import dev.stowage.transfer.place.RegistryDesk;
import dev.stowage.transfer.place.Sinks;
import dev.stowage.transfer.place.Sources;
import dev.stowage.trust.ImageIdentity;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// One synchronization. Of every image both sides are first asked by HEAD what they have; where
/// that is the same, or what an earlier run made of it, nothing else is done. So an interrupted run
/// is continued by the next, and one with nothing to do fetches no manifest.
///
/// Several images are copied at a time. The bound on blobs at once is shared out among them.
final class Sync implements Closeable {
  private final Surroundings surroundings;
  private final SyncOptions options;
  private final TransferOptions transfer;
  private final CopyOptions copy;
  private final Listener listener;
  private final Synced.Watcher watcher;
  private final Retries retries;
  private final Guard guard;
  private final StoreOptions store;
  private final LocalAccess local;
  private final RegistriesConfig registries;
  private final IdentityHashMap<RegistryAccess, RegistryDesk> desks = new IdentityHashMap<>();
  private final Arrivals arrivals = new Arrivals();
  private final AtomicInteger left = new AtomicInteger();

  Sync(
      Surroundings surroundings,
      EngineOptions engine,
      SyncOptions options,
      Listener listener,
      Synced.Watcher watcher)
      throws IOException {
    EngineConfig config = EngineConfig.read(surroundings);
    this.surroundings = surroundings;
    this.transfer = options.transfer();
    int configured = config.parallelCopies().value();
    this.copy =
        configured > 0 && transfer.copy().atOnce() == CopyOptions.USUAL_AT_ONCE
            ? transfer.copy().withAtOnce(configured)
            : transfer.copy();
    this.options = options;
    this.listener = listener;
    this.watcher = watcher;
    this.retries =
        transfer.retry().isPresent() ? Places.retries(config, transfer.retry()) : Retries.ONCE;
    this.guard = Guard.of(surroundings, transfer.trust());
    this.store = Opening.storeOptions(surroundings, engine);
    this.local =
        LocalAccess.of(
            Opening.temporary(surroundings, config, Optional.empty()),
            surroundings.machine().platform());
    this.registries = RegistriesConfig.read(surroundings);
  }

  Synced run(SyncSource source, SyncDestination destination) throws IOException {
    SyncPlan plan =
        source instanceof SyncSource.InDirectories tree
            ? SyncPlan.of(tree, destination, options)
            : SyncPlan.of(
                SyncPlan.wishes(
                    source,
                    transfer.from().access(),
                    path -> surroundings.absolute(path.toString())),
                (repository, access) -> desk(access).tags(repository),
                destination,
                options);
    for (IOException unread : plan.orNothing(source).unread()) {
      watcher.unread(unread);
    }
    if (source instanceof SyncSource.Listed(SyncList list)) {
      for (SyncList.Registry registry : list.registries()) {
        if (registry.images().isEmpty()) {
          listener.on(new Progress.Warned("No images specified for registry " + registry.host()));
        }
      }
    }
    for (String remark : plan.remarks()) {
      listener.on(new Progress.Warned(remark));
    }
    SyncMemory memory =
        SyncMemory.open(
            surroundings,
            destination.toString(),
            copy.instances() + " " + copy.form().toString(),
            listener);
    Synced.Item[] fates = new Synced.Item[plan.items().size()];
    left.set(fates.length);
    List<Together.Work> work = new ArrayList<>();
    for (int i = 0; i < fates.length; i++) {
      int place = i;
      work.add(
          () -> {
            Synced.Item fate = one(place + 1, fates.length, plan.items().get(place), memory);
            int _ = left.decrementAndGet();
            synchronized (fates) {
              fates[place] = fate;
              watcher.on(fate);
            }
          });
    }
    Together.run(copy.atOnce(), work);
    return new Synced(plan.sources(), List.of(fates), plan.unread());
  }

  private Synced.Item one(int number, int of, SyncPlan.Item item, SyncMemory memory)
      throws IOException {
    try {
      ImageIdentity identity = Identities.of(item.from(), store);
      guard.refuseAtOnce(identity);
      CopyOptions.Signing signing = options.signatures().of(item.to());
      Optional<Glimpse> present =
          signing.signers().isEmpty()
              ? settled(item, memory)
              : Optional.empty(); // what is there may lack the signatures to be made
      if (present.isPresent()) {
        return new Synced.Item(
            number,
            of,
            item.from(),
            item.to(),
            Synced.Fate.UNCHANGED,
            0,
            Optional.of(present.get().digest()),
            Optional.empty());
      }
      if (options.doing() == SyncOptions.Doing.LOOK) {
        return new Synced.Item(
            number,
            of,
            item.from(),
            item.to(),
            Synced.Fate.TO_COPY,
            0,
            Optional.empty(),
            Optional.empty());
      }
      Copied copied = Retrying.run(retries, listener, () -> copy(item, identity, signing));
      if (!copied.manifest().digest().equals(copied.toplevel().digest())) {
        memory.keep(item.to().toString(), copied.toplevel().digest(), copied.manifest().digest());
      }
      return new Synced.Item(
          number,
          of,
          item.from(),
          item.to(),
          Synced.Fate.COPIED,
          moved(copied),
          Optional.of(copied.manifest().digest()),
          Optional.empty());
    } catch (IOException e) {
      if (e instanceof InterruptedIOException && Thread.currentThread().isInterrupted()
          || options.failing() == SyncOptions.Failing.STOPS_ALL) {
        throw failed(item, e);
      }
      return new Synced.Item(
          number,
          of,
          item.from(),
          item.to(),
          Synced.Fate.FAILED,
          0,
          Optional.empty(),
          Optional.of(failed(item, e)));
    }
  }

  private static IOException failed(SyncPlan.Item item, IOException e) {
    String text = "Error copying ref \"" + item.from() + "\": " + e.getMessage();
    return e instanceof NotFoundException absent
        ? new NotFoundException(absent.kind(), absent.name(), text)
        : new IOException(text, e);
  }

  private static long moved(Copied copied) {
    long bytes = 0;
    for (Outcome layer : copied.layers()) {
      boolean stayed =
          switch (layer.means()) {
            case PRESENT, MOUNTED, PRESENT_OTHERWISE, LEFT -> true;
            default -> false;
          };
      bytes += stayed ? 0 : layer.result().size();
    }
    return bytes;
  }

  /// What the destination has, where that is what a copy would bring it.
  private Optional<Glimpse> settled(SyncPlan.Item item, SyncMemory memory) throws IOException {
    Optional<Glimpse> source =
        item.from() instanceof Location.AtRegistry at
            ? desk(item.access()).glimpse(at.name())
            : glimpse(item.from());
    if (source.isEmpty()) {
      return Optional.empty();
    }
    Optional<Glimpse> there =
        item.to() instanceof Location.AtRegistry at
            ? desk(transfer.to().access()).repository(at.name()).glimpse(at.name())
            : glimpse(item.to());
    if (there.isEmpty()) {
      return Optional.empty();
    }
    boolean same =
        source.get().digest().equals(there.get().digest()) && isOfFamily(there.get().type());
    return same || memory.holds(item.to().toString(), source.get().digest(), there.get().digest())
        ? there
        : Optional.empty();
  }

  private boolean isOfFamily(Optional<MediaType> type) {
    Optional<Family> asked = copy.form().manifest();
    return asked.isEmpty()
        || type.isPresent()
            && (type.get().equals(asked.get().manifest())
                || type.get().equals(asked.get().index()));
  }

  /// What a place on this machine has.
  private Optional<Glimpse> glimpse(Location location) throws IOException {
    if (location instanceof Location.InDirectory(var directory) && !Files.exists(directory)
        || location instanceof Location.InLayout layout && !Files.exists(layout.directory())) {
      return Optional.empty();
    }
    try (ImageSource source = Sources.open(location, local)) {
      Document manifest = source.manifest();
      return Optional.of(new Glimpse(manifest.digest(), Optional.of(manifest.type())));
    } catch (NotFoundException | MalformedException e) {
      return Optional.empty(); // there is nothing whole yet; a copy will tell what is wrong
    }
  }

  private Copied copy(SyncPlan.Item item, ImageIdentity identity, CopyOptions.Signing signing)
      throws IOException {
    int share = Math.max(1, copy.atOnce() / Math.max(1, Math.min(copy.atOnce(), left.get())));
    try (ImageSource source =
            item.from() instanceof Location.AtRegistry at
                ? desk(item.access()).open(at.name())
                : Sources.open(item.from(), local);
        ImageSink sink = sink(item.to())) {
      return Copier.copy(
          guard.watch(source, identity),
          sink,
          copy.withSigning(signing).withAtOnce(share),
          listener);
    }
  }

  private ImageSink sink(Location location) throws IOException {
    if (location instanceof Location.AtRegistry at) {
      return arrivals.shared(desk(transfer.to().access()).sink(at.name()), at.name().repository());
    }
    return Sinks.open(location, local, transfer.form());
  }

  private RegistryDesk desk(RegistryAccess access) throws IOException {
    synchronized (desks) {
      RegistryDesk desk = desks.get(access);
      if (desk == null) {
        desk = RegistryDesk.open(surroundings, registries, access, retries, listener);
        desks.put(access, desk);
      }
      return desk;
    }
  }

  @Override
  public void close() {
    desks.values().forEach(RegistryDesk::close);
  }
}
