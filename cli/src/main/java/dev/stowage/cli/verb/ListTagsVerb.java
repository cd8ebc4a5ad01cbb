package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.engine.Remote;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Reference;
import dev.stowage.model.Tag;
import dev.stowage.model.UnsupportedException;
import dev.stowage.transfer.Location;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `list-tags`, as Skopeo has it.
final class ListTagsVerb implements SkopeoVerb {

  @Override
  public Command command() {
    return Command.of(
            "list-tags",
            "[options] SOURCE-IMAGE",
            Arguments.ANY,
            "List tags in the transport/repository specified by the SOURCE-IMAGE")
        .described(
            """
            Return the list of tags from the transport/repository "SOURCE-IMAGE".

            Supported transports: docker, docker-archive""")
        .withExamples("@ docker://docker.io/fedora", "@ docker-archive:images.tar")
        .withFlags(RegistryFlags.skopeos());
  }

  @Override
  public int run(Call call) throws IOException {
    List<String> arguments = call.words().arguments();
    if (arguments.size() != 1) {
      throw new UsageException("Exactly one non-option argument expected");
    }
    String text = arguments.getFirst();
    Optional<String> transport = Location.transportOf(text);
    if (transport.isEmpty()) {
      throw new UsageException("Invalid \"" + text + "\": does not specify a transport");
    }
    Json.Builder answer = Json.object();
    try (Remote remote = RegistryFlags.open(call)) {
      switch (transport.get()) {
        case "docker" -> {
          Reference name = repository(text);
          answer.put("Repository", name.repository().toString());
          answer.put("Tags", Json.ofStrings(tags(remote, name)));
        }
        case "docker-archive" ->
            answer.put("Tags", Json.ofStrings(remote.archiveTags(Location.parse(text))));
        default ->
            throw new UnsupportedException(
                "Unsupported transport '"
                    + transport.get()
                    + "' for tag listing. Only supported: docker, docker-archive");
      }
    }
    call.out().line(answer.build().pretty("    "));
    return ExitCode.DONE;
  }

  private static Reference repository(String text) throws MalformedException {
    if (!text.startsWith("docker://")) {
      throw new MalformedException(
          "docker: image reference " + text + " does not start with docker://");
    }
    Reference name = Reference.parse(text.substring("docker://".length()));
    if (name.tag().isPresent() || name.digest().isPresent()) {
      throw new MalformedException("No tag or digest allowed in reference");
    }
    return name;
  }

  private static List<String> tags(Remote remote, Reference name) throws IOException {
    List<String> texts = new ArrayList<>();
    try {
      for (Tag tag : remote.tags(name.repository())) {
        texts.add(tag.value());
      }
    } catch (IOException e) {
      throw new IOException("Error listing repository tags: " + e.getMessage(), e);
    }
    return texts;
  }
}
