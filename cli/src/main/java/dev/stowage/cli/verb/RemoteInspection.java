package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.cli.output.Formatter;
import dev.stowage.cli.output.Log;
import dev.stowage.cli.template.Value;
import dev.stowage.cli.template.Value.Field;
import dev.stowage.cli.template.Value.Presence;
import dev.stowage.engine.Remote;
import dev.stowage.engine.RemoteContents;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Document;
import dev.stowage.model.ImageConfig;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.MalformedException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Platform;
import dev.stowage.model.RegistryException;
import dev.stowage.model.Tag;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Location;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// `inspect` of an image that is not in the local store, as Skopeo has it.
final class RemoteInspection {
  private final Call call;
  private final Words words;

  RemoteInspection(Call call) {
    this.call = call;
    this.words = call.words();
  }

  /// Whether a name is a location that Podman's `inspect` knows nothing of.
  static boolean isMeant(String name) {
    Optional<String> transport = Location.transportOf(name);
    return transport.isPresent() && !transport.get().equals("containers-storage");
  }

  int run(String name) throws IOException {
    String format = words.given("format") ? words.text("format") : "";
    if (words.on("raw") && !format.isEmpty()) {
      throw new UsageException("raw output does not support format option");
    }
    Location location = Location.parse(name);
    try (Remote remote = RegistryFlags.open(call);
        ImageSource source = open(remote, location, name)) {
      Document toplevel = source.manifest();
      if (words.on("raw") && !words.on("config")) {
        call.out().transfer(toplevel.bytes().stream());
        return ExitCode.DONE;
      }
      ImageManifest manifest = parsed(toplevel, source);
      if (words.on("config")) {
        Document config = RemoteContents.config(source, manifest);
        if (words.on("raw")) {
          call.out().transfer(config.bytes().stream());
        } else {
          print(format, OciConfigText.of(ImageConfig.parse(config.bytes())));
        }
        return ExitCode.DONE;
      }
      print(format, described(remote, location, toplevel, manifest, source));
      return ExitCode.DONE;
    }
  }

  private static ImageSource open(Remote remote, Location location, String name)
      throws IOException {
    try {
      return remote.image(location);
    } catch (NotFoundException e) {
      throw new NotFoundException(
          e.kind(), e.name(), "Error parsing image name \"" + name + "\": " + e.getMessage());
    } catch (IOException e) {
      throw new IOException("Error parsing image name \"" + name + "\": " + e.getMessage(), e);
    }
  }

  private ImageManifest parsed(Document toplevel, ImageSource source) throws IOException {
    try {
      return RemoteContents.imageOf(source, toplevel, platform());
    } catch (MalformedException e) {
      throw new MalformedException(
          "Error parsing manifest for image: " + e.getMessage(), e.position(), e);
    } catch (NotFoundException e) {
      throw new NotFoundException(
          e.kind(), e.name(), "Error parsing manifest for image: " + e.getMessage());
    }
  }

  private Platform platform() {
    Platform machine = call.surroundings().machine().platform();
    String os = words.text("override-os");
    String cpu = words.text("override-arch");
    String variant = words.text("override-variant");
    return new Platform(
            os.isEmpty() ? machine.os() : os,
            cpu.isEmpty() ? machine.architecture() : cpu,
            variant.isEmpty() && cpu.isEmpty() ? machine.variant() : variant)
        .normalized();
  }

  private void print(String format, Value value) throws IOException {
    if (format.isEmpty() || Formatter.isJson(format)) {
      call.out().line(value.json().pretty("    "));
    } else {
      call.out()
          .print(
              Formatter.fill(
                  "skopeo inspect",
                  format,
                  Formatter.Subject.LIST,
                  new Value.Items(List.of(value)),
                  Map.of()));
    }
  }

  private Value described(
      Remote remote,
      Location location,
      Document toplevel,
      ImageManifest manifest,
      ImageSource source)
      throws IOException {
    if (!manifest.isImage()) {
      throw new MalformedException(
          "unsupported image-specific operation on artifact with type \""
              + manifest.artifactType().orElse(manifest.config().type())
              + "\"");
    }
    ImageConfig config = ImageConfig.parse(RemoteContents.config(source, manifest).bytes());
    List<Value> layers = new ArrayList<>();
    List<Value> details = new ArrayList<>();
    for (Descriptor layer : manifest.layers()) {
      layers.add(Value.of(layer.digest().toString()));
      details.add(layerValue(layer));
    }
    String name =
        location instanceof Location.AtRegistry at ? at.name().repository().toString() : "";
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("Name", "Name", Presence.UNLESS_EMPTY, Value.of(name)));
    fields.add(new Field("Tag", "Tag", Presence.UNLESS_EMPTY, Value.of("")));
    fields.add(new Field("Digest", Value.of(toplevel.digest().toString())));
    fields.add(new Field("RepoTags", Value.ofTexts(tags(remote, location))));
    fields.add(new Field("Created", created(config)));
    fields.add(
        new Field("DockerVersion", Value.of(config.json().string("docker_version").orElse(""))));
    fields.add(new Field("Labels", Value.ofTextsOrUnset(config.execution().labels())));
    fields.add(new Field("Architecture", Value.of(config.platform().architecture())));
    fields.add(new Field("Os", Value.of(config.platform().os())));
    fields.add(new Field("Layers", new Value.Items(layers)));
    fields.add(new Field("LayersData", new Value.Items(details)));
    fields.add(new Field("Env", Value.ofTextsOrUnset(config.execution().env())));
    return new Value.Struct("inspect.Output", fields);
  }

  private static Value created(ImageConfig config) {
    Optional<Instant> moment =
        config.created().isPresent()
            ? InspectedImage.moment(config.created().get())
            : Optional.empty();
    return moment.isPresent() ? Value.of(moment.get()) : new Value.Nil("*time.Time");
  }

  private static Value layerValue(Descriptor layer) {
    return new Value.Struct(
        "types.ImageInspectLayer",
        List.of(
            new Field("MIMEType", Value.of(layer.type().value())),
            new Field("Digest", Value.of(layer.digest().toString())),
            new Field("Size", Value.of(layer.size())),
            new Field("Annotations", Value.ofTextsOrUnset(new TreeMap<>(layer.annotations())))));
  }

  private List<String> tags(Remote remote, Location location) throws IOException {
    List<String> texts = new ArrayList<>();
    if (words.on("no-tags") || !(location instanceof Location.AtRegistry at)) {
      return texts;
    }
    try {
      for (Tag tag : remote.tags(at.name().repository())) {
        texts.add(tag.value());
      }
      return texts;
    } catch (NotFoundException e) {
      // Some registries have no such list, and some show it to few.
      call.log().say(Log.Level.WARN, "Registry disallows tag list retrieval; skipping");
      return List.of();
    } catch (RegistryException e) {
      if (e.codes().contains("DENIED")) {
        call.log().say(Log.Level.WARN, "Registry disallows tag list retrieval; skipping");
        return List.of();
      }
      throw new IOException("Error determining repository tags: " + e.getMessage(), e);
    }
  }
}
