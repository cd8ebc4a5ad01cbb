package dev.stowage.registry;

import dev.stowage.config.Endpoint;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Reference;
import dev.stowage.model.RegistryException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The same question put to several places in turn, until one answers.
///
/// If none does, the likeliest cause is told first: the registry itself where it answered; else a
/// mirror that answered with more than "not here"; else that the registry was not reached. The
/// others follow in brackets.
final class Attempts {

  /// A question to one place.
  interface Question<T> {
    T ask(RemoteRepository place) throws IOException;
  }

  /// An answer, and who is left to ask if it turns out incomplete.
  record Answer<T>(T value, List<RemoteRepository> rest) {}

  private record Failure(RemoteRepository place, IOException cause) {}

  private final Reference reference;

  Attempts(Reference reference) {
    this.reference = reference;
  }

  /// @param places at least one
  <T> Answer<T> first(List<RemoteRepository> places, Question<T> question) throws IOException {
    List<Failure> failures = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      try {
        return new Answer<>(question.ask(places.get(i)), places.subList(i, places.size()));
      } catch (IOException e) {
        if (Transience.interrupted(e)) {
          throw e;
        }
        failures.add(new Failure(places.get(i), e));
      }
    }
    throw grouped(failures);
  }

  private IOException grouped(List<Failure> failures) {
    if (failures.isEmpty()) {
      return new RegistryException(
          reference + ": no registry is configured for it",
          RegistryException.NO_STATUS,
          List.of(),
          java.util.Optional.empty(),
          null);
    }
    int likeliest = 0;
    for (int i = 1; i < failures.size(); i++) {
      if (weight(failures.get(i)) > weight(failures.get(likeliest))) {
        likeliest = i;
      }
    }
    List<Failure> rest = new ArrayList<>(failures);
    Failure main = rest.remove(likeliest);
    if (rest.isEmpty()) {
      return main.cause;
    }
    StringBuilder others = new StringBuilder();
    for (Failure failure : rest) {
      others
          .append(others.isEmpty() ? "" : " ")
          .append('[')
          .append(kind(failure))
          .append(failure.place)
          .append(": ")
          .append(failure.cause.getMessage())
          .append(']');
    }
    String text =
        kind(main) + main.place + ": " + main.cause.getMessage() + " (also tried: " + others + ")";
    IOException told =
        switch (main.cause) {
          case NotFoundException absent ->
              new NotFoundException(absent.kind(), absent.name(), text);
          case RegistryException refused ->
              new RegistryException(
                  text, refused.status(), refused.codes(), refused.retryAfter(), refused);
          default -> main.cause;
        };
    rest.forEach(failure -> told.addSuppressed(failure.cause));
    return told;
  }

  private static String kind(Failure failure) {
    return failure.place.endpoint().role() == Endpoint.Role.MIRROR ? "mirror " : "";
  }

  private static int weight(Failure failure) {
    boolean primary = failure.place.endpoint().role() == Endpoint.Role.PRIMARY;
    boolean reached =
        !(failure.cause instanceof RegistryException refused
            && refused.status() == RegistryException.NO_STATUS);
    if (primary) {
      return reached ? 4 : 2;
    }
    return !reached ? 0 : failure.cause instanceof NotFoundException ? 1 : 3;
  }
}
