package dev.stowage.engine;

import dev.stowage.model.Platform;
import java.util.List;

/// One change of what an image says about itself.
public sealed interface ConfigEdit {

  /// A label gets a value.
  record Label(String name, String value) implements ConfigEdit {}

  /// An annotation of the manifest gets a value.
  record Annotation(String name, String value) implements ConfigEdit {}

  /// A variable of the environment gets a value, in its old place where it was set already.
  record Env(String name, String value) implements ConfigEdit {}

  /// What is started, which drops the arguments there were for something else.
  record Entrypoint(List<String> words) implements ConfigEdit {
    public Entrypoint {
      words = List.copyOf(words);
    }
  }

  /// What is started without an entrypoint, else the entrypoint's arguments.
  record Cmd(List<String> words) implements ConfigEdit {
    public Cmd {
      words = List.copyOf(words);
    }
  }

  record User(String name) implements ConfigEdit {}

  record WorkingDir(String path) implements ConfigEdit {}

  /// The ports in place of those there were, `80/tcp` each.
  record Ports(List<String> ports) implements ConfigEdit {
    public Ports {
      ports = List.copyOf(ports);
    }
  }

  /// The platform it says it is for.
  record OfPlatform(Platform platform) implements ConfigEdit {}

  record Author(String name) implements ConfigEdit {}

  /// An instruction of a Containerfile, as an import takes it; what it adds to stays.
  record Instruction(String text) implements ConfigEdit {}

  /// Everything of one kind goes.
  record Clear(Kind kind) implements ConfigEdit {

    /// What can go.
    public enum Kind {
      ANNOTATIONS("annotations"),
      CMD("cmd"),
      ENTRYPOINT("entrypoint"),
      ENV("env"),
      EXPOSED_PORTS("exposed-ports"),
      LABELS("labels"),
      VOLUMES("volumes");

      private final String word;

      Kind(String word) {
        this.word = word;
      }

      /// How command lines call it.
      public String word() {
        return word;
      }
    }
  }
}
