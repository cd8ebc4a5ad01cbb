package dev.stowage.engine;

import dev.stowage.archive.FlatTree;
import dev.stowage.config.EngineConfig;
import dev.stowage.config.Surroundings;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.Event;
import dev.stowage.model.ImageId;
import dev.stowage.model.ImageIndex;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Manifest;
import dev.stowage.model.Platform;
import dev.stowage.model.Reference;
import dev.stowage.model.UnsupportedException;
import dev.stowage.registry.Retries;
import dev.stowage.transfer.Copied;
import dev.stowage.transfer.Copier;
import dev.stowage.transfer.CopyOptions.Instances;
import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.Listener.Progress;
import dev.stowage.transfer.LocalAccess;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.place.Guard;
import dev.stowage.transfer.place.Identities;
import dev.stowage.transfer.place.MadeLayer;
import dev.stowage.transfer.place.Originals;
import dev.stowage.transfer.place.RemadeImage;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The making of one image out of another. The local store is opened only if a place lies in it.
final class Mutating {
  private static final String BASE_DIGEST = "org.opencontainers.image.base.digest";
  private static final String BASE_NAME = "org.opencontainers.image.base.name";

  private final Surroundings surroundings;
  private final EngineOptions engineOptions;
  private final TransferOptions options;
  private final Listener listener;

  Mutating(
      Surroundings surroundings,
      EngineOptions engineOptions,
      TransferOptions options,
      Listener listener) {
    this.surroundings = surroundings;
    this.engineOptions = engineOptions;
    this.options = options;
    this.listener = listener;
  }

  Copied make(Optional<Location> from, Location to, Mutation mutation) throws IOException {
    if (from.isPresent() && from.get() instanceof Location.InStore
        || to instanceof Location.InStore
        || usesStore(mutation)) {
      try (Engine engine = Engine.open(surroundings, engineOptions)) {
        return make(from, to, mutation, Optional.of(engine));
      }
    }
    return make(from, to, mutation, Optional.empty());
  }

  private static boolean usesStore(Mutation mutation) {
    return switch (mutation) {
      case Mutation.Rebase(var oldBase, var newBase) ->
          oldBase.filter(Location.InStore.class::isInstance).isPresent()
              || newBase.filter(Location.InStore.class::isInstance).isPresent();
      case Mutation.Squash(Mutation.Upper.Above(Location base)) -> base instanceof Location.InStore;
      default -> false;
    };
  }

  private Copied make(
      Optional<Location> from, Location to, Mutation mutation, Optional<Engine> engine)
      throws IOException {
    EngineConfig config = EngineConfig.read(surroundings);
    Retries retries =
        options.retry().isPresent() ? Places.retries(config, options.retry()) : Retries.ONCE;
    return Retrying.run(
        retries,
        listener,
        () -> {
          try (Work work = new Work(config, engine, retries)) {
            RemadeImage image =
                from.isPresent()
                    ? work.made(from.get(), to, mutation)
                    : RemadeImage.of(work.ofNothing(mutation));
            ImageSink sink =
                work.places.sink(
                    to, options.to().access(), options.form(), work.access(options.to()));
            Copied copied =
                Copier.copy(image, sink, options.copy().withInstances(Instances.ALL), listener);
            announce(Places.taken(sink), engine);
            if (engine.isPresent() && to instanceof Location.AtRegistry) {
              Transfer.learn(engine.get(), to, to, copied);
            }
            return copied;
          }
        });
  }

  /// To the store, an image that is made there was built. Podman names what it has built by its ID.
  private void announce(Optional<ImageId> made, Optional<Engine> engine) {
    if (made.isPresent() && engine.isPresent()) {
      new Announcer(listener, engine.get().context().clock())
          .changed(Event.Kind.BUILD, made.get(), made.get().value());
    }
  }

  /// One attempt, and what is open for it.
  private final class Work implements Closeable {
    private final EngineConfig config;
    private final Optional<Engine> engine;
    private final Guard guard;
    private final Places places;
    private final List<Closeable> made = new ArrayList<>();

    Work(EngineConfig config, Optional<Engine> engine, Retries retries) throws IOException {
      this.config = config;
      this.engine = engine;
      this.guard = Guard.of(surroundings, options.trust());
      this.places = new Places(surroundings, engine, retries, listener);
    }

    LocalAccess access(TransferOptions.End end) {
      return new LocalAccess(
          Opening.temporary(surroundings, config, engine.map(Engine::store)),
          surroundings.machine().platform(),
          end.sharedBlobs(),
          end.daemonAccess(surroundings));
    }

    ImageSource open(Location from, Originals originals) throws IOException {
      var identity =
          Identities.of(
              from,
              engine.isPresent()
                  ? engine.get().store().options()
                  : Opening.storeOptions(surroundings, engineOptions));
      guard.refuseAtOnce(identity);
      ImageSource source =
          places.source(from, options.from().access(), originals, access(options.from()));
      return guard.watch(source, identity);
    }

    RemadeImage made(Location from, Location to, Mutation mutation) throws IOException {
      Originals originals =
          to instanceof Location.AtRegistry
              ? places.originals(options.to().access())
              : Originals.NONE;
      ImageSource source = open(from, originals);
      Document toplevel = source.manifest();
      if (options.copy().instances() instanceof Instances.All
          && Manifest.parse(toplevel) instanceof ImageIndex index) {
        return made(source, index, mutation);
      }
      RemadeParts parts = parts(source, toplevel);
      if (!source.signatures(parts.manifest().document().digest()).isEmpty()) {
        listener.on(
            new Progress.Warned("the signatures of " + from + " are left out: they do not fit"));
      }
      return RemadeImage.of(made(parts, Optional.of(from), mutation));
    }

    private RemadeImage made(ImageSource source, ImageIndex index, Mutation mutation)
        throws IOException {
      Map<Digest, RemadeImage.One> now = new LinkedHashMap<>();
      Set<Integer> gone = new HashSet<>();
      for (int i = 0; i < index.manifests().size(); i++) {
        Descriptor listed = index.manifests().get(i);
        Document document = source.manifest(listed.digest());
        boolean attested = listed.annotations().containsKey("vnd.docker.reference.digest");
        if (attested
            || !(Manifest.parse(document) instanceof ImageManifest manifest)
            || !manifest.isImage()) {
          gone.add(i);
          listener.on(
              new Progress.Warned(
                  listed.digest() + " is left out: it tells of images that have changed"));
        } else {
          now.put(
              listed.digest(), made(RemadeParts.of(source, manifest), Optional.empty(), mutation));
        }
      }
      return RemadeImage.of(index, now, gone);
    }

    private RemadeParts parts(ImageSource source, Document toplevel) throws IOException {
      return RemadeParts.of(source, RemoteContents.imageOf(source, toplevel, platform()));
    }

    private Platform platform() {
      return options.copy().instances() instanceof Instances.One(var choice)
          ? choice.wanted().getFirst()
          : surroundings.machine().platform();
    }

    RemadeImage.One ofNothing(Mutation mutation) throws IOException {
      if (!(mutation instanceof Mutation.Append append)) {
        throw new UnsupportedException("only an append can make an image of nothing");
      }
      return made(
          RemadeParts.ofNothing(append.family(), surroundings.machine().platform()),
          Optional.empty(),
          append);
    }

    private RemadeImage.One made(RemadeParts parts, Optional<Location> from, Mutation mutation)
        throws IOException {
      return switch (mutation) {
        case Mutation.Append append -> {
          RemadeParts more = appended(parts, append.tars());
          yield append.note() == Mutation.BaseNote.ANNOTATED && from.isPresent()
              ? more.annotated(
                      note(from.get(), parts.manifest().document().digest(), Named.WITH_A_TAG))
                  .image()
              : more.image();
        }
        case Mutation.Edit(List<ConfigEdit> edits, List<String> tars) -> {
          RemadeParts more = tars.isEmpty() ? parts : appended(parts, tars);
          yield more.edited(edits).image();
        }
        case Mutation.Flatten _ -> merged(parts, 0, "flatten").image();
        case Mutation.Squash(Mutation.Upper.Last(int count)) -> {
          if (count < 1 || count > parts.layers().size()) {
            throw new UnsupportedException(
                "cannot squash the last " + count + " of " + parts.layers().size() + " layers");
          }
          yield merged(parts, parts.layers().size() - count, "squash").image();
        }
        case Mutation.Squash(Mutation.Upper.Above(Location base)) -> {
          ImageSource source = open(base, Originals.NONE);
          int below = parts(source, source.manifest()).beneath(parts, base);
          if (below == parts.layers().size()) {
            throw new UnsupportedException("there is no layer above those of " + base);
          }
          yield merged(parts, below, "squash").image();
        }
        case Mutation.Rebase(var oldBase, var newBase) -> rebased(parts, oldBase, newBase);
      };
    }

    private RemadeParts appended(RemadeParts parts, List<String> tars) throws IOException {
      if (parts.platform().os().equals("windows")) {
        throw new UnsupportedException(
            "layers of Windows images have a form of their own, which cannot be made of a tar");
      }
      List<String> files = new ArrayList<>();
      for (String tar : tars) {
        files.add(
            tar.equals(Location.InTarballs.STANDARD_INPUT)
                ? tar
                : surroundings.absolute(tar).toString());
      }
      ImageSource source =
          places.source(
              new Location.InTarballs(files),
              options.from().access(),
              Originals.NONE,
              access(options.from()));
      return parts.above(
          RemadeParts.of(source, (ImageManifest) Manifest.parse(source.manifest())), tars);
    }

    private RemadeParts merged(RemadeParts parts, int below, String word) throws IOException {
      List<FlatTree.Layer> all = new ArrayList<>();
      for (RemadeImage.Layer layer : parts.layers()) {
        all.add(() -> RemoteContents.plain(layer.source(), layer.part()));
      }
      MadeLayer layer =
          MadeLayer.of(
              out -> FlatTree.write(all.subList(below, all.size()), all.subList(0, below), out),
              access(options.from()).temporary());
      made.add(layer);
      return parts.merged(below, new RemadeImage.Layer(layer, layer.part()), word);
    }

    private RemadeImage.One rebased(
        RemadeParts parts, Optional<Location> oldBase, Optional<Location> newBase)
        throws IOException {
      Map<String, String> told = parts.manifest().annotations();
      Location onto = newBase.isPresent() ? newBase.get() : named(told);
      ImageSource ontoSource = open(onto, Originals.NONE);
      Document ontoToplevel = ontoSource.manifest();
      Location off = oldBase.isPresent() ? oldBase.get() : digested(told, onto);
      ImageSource offSource = open(off, Originals.NONE);
      RemadeParts old = parts(offSource, offSource.manifest());
      int below = old.beneath(parts, off);
      return parts
          .rebased(old, below, parts(ontoSource, ontoToplevel))
          .annotated(note(onto, ontoToplevel.digest(), Named.ALWAYS))
          .image();
    }

    private static Location named(Map<String, String> told) throws IOException {
      String name = told.getOrDefault(BASE_NAME, "");
      if (name.isEmpty()) {
        throw new MalformedException("could not determine new base image from annotations");
      }
      return new Location.AtRegistry(Reference.parse(name).tagged().withoutRedundantTag());
    }

    private static Location digested(Map<String, String> told, Location onto) throws IOException {
      String digest = told.getOrDefault(BASE_DIGEST, "");
      if (digest.isEmpty() || !(onto instanceof Location.AtRegistry at)) {
        throw new MalformedException(
            "could not determine old base image by digest from annotations");
      }
      return new Location.AtRegistry(Reference.of(at.name().repository(), Digest.parse(digest)));
    }

    @Override
    public void close() throws IOException {
      try {
        places.close();
      } finally {
        for (Closeable one : made) {
          one.close();
        }
      }
    }
  }

  /// When the name of a base is noted.
  private enum Named {
    ALWAYS,
    /// A digest alone is no name that later leads to something newer.
    WITH_A_TAG
  }

  private static Map<String, String> note(Location base, Digest digest, Named named) {
    Map<String, String> note = new HashMap<>();
    note.put(BASE_DIGEST, digest.toString());
    if (base instanceof Location.AtRegistry at
        && (named == Named.ALWAYS || at.name().tag().isPresent())) {
      note.put(BASE_NAME, at.name().toString());
    }
    return note;
  }
}
