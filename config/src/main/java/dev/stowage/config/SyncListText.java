package dev.stowage.config;

import dev.stowage.model.Bytes;
import dev.stowage.model.Credentials;
import dev.stowage.model.Digest;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Repository;
import dev.stowage.model.Secret;
import dev.stowage.model.Tag;
import dev.stowage.model.VersionRange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// The text of a [SyncList]:
///
/// ```yaml
/// registry.example.com:
///   images:
///     busybox: []
///     redis: ["1.0", "sha256:…"]
///   images-by-tag-regex:
///     nginx: ^1\.13
///   images-by-semver:
///     alpine: ">= 3.12.0"
///   credentials: {username: john, password: secret}
///   tls-verify: true
///   cert-dir: /home/john/certs
/// ```
///
/// It is read node by node, so that whatever is wrong can be shown by its line, and a scalar is the
/// text that was written, whatever YAML makes of `1.0`. The form is five levels deep, so that
/// aliases, of which there may be few, cannot unfold far.
final class SyncListText {
  private SyncListText() {}

  static SyncList read(Bytes text) throws MalformedException {
    Optional<Node> root;
    try {
      root = new Compose(Yaml.SETTINGS).composeString(text.utf8());
    } catch (YamlEngineException e) {
      throw new MalformedException(
          "yaml: " + String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\n\\s*", " "),
          MalformedException.UNKNOWN_POSITION,
          e);
    } catch (StackOverflowError e) {
      throw new MalformedException("yaml: nested too deeply");
    }
    List<SyncList.Registry> registries = new ArrayList<>();
    if (root.isPresent() && !isNothing(root.get())) {
      for (Map.Entry<ScalarNode, Node> field : fields(root.get(), "the list of registries")) {
        registries.add(registry(field.getKey(), field.getValue()));
      }
    }
    return new SyncList(registries);
  }

  private static SyncList.Registry registry(ScalarNode name, Node node) throws MalformedException {
    String host = name.getValue();
    List<SyncList.Images> images = new ArrayList<>();
    Optional<Credentials> credentials = Optional.empty();
    Optional<RegistryEntry.Security> security = Optional.empty();
    Optional<Path> certificates = Optional.empty();
    for (Map.Entry<ScalarNode, Node> field : fields(node, "registry " + host)) {
      Node value = field.getValue();
      switch (field.getKey().getValue()) {
        case "images" -> listed(host, value, images);
        case "images-by-tag-regex" -> {
          for (Map.Entry<ScalarNode, Node> each : fields(value, "images-by-tag-regex")) {
            images.add(
                new SyncList.Images(
                    repository(host, each.getKey()),
                    new SyncList.Which.Matching(pattern(each.getValue()))));
          }
        }
        case "images-by-semver" -> {
          for (Map.Entry<ScalarNode, Node> each : fields(value, "images-by-semver")) {
            images.add(
                new SyncList.Images(
                    repository(host, each.getKey()),
                    new SyncList.Which.Within(range(each.getValue()))));
          }
        }
        case "credentials" -> credentials = credentials(value);
        case "tls-verify" ->
            security =
                Optional.of(
                    truth(value)
                        ? RegistryEntry.Security.VERIFIED
                        : RegistryEntry.Security.INSECURE);
        case "cert-dir" -> {
          String directory = text(value, "cert-dir");
          certificates = directory.isEmpty() ? Optional.empty() : Optional.of(Path.of(directory));
        }
        default ->
            throw at(
                field.getKey(),
                "unknown key \""
                    + field.getKey().getValue()
                    + "\" of registry "
                    + host
                    + "; known are images, images-by-tag-regex, images-by-semver, credentials,"
                    + " tls-verify, cert-dir");
      }
    }
    return new SyncList.Registry(host, images, credentials, security, certificates);
  }

  private static void listed(String host, Node node, List<SyncList.Images> images)
      throws MalformedException {
    for (Map.Entry<ScalarNode, Node> each : fields(node, "images")) {
      Repository repository = repository(host, each.getKey());
      List<Tag> tags = new ArrayList<>();
      List<Digest> digests = new ArrayList<>();
      if (!isNothing(each.getValue())) {
        if (!(each.getValue() instanceof SequenceNode list)) {
          throw at(
              each.getValue(),
              "the images of " + repository + " are no list; all of its tags are written []");
        }
        for (Node item : list.getValue()) {
          String text = text(item, "a tag or digest of " + repository);
          if (Digest.isDigest(text)) {
            digests.add(Digest.parse(text));
          } else if (Tag.isTag(text)) {
            tags.add(new Tag(text));
          } else {
            throw at(item, "\"" + text + "\" of " + repository + " is neither a tag nor a digest");
          }
        }
      }
      images.add(
          new SyncList.Images(
              repository,
              tags.isEmpty() && digests.isEmpty()
                  ? new SyncList.Which.All()
                  : new SyncList.Which.Named(tags, digests)));
    }
  }

  private static Repository repository(String host, ScalarNode name) throws MalformedException {
    try {
      return Repository.parse(host + "/" + name.getValue());
    } catch (MalformedException e) {
      throw at(
          name,
          "\""
              + host
              + "/"
              + name.getValue()
              + "\" is not the name of a repository: "
              + e.getMessage());
    }
  }

  private static Pattern pattern(Node node) throws MalformedException {
    String text = text(node, "a regular expression");
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw at(node, "\"" + text + "\" is no regular expression: " + e.getDescription());
    }
  }

  private static VersionRange range(Node node) throws MalformedException {
    try {
      return VersionRange.parse(text(node, "a version constraint"));
    } catch (MalformedException e) {
      throw at(node, String.valueOf(e.getMessage()));
    }
  }

  private static Optional<Credentials> credentials(Node node) throws MalformedException {
    String user = "";
    String password = "";
    for (Map.Entry<ScalarNode, Node> field : fields(node, "credentials")) {
      switch (field.getKey().getValue()) {
        case "username" -> user = text(field.getValue(), "username");
        case "password" -> password = text(field.getValue(), "password");
        default ->
            throw at(
                field.getKey(),
                "unknown key \""
                    + field.getKey().getValue()
                    + "\" of credentials; known are username, password");
      }
    }
    return user.isEmpty() && password.isEmpty()
        ? Optional.empty()
        : Optional.of(new Credentials.Basic(user, Secret.of(password)));
  }

  private static boolean truth(Node node) throws MalformedException {
    String text = text(node, "tls-verify");
    if (node instanceof ScalarNode scalar && scalar.getScalarStyle() == ScalarStyle.PLAIN) {
      switch (text.toLowerCase(Locale.ROOT)) {
        case "true", "yes", "on" -> {
          return true;
        }
        case "false", "no", "off" -> {
          return false;
        }
        default -> {}
      }
    }
    throw at(node, "tls-verify is \"" + text + "\", neither true nor false");
  }

  /// The fields of a mapping; of nothing, none.
  private static List<Map.Entry<ScalarNode, Node>> fields(Node node, String what)
      throws MalformedException {
    if (isNothing(node)) {
      return List.of();
    }
    if (!(node instanceof MappingNode mapping)) {
      throw at(node, what + ": keys and values are expected here");
    }
    Map<String, ScalarNode> seen = new LinkedHashMap<>();
    List<Map.Entry<ScalarNode, Node>> fields = new ArrayList<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw at(tuple.getKeyNode(), what + ": a key that is no text");
      }
      ScalarNode before = seen.put(key.getValue(), key);
      if (before != null) {
        throw at(
            key,
            what
                + ": \""
                + key.getValue()
                + "\" stands here for the second time, after line "
                + line(before));
      }
      fields.add(Map.entry(key, tuple.getValueNode()));
    }
    return fields;
  }

  private static String text(Node node, String what) throws MalformedException {
    if (node instanceof ScalarNode scalar) {
      return isNothing(node) ? "" : scalar.getValue();
    }
    throw at(node, what + ": one text is expected here");
  }

  private static boolean isNothing(Node node) {
    return node instanceof ScalarNode scalar
        && scalar.getScalarStyle() == ScalarStyle.PLAIN
        && switch (scalar.getValue()) {
          case "", "~", "null", "Null", "NULL" -> true;
          default -> false;
        };
  }

  private static int line(Node node) {
    return node.getStartMark().isPresent() ? node.getStartMark().get().getLine() + 1 : 0;
  }

  private static MalformedException at(Node node, String message) {
    return new MalformedException("line " + line(node) + ": " + message);
  }
}
