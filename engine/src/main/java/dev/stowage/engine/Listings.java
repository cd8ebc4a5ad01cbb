package dev.stowage.engine;

import dev.stowage.model.ContainerId;
import dev.stowage.model.Digest;
import dev.stowage.model.MalformedException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.StowageException;
import dev.stowage.store.Candidates;
import dev.stowage.store.Container;
import dev.stowage.store.ImageRecord;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Chooses the images of a snapshot that meet the filters, at a cost that grows with the number of
/// images alone: whatever a filter has to look up is looked up once.
final class Listings {

  /// One condition, ready to be put to images.
  private interface Condition {
    boolean holds(ImageRecord image) throws IOException;
  }

  private final View view;
  private final Lookup lookup;
  private final Clock clock;
  private final Predicate<ContainerId> external;
  private final Survivors among;
  private final Map<Filter.Key, String> given = new EnumMap<>(Filter.Key.class);

  /// Those to be looked at.
  private List<ImageRecord> candidates;

  private Listings(View view, Lookup lookup, Clock clock, ListOptions options, Survivors among) {
    this.view = view;
    this.lookup = lookup;
    this.clock = clock;
    this.external = options.external().orElseGet(() -> External.judge(view.snapshot()));
    this.among = among;
    this.candidates = view.snapshot().images();
  }

  /// The images that meet the filters, in the order of the store.
  ///
  /// @param damaged is told of images that cannot be judged because they are damaged; they are left
  ///   out
  /// @throws MalformedException if a filter's value is none of that filter
  /// @throws NotFoundException if a filter names an image that is not there
  static List<ImageRecord> of(
      View view, Lookup lookup, Clock clock, ListOptions options, Consumer<String> damaged)
      throws IOException {
    return of(view, lookup, clock, options, Survivors.ALL, damaged);
  }

  /// The images among those that are left which meet the filters.
  static List<ImageRecord> of(
      View view,
      Lookup lookup,
      Clock clock,
      ListOptions options,
      Survivors among,
      Consumer<String> damaged)
      throws IOException {
    if (options.filters().isEmpty() && among.equals(Survivors.ALL)) {
      return view.snapshot().images();
    }
    Listings listings = new Listings(view, lookup, clock, options, among);
    List<ReferencePattern> wanted = new ArrayList<>();
    List<ReferencePattern> unwanted = new ArrayList<>();
    List<Condition> conditions = new ArrayList<>();
    for (Filter filter : options.filters()) {
      if (filter.key() == Filter.Key.REFERENCE) {
        ReferencePattern pattern = ReferencePattern.of(filter.value(), lookup);
        (filter.sense() == Filter.Sense.WANTED ? wanted : unwanted).add(pattern);
      } else {
        Condition condition = listings.condition(filter);
        conditions.add(
            filter.sense() == Filter.Sense.WANTED ? condition : image -> !condition.holds(image));
      }
    }
    boolean narrows = wanted.size() == 1 && unwanted.isEmpty();
    List<ImageRecord> chosen = new ArrayList<>();
    for (ImageRecord image : listings.candidates) {
      if (among.contains(image)
          && listings.allHold(conditions, image, damaged)
          && !matchesAny(unwanted, image)
          && (wanted.isEmpty() || matchesAny(wanted, image))) {
        chosen.add(narrows ? wanted.getFirst().narrowed(image) : image);
      }
    }
    return chosen;
  }

  private static boolean matchesAny(List<ReferencePattern> patterns, ImageRecord image) {
    for (ReferencePattern pattern : patterns) {
      if (pattern.matches(image)) {
        return true;
      }
    }
    return false;
  }

  private boolean allHold(List<Condition> conditions, ImageRecord image, Consumer<String> damaged) {
    try {
      for (Condition condition : conditions) {
        if (!condition.holds(image)) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      damaged.accept(Damage.of(image, e));
      return false;
    }
  }

  /// Leaves out what an index says need not be looked at.
  private void narrow(Filter filter, List<ImageRecord> wanted) {
    if (filter.sense() == Filter.Sense.WANTED && wanted.size() < candidates.size()) {
      candidates = wanted;
    }
  }

  private Condition condition(Filter filter) throws IOException {
    String value = filter.value();
    Candidates all = view.snapshot().candidates();
    return switch (filter.key()) {
      case AFTER, SINCE -> {
        Instant bound = creation(filter);
        narrow(filter, all.madeBetween(bound, Instant.MAX));
        yield image -> created(image).isAfter(bound);
      }
      case BEFORE -> {
        Instant bound = creation(filter);
        narrow(filter, all.madeBetween(Instant.MIN, bound));
        yield image -> created(image).isBefore(bound);
      }
      case UNTIL -> {
        Instant bound = Moments.until(value, clock);
        narrow(filter, all.madeBetween(Instant.MIN, bound));
        yield image -> created(image).isBefore(bound);
      }
      case CONTAINERS -> containers(filter);
      case DANGLING -> {
        boolean wanted = truth(filter);
        yield image -> view.kinship().dangling(image, among) == wanted;
      }
      case INTERMEDIATE -> {
        boolean wanted = truth(filter);
        yield image -> view.kinship().intermediate(image, among) == wanted;
      }
      case READ_ONLY -> {
        boolean wanted = truth(filter);
        if (wanted) {
          narrow(filter, all.readOnly());
        }
        yield image -> image.readOnly() == wanted;
      }
      case MANIFEST -> {
        boolean wanted = truth(filter);
        yield image -> view.standsForList(image) == wanted;
      }
      case ID -> {
        narrow(filter, all.withIdFrom(value));
        yield image -> image.id().value().startsWith(value);
      }
      case DIGEST -> {
        Condition condition = digest(value);
        narrow(filter, all.withDigestFrom(value));
        yield condition;
      }
      case LABEL -> {
        LabelPattern pattern = LabelPattern.parse(value);
        yield image ->
            !view.isList(image) && pattern.matchesAny(view.config(image).execution().labels());
      }
      case REFERENCE -> throw new AssertionError("references are judged together");
    };
  }

  private static Condition digest(String value) throws MalformedException {
    if (!value.startsWith("sha256:")) {
      throw new MalformedException("invalid value \"" + value + "\" for digest filter");
    }
    return image -> {
      for (Digest digest : image.digests()) {
        if (digest.toString().startsWith(value)) {
          return true;
        }
      }
      return false;
    };
  }

  private Condition containers(Filter filter) throws MalformedException {
    onlyOnce(filter);
    return switch (filter.value()) {
      case "true" -> this::used;
      case "false" -> image -> !used(image);
      case "external" -> this::heldByOthersAlone;
      default ->
          throw new MalformedException(
              "unsupported value \"" + filter.value() + "\" for containers filter");
    };
  }

  private boolean used(ImageRecord image) {
    for (Container container : view.snapshot().usersOf(image.id())) {
      if (among.contains(container.id())) {
        return true;
      }
    }
    return false;
  }

  /// Whether all containers of the image are external; so it is if there are none.
  private boolean heldByOthersAlone(ImageRecord image) {
    for (Container container : view.snapshot().usersOf(image.id())) {
      if (among.contains(container.id()) && !external.test(container.id())) {
        return false;
      }
    }
    return true;
  }

  private Instant creation(Filter filter) throws IOException {
    try {
      return created(lookup.find(filter.value(), LookupOptions.DEFAULT).image());
    } catch (StowageException e) {
      String message =
          "could not find local image for filter \""
              + filter.key().word()
              + "\"=\""
              + filter.value()
              + "\": "
              + e.getMessage();
      throw e instanceof NotFoundException
          ? new NotFoundException(NotFoundException.Kind.IMAGE, filter.value(), message)
          : new MalformedException(message, MalformedException.UNKNOWN_POSITION, e);
    }
  }

  private static Instant created(ImageRecord image) {
    return image.created().orElse(Moments.UNKNOWN);
  }

  private boolean truth(Filter filter) throws MalformedException {
    onlyOnce(filter);
    return switch (filter.value()) {
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      case "0", "f", "F", "false", "FALSE", "False" -> false;
      default ->
          throw new MalformedException(
              "non-boolean value \""
                  + filter.value()
                  + "\" for "
                  + filter.key().word()
                  + " filter: strconv.ParseBool: parsing \""
                  + filter.value()
                  + "\": invalid syntax");
    };
  }

  private void onlyOnce(Filter filter) throws MalformedException {
    String before = given.put(filter.key(), filter.value());
    if (before != null && !before.equals(filter.value())) {
      throw new MalformedException(
          "specifying \""
              + filter.key().word()
              + "\" filter more than once with different values is not supported");
    }
  }
}
