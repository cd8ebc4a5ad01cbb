package dev.stowage.engine;

import dev.stowage.model.MalformedException;
import java.util.List;
import java.util.Optional;

/// What is searched for in registries.
///
/// @param limit how many repositories of each registry are looked at
/// @param leastStars only those with so many stars
/// @param official only those that are official, or that are not
/// @param automated only those that are built by the registry, or that are not
public record SearchOptions(
    int limit, long leastStars, Optional<Boolean> official, Optional<Boolean> automated) {

  /// What Podman looks at where nothing is said.
  public static final int USUAL_LIMIT = 25;

  public static final SearchOptions DEFAULT =
      new SearchOptions(USUAL_LIMIT, 0, Optional.empty(), Optional.empty());

  /// With another limit; 0 is the usual one.
  public SearchOptions withLimit(int count) {
    return new SearchOptions(count == 0 ? USUAL_LIMIT : count, leastStars, official, automated);
  }

  /// With filters as they are written on command lines: `stars=3`, `is-official`,
  /// `is-automated=false`.
  public SearchOptions withFilters(List<String> filters) throws MalformedException {
    SearchOptions options = this;
    for (String filter : filters) {
      options = options.with(filter, filters);
    }
    return options;
  }

  private SearchOptions with(String filter, List<String> all) throws MalformedException {
    int equals = filter.indexOf('=');
    String key = equals < 0 ? filter : filter.substring(0, equals);
    String value = equals < 0 ? "" : filter.substring(equals + 1);
    return switch (key) {
      case "stars" -> {
        if (equals < 0) {
          throw new MalformedException(
              "invalid filter [\"" + String.join("\" \"", all) + "\"], should be stars=<value>");
        }
        try {
          yield new SearchOptions(limit, Long.parseLong(value), official, automated);
        } catch (NumberFormatException e) {
          throw new MalformedException(
              "incorrect value type for stars filter: strconv.Atoi: parsing \""
                  + value
                  + "\": invalid syntax",
              equals + 1L,
              e);
        }
      }
      case "is-official" ->
          new SearchOptions(limit, leastStars, Optional.of(!value.equals("false")), automated);
      case "is-automated" ->
          new SearchOptions(limit, leastStars, official, Optional.of(!value.equals("false")));
      default -> throw new MalformedException("invalid filter type \"" + filter + "\"");
    };
  }
}
