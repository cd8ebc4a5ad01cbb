package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.config.StorageOverrides;
import dev.stowage.engine.Engine;
import dev.stowage.engine.EngineOptions;
import dev.stowage.engine.Found;
import dev.stowage.engine.TransferOptions;
import dev.stowage.model.Reference;
import dev.stowage.model.UnsupportedException;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.Location.StorePlace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `image scp`: an image from one store of this machine to another. Podman saves it to an archive
/// and loads that; here only the layers move that the other store lacks.
final class ScpVerb implements Verb {
  private static final String MARK = "::";
  private static final String HERE = "@localhost";

  @Override
  public Command command() {
    return Command.of(
            "image scp", "[options] IMAGE [STORE::]", new Arguments(1, 2), "Securely copy images")
        .described(
            """
            Copies an image between two stores of this machine; only the layers that the other lacks are moved.

              A STORE is written [driver@root+runroot] or USER@localhost; without one, this command's own is meant. A name after the mark :: of the second argument is given to the copy.""")
        .withExamples(
            "@ alpine [overlay@/srv/containers+/run/srv]::",
            "@ [/srv/containers+/run/srv]::alpine",
            "@ alpine [/srv/containers+/run/srv]::registry.example.com/alpine:1")
        .withFlags(Flag.toggle("quiet", 'q', "Suppress the output"));
  }

  /// One side of the copy.
  ///
  /// @param store empty for the store that the command line says
  /// @param image empty where none is named
  private record Side(Optional<StorePlace> store, String image) {}

  @Override
  public int run(Call call) throws IOException {
    Words words = call.words();
    String first = words.arguments().getFirst();
    Side from = side(call, first);
    Side to =
        words.arguments().size() > 1
            ? side(call, words.arguments().get(1))
            : new Side(Optional.empty(), "");
    if (words.arguments().size() == 1 && from.image().isEmpty()) {
      throw new UsageException("no source image specified: invalid argument");
    }
    if (words.arguments().size() == 1 && !first.contains(MARK)) {
      throw new UsageException("must specify a destination: invalid argument");
    }
    if (from.image().isEmpty() && to.image().isEmpty()) {
      throw new UsageException("a source image must be specified: invalid argument");
    }
    if (from.image().isEmpty()) {
      throw new UsageException(
          "the first argument names the image that is copied: " + first + " names none");
    }
    Found found = find(call, from);
    List<String> names = new ArrayList<>();
    Optional<Reference> own = tagged(found.name());
    names.add(own.isPresent() ? own.get().toString() : "@" + found.image().id());
    if (!to.image().isEmpty()) {
      names.add(Reference.parse(to.image()).tagged().toString());
    }
    if (!own.isPresent() && names.size() > 1) {
      names.removeFirst();
    }
    EngineOptions engine =
        EngineOptions.DEFAULT.withStorage(Session.overrides(words, call.surroundings()));
    Location source = new Location.InStore(from.store(), "@" + found.image().id());
    for (String name : names) {
      try (Progresses progress = new Progresses(call)) {
        Engine.copy(
            call.surroundings(),
            engine,
            source,
            new Location.InStore(to.store(), name),
            TransferOptions.of(call.surroundings().machine().platform()),
            progress.listener());
      }
      call.out()
          .line("Loaded image: " + (name.startsWith("@") ? "sha256:" + name.substring(1) : name));
    }
    return ExitCode.DONE;
  }

  private static Optional<Reference> tagged(String name) {
    try {
      Reference reference = Reference.parse(name);
      return reference.tag().isPresent() && name.indexOf('/') > 0
          ? Optional.of(reference)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // it was found by its ID
    }
  }

  private static Found find(Call call, Side side) throws IOException {
    EngineOptions options =
        EngineOptions.DEFAULT.withStorage(
            side.store().isPresent()
                ? overrides(side.store().get())
                : Session.overrides(call.words(), call.surroundings()));
    try (Engine engine = Engine.open(call.surroundings(), options)) {
      return engine.images().find(side.image());
    }
  }

  /// What opens a store that is named by its directories.
  static StorageOverrides overrides(StorePlace place) {
    StorageOverrides overrides =
        StorageOverrides.NONE.withRoot(place.root()).withOptions(place.options());
    if (place.driver().isPresent()) {
      overrides = overrides.withDriver(place.driver().get());
    }
    return place.runRoot().isPresent() ? overrides.withRunRoot(place.runRoot().get()) : overrides;
  }

  private static Side side(Call call, String text) throws IOException {
    int mark = text.indexOf(MARK);
    if (mark < 0) {
      return new Side(Optional.empty(), text);
    }
    String store = text.substring(0, mark);
    String image = text.substring(mark + MARK.length());
    if (store.startsWith("[")) {
      Location parsed = Location.parse("containers-storage:" + store + "@" + "0".repeat(64));
      if (parsed instanceof Location.InStore in && in.store().isPresent()) {
        return new Side(in.store(), image);
      }
      throw new UsageException(store + " is no store: wanted [driver@root+runroot]");
    }
    if (store.endsWith(HERE)) {
      String user = store.substring(0, store.length() - HERE.length());
      if (isMe(call, user)) {
        return new Side(Optional.empty(), image);
      }
      throw new UnsupportedException(
          "the store of another user can be written by that user alone: run \"stowage save IMAGE"
              + " | runuser -u "
              + user
              + " -- stowage load\", or name a store by its directories, [driver@root+runroot]::");
    }
    throw new UnsupportedException(
        "copying over ssh is not supported: run \"stowage save IMAGE | ssh "
            + store
            + " podman load\", or use a registry (stowage push)");
  }

  private static boolean isMe(Call call, String user) {
    int uid = call.surroundings().user().loginUid();
    return user.equals(Integer.toString(uid))
        || user.equals(uid == 0 ? "root" : call.surroundings().variable("USER").orElse(""));
  }
}
