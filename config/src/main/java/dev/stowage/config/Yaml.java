package dev.stowage.config;

import dev.stowage.model.Bytes;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// A YAML document read as the JSON it could have been written in: one document, keys that are
/// texts, no key twice.
///
/// @see <a href="https://yaml.org/spec/1.2.2/">YAML 1.2</a>
public final class Yaml {
  /// The most characters that are read.
  private static final int MOST = 4 << 20;

  /// The most that aliases may repeat, so that a short document does not unfold into a huge one.
  private static final int MOST_ALIASES = 50;

  private static final int DEEPEST = 100;

  /// How every document is read; complaints name the line.
  static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setAllowDuplicateKeys(false)
          .setAllowRecursiveKeys(false)
          .setMaxAliasesForCollections(MOST_ALIASES)
          .setCodePointLimit(MOST)
          .setUseMarks(true)
          .build();

  private Yaml() {}

  /// Reads a document; an empty one is null.
  ///
  /// @throws MalformedException with the line and the column
  public static Json parse(Bytes text) throws MalformedException {
    try {
      return json(new Load(SETTINGS).loadFromString(text.utf8()), 0);
    } catch (YamlEngineException e) {
      throw new MalformedException(
          "yaml: " + String.valueOf(e.getMessage()).strip().replace('\n', ' '),
          MalformedException.UNKNOWN_POSITION,
          e);
    } catch (StackOverflowError e) {
      throw new MalformedException("yaml: nested too deeply");
    }
  }

  private static Json json(@org.jspecify.annotations.Nullable Object value, int depth)
      throws MalformedException {
    if (depth > DEEPEST) {
      throw new MalformedException("yaml: nested deeper than " + DEEPEST + " levels");
    }
    return switch (value) {
      case null -> new Json.Null();
      case String text -> Json.of(text);
      case Boolean truth -> Json.of(truth);
      case Number number -> new Json.Num(number.toString());
      case List<?> list -> {
        List<Json> items = new ArrayList<>();
        for (Object item : list) {
          items.add(json(item, depth + 1));
        }
        yield new Json.Arr(items);
      }
      case Map<?, ?> map -> {
        Json.Builder object = Json.object();
        for (Map.Entry<?, ?> field : map.entrySet()) {
          Object key = field.getKey();
          if (!(key instanceof String || key instanceof Number || key instanceof Boolean)) {
            throw new MalformedException("yaml: a key is neither a text nor a number");
          }
          object.put(key.toString(), json(field.getValue(), depth + 1));
        }
        yield object.build();
      }
      default ->
          throw new MalformedException(
              "yaml: a value of the type " + value.getClass().getSimpleName());
    };
  }
}
