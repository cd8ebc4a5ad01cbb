package dev.stowage.registry;

import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Repository;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The search of one registry. The protocol has none: Docker's index and some registries answer to
/// `/v1/search`; of the others the list of repositories is looked through.
final class Search {
  private final RegistrySession session;
  private final Retries retries;

  Search(RegistrySession session, Retries retries) {
    this.session = session;
    this.retries = retries;
  }

  List<SearchHit> find(String term, int most) throws IOException {
    String prefix = "couldn't search registry \"" + session.name() + "\": ";
    try {
      if (!term.isEmpty()) {
        Optional<List<SearchHit>> found = fromIndex(term, most);
        if (found.isPresent()) {
          return found.get();
        }
      }
      return inCatalog(term, most);
    } catch (IOException e) {
      throw Wording.with(prefix, e);
    }
  }

  /// What the registry's own search says; empty where it has none.
  private Optional<List<SearchHit>> fromIndex(String term, int most) throws IOException {
    boolean docker = session.name().equals(Repository.DOCKER_IO);
    String wanted =
        docker && term.startsWith("library/") ? term.substring("library/".length()) : term;
    String path =
        "/v1/search?n=" + most + "&q=" + URLEncoder.encode(wanted, StandardCharsets.UTF_8);
    try (Response response = session.sendBare(path, Headers.NONE)) {
      if (response.status() != 200) {
        if (docker) {
          throw RemoteRepository.refused("searching", Refusal.of(response), session);
        }
        return Optional.empty();
      }
      List<SearchHit> hits = new ArrayList<>();
      for (Json.Obj hit :
          Json.parseObject(response.readAtMost(Limits.LIST_BODY)).objects("results")) {
        hits.add(read(hit));
      }
      return Optional.of(hits);
    } catch (MalformedException e) {
      if (docker) {
        throw e;
      }
      return Optional.empty(); // a page for people in the place of an answer
    }
  }

  private static SearchHit read(Json.Obj hit) throws MalformedException {
    boolean automated =
        hit.bool("is_automated").orElse(false) || hit.bool("is_trusted").orElse(false);
    return new SearchHit(
        hit.string("name").orElse(""),
        hit.string("description").orElse(""),
        hit.number("star_count").orElse(0L),
        hit.bool("is_official").orElse(false)
            ? SearchHit.Standing.OFFICIAL
            : SearchHit.Standing.ORDINARY,
        automated ? SearchHit.Making.AUTOMATED : SearchHit.Making.BY_HAND);
  }

  private List<SearchHit> inCatalog(String term, int most) throws IOException {
    List<String> names =
        Listing.repositories(
            session,
            retries,
            all -> all.stream().filter(name -> name.contains(term)).count() >= most);
    List<SearchHit> hits = new ArrayList<>();
    for (String name : names) {
      SearchHit hit =
          new SearchHit(name, "", 0, SearchHit.Standing.ORDINARY, SearchHit.Making.BY_HAND);
      if (name.equals(term)) {
        hits.addFirst(hit); // the very name comes first, wherever it stands in the list
      } else if (name.contains(term) && hits.size() < most) {
        hits.add(hit);
      }
    }
    return hits.size() > most ? List.copyOf(hits.subList(0, most)) : hits;
  }
}
