package dev.stowage.registry;

import dev.stowage.model.Digest;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Repository;
import dev.stowage.model.Tag;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Lists that a registry gives page by page, each page naming the next in its `Link`.
///
/// @see <a
///   href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags">OCI
///   distribution, listing tags</a>
final class Listing {
  private Listing() {}

  static List<Tag> tags(
      RegistrySession session, Repository repository, Scope scope, Retries retries)
      throws IOException {
    List<Tag> tags = new ArrayList<>();
    String path = "/v2/" + repository.path() + "/tags/list";
    for (String text :
        all(
            session,
            path,
            "tags",
            scope,
            retries,
            "fetching tags list of " + repository,
            _ -> false)) {
      // Some registries list nothings and digests among the tags, against the specification.
      if (!text.isEmpty() && !Digest.isDigest(text)) {
        if (!Tag.isTag(text)) {
          throw new MalformedException(
              "fetching tags list of "
                  + repository
                  + ": registry returned invalid tag \""
                  + text
                  + "\"");
        }
        tags.add(new Tag(text));
      }
    }
    return tags;
  }

  /// @param enough whether no further page is wanted, given all entries so far
  static List<String> repositories(
      RegistrySession session, Retries retries, Predicate<List<String>> enough) throws IOException {
    return all(
        session,
        "/v2/_catalog",
        "repositories",
        Scope.CATALOG,
        retries,
        "listing repositories of " + session.name(),
        enough);
  }

  private static List<String> all(
      RegistrySession session,
      String start,
      String key,
      Scope scope,
      Retries retries,
      String what,
      Predicate<List<String>> enough)
      throws IOException {
    List<String> entries = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    Optional<String> path = Optional.of(start);
    while (path.isPresent() && !enough.test(entries)) {
      if (!seen.add(path.get()) || seen.size() > Limits.LIST_PAGES) {
        throw new MalformedException(what + ": the registry's pages do not end");
      }
      path = page(session, path.get(), key, scope, retries, what, entries);
    }
    return entries;
  }

  private static Optional<String> page(
      RegistrySession session,
      String path,
      String key,
      Scope scope,
      Retries retries,
      String what,
      List<String> entries)
      throws IOException {
    Response response;
    try {
      response = session.send(Order.of("GET", path, scope), retries);
    } catch (IOException e) {
      throw RemoteRepository.told(what + ": ", e);
    }
    try (response) {
      if (response.status() != 200) {
        Refusal refusal = Refusal.of(response);
        if (refusal.absent()) {
          throw new NotFoundException(
              NotFoundException.Kind.TAG, session.name(), what + ": " + refusal.text());
        }
        throw RemoteRepository.refused(what, refusal, session);
      }
      Json.Obj json;
      try {
        json = Json.parseObject(response.readAtMost(Limits.LIST_BODY));
        for (Json entry : json.array(key)) {
          if (entry instanceof Json.Str(String text)) {
            entries.add(text);
          } else if (!(entry instanceof Json.Null)) {
            throw new MalformedException("\"" + key + "\" is not an array of strings");
          }
        }
      } catch (IOException e) {
        throw Wording.told(what + ": ", e);
      }
      return next(response, what);
    }
  }

  /// The path and query of the next page: a registry may write a whole URL, but a list stays where
  /// it began.
  static Optional<String> next(Response response, String what) throws MalformedException {
    Optional<String> link = response.headers().first("Link");
    if (link.isEmpty()) {
      return Optional.empty();
    }
    int open = link.get().indexOf('<');
    int close = link.get().indexOf('>');
    if (open < 0 || close < open) {
      throw new MalformedException(what + ": invalid Link header \"" + link.get() + "\"");
    }
    try {
      URI target = response.uri().resolve(link.get().substring(open + 1, close));
      return Optional.of(
          target.getRawPath() + (target.getRawQuery() == null ? "" : "?" + target.getRawQuery()));
    } catch (IllegalArgumentException e) {
      throw new MalformedException(
          what + ": invalid Link header \"" + link.get() + "\"",
          MalformedException.UNKNOWN_POSITION,
          e);
    }
  }
}
