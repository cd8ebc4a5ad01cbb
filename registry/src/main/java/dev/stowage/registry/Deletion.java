package dev.stowage.registry;

import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Tag;
import dev.stowage.model.UnsupportedException;
import java.io.IOException;

/// Deletes manifests and tags of one repository. A registry that knows no deletion of tags is never
/// asked to delete the manifest instead, which would take every other tag of it along.
///
/// @see <a
///   href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#deleting-tags">OCI
///   distribution, content management</a>
final class Deletion {
  private final RemoteRepository repository;
  private final RegistrySession session;
  private final Retries retries;

  Deletion(RemoteRepository repository, RegistrySession session, Retries retries) {
    this.repository = repository;
    this.session = session;
    this.retries = retries;
  }

  void delete(Digest manifest) throws IOException {
    String what = "deleting manifest " + manifest + " in " + repository;
    boolean there = repository.holds(manifest);
    Refusal refusal = ask(manifest.toString(), what);
    if (taken(refusal)) {
      return;
    }
    if (refusal.absent() && there && !repository.holds(manifest)) {
      return; // an earlier attempt whose answer was lost
    }
    if (refusal.absent()) {
      throw new NotFoundException(
          NotFoundException.Kind.MANIFEST,
          repository + "@" + manifest,
          what + ": " + refusal.text());
    }
    if (unsupported(refusal)) {
      throw new UnsupportedException(
          what
              + ": "
              + refusal.text()
              + ": the registry does not delete; have its operator allow it");
    }
    throw repository.refused(what, refusal);
  }

  TagDeletion delete(Tag tag) throws IOException {
    String what = "deleting tag " + tag + " in " + repository;
    Digest manifest = repository.digest(tag);
    Refusal refusal = ask(tag.value(), what);
    if (taken(refusal) || refusal.absent() && gone(tag)) {
      return new TagDeletion(
          manifest,
          repository.holds(manifest) ? TagDeletion.Aftermath.STAYS : TagDeletion.Aftermath.GONE);
    }
    if (unsupported(refusal) || refusal.status() == 400 || refusal.absent()) {
      throw new UnsupportedException(
          what
              + ": "
              + refusal.text()
              + ": the registry cannot delete a tag alone, only the manifest "
              + manifest
              + " with every tag of it");
    }
    throw repository.refused(what, refusal);
  }

  /// Whether a tag that was there is no more: an earlier attempt succeeded whose answer was lost.
  private boolean gone(Tag tag) throws IOException {
    try {
      Digest _ = repository.digest(tag);
      return false;
    } catch (NotFoundException e) {
      return true;
    }
  }

  private Refusal ask(String which, String what) throws IOException {
    Order order =
        Order.of(
            "DELETE",
            "/v2/" + repository.repository().path() + "/manifests/" + which,
            Scope.delete(repository.repository()));
    try (Response response = session.send(order, retries)) {
      if (response.status() >= 200 && response.status() <= 299) {
        Bytes _ = response.readAtMost(Limits.ERROR_BODY);
      }
      return Refusal.of(response);
    } catch (IOException e) {
      throw RemoteRepository.told(what + ": ", e);
    }
  }

  private static boolean taken(Refusal answer) {
    return answer.status() >= 200 && answer.status() <= 299;
  }

  private static boolean unsupported(Refusal refusal) {
    return refusal.status() == 405
        || refusal.status() == 501
        || refusal.codes().contains("UNSUPPORTED");
  }
}
