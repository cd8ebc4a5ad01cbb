package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.engine.Engine;
import dev.stowage.engine.EntryChanges;
import dev.stowage.engine.ListAdd;
import dev.stowage.engine.ListArtifact;
import dev.stowage.engine.ManifestList;
import dev.stowage.model.MediaType;
import dev.stowage.transfer.RegistryAccess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `manifest add`.
final class ManifestAddVerb implements Verb {
  private static final char NONE = ManifestFlags.NONE;
  private static final List<String> OF_ARTIFACTS =
      List.of(
          "artifact-type",
          "artifact-config",
          "artifact-config-type",
          "artifact-layer-type",
          "artifact-subject",
          "artifact-exclude-titles");

  @Override
  public Command command() {
    List<Flag> flags =
        ManifestFlags.withAccess(
            Flag.toggle("all", NONE, "add all of the list's images if the image is a list"),
            Flag.toggle(
                "artifact", NONE, "add all arguments as artifact files rather than as images"),
            Flag.text("artifact-config", NONE, "artifact configuration file"),
            Flag.text("artifact-config-type", NONE, "artifact configuration media type"),
            Flag.toggle(
                "artifact-exclude-titles",
                NONE,
                "refrain from setting \"org.opencontainers.image.title\" annotations on"
                    + " \"layers\""),
            Flag.text("artifact-layer-type", NONE, "artifact layer media type"),
            Flag.text("artifact-subject", NONE, "artifact subject reference"),
            Flag.text("artifact-type", NONE, "override the artifactType value"));
    flags.addAll(ManifestFlags.ofEntries("image"));
    return Command.of(
            "manifest add",
            "[options] LIST IMAGEORARTIFACT [IMAGEORARTIFACT...]",
            Arguments.atLeast(2),
            "Add images or artifacts to a manifest list or image index")
        .described("Adds an image or artifact to a manifest list or image index.")
        .withExamples("@ mylist:v1.11 image:v1.11-amd64", "@ mylist:v1.11 transport:imageName")
        .withFlags(flags.toArray(new Flag[0]));
  }

  @Override
  public int run(Call call) throws IOException {
    Words words = call.words();
    RegistryAccess access = ManifestFlags.access(call);
    if (!words.on("artifact")) {
      refuseArtifactFlags(words);
    }
    List<String> things = words.arguments().subList(1, words.arguments().size());
    EntryChanges changes = ManifestFlags.changes(words, annotations(words));
    try (Engine engine = Session.open(call)) {
      ManifestList list = engine.lists().find(words.arguments().getFirst());
      if (words.on("artifact")) {
        list = addArtifact(call, list, things, access, changes);
      } else {
        ListAdd how =
            ListAdd.DEFAULT
                .withAccess(access)
                .withChanges(changes)
                .withInstances(
                    words.on("all") ? ListAdd.Instances.ALL : ListAdd.Instances.FOR_THIS_MACHINE);
        for (String image : things) {
          list = list.add(image, how).list();
        }
      }
      call.out().line(list.id().value());
    }
    return ExitCode.DONE;
  }

  private static Map<String, String> annotations(Words words) throws UsageException {
    for (String text : words.texts("annotation")) {
      if (text.indexOf('=') < 0) {
        throw new UsageException("no value given for annotation \"" + text + "\"");
      }
    }
    return ManifestFlags.annotations(words);
  }

  private static void refuseArtifactFlags(Words words) throws UsageException {
    List<String> given = new ArrayList<>();
    for (String flag : OF_ARTIFACTS) {
      if (words.given(flag)) {
        given.add("--" + flag);
      }
    }
    if (!given.isEmpty()) {
      throw new UsageException(
          String.join("/", given) + (given.size() == 1 ? " requires" : " require") + " --artifact");
    }
  }

  private static ManifestList addArtifact(
      Call call,
      ManifestList list,
      List<String> things,
      RegistryAccess access,
      EntryChanges changes)
      throws IOException {
    Words words = call.words();
    Optional<MediaType> configType =
        words.text("artifact-config-type").isEmpty()
            ? Optional.empty()
            : Optional.of(new MediaType(words.text("artifact-config-type")));
    Optional<String> config = Optional.empty();
    if (!words.text("artifact-config").isEmpty()) {
      Path file = call.surroundings().absolute(words.text("artifact-config"));
      String text = Files.readString(file, StandardCharsets.UTF_8);
      config = text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
    ListArtifact how =
        ListArtifact.DEFAULT
            .withConfig(new ListArtifact.Config(configType, config))
            .withTitles(
                words.on("artifact-exclude-titles")
                    ? ListArtifact.Titles.LEFT_OUT
                    : ListArtifact.Titles.GIVEN);
    if (words.given("artifact-type")) {
      how = how.withType(new MediaType(words.text("artifact-type")));
    }
    if (!words.text("artifact-layer-type").isEmpty()) {
      how = how.withLayerType(new MediaType(words.text("artifact-layer-type")));
    }
    List<Path> files = new ArrayList<>();
    for (String thing : things) {
      files.add(Path.of(thing));
    }
    ManifestList changed = list.addArtifact(files, how, access, changes).list();
    // The subject is the list's: it says what all of it is about.
    return words.text("artifact-subject").isEmpty()
        ? changed
        : changed.annotateWhole(Map.of(), Optional.of(words.text("artifact-subject")), access);
  }
}
