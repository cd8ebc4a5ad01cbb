package dev.stowage.registry;

import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.MismatchException;
import java.io.IOException;
import java.util.Optional;

/// Puts one manifest into a repository.
///
/// @see <a
///   href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests">OCI
///   distribution, pushing manifests</a>
final class ManifestPush {
  private final RemoteRepository repository;
  private final RegistrySession session;
  private final Retries retries;

  ManifestPush(RemoteRepository repository, RegistrySession session, Retries retries) {
    this.repository = repository;
    this.session = session;
    this.retries = retries;
  }

  /// @param which a tag, or the digest of the manifest
  PushedManifest put(Document manifest, String which, Digest digest) throws IOException {
    String what = "uploading manifest " + which + " to " + repository;
    Order order =
        Order.of(
                "PUT",
                "/v2/" + repository.repository().path() + "/manifests/" + which,
                Scope.push(repository.repository()))
            .with("Content-Type", manifest.type().value())
            .carrying(Request.Payload.of(manifest.bytes()));
    Response response;
    try {
      response = session.send(order, retries);
    } catch (IOException e) {
      throw RemoteRepository.told(what + ": ", e);
    }
    try (response) {
      if (response.status() < 200 || response.status() > 299) {
        throw repository.refused(what, Refusal.of(response));
      }
      Bytes _ = response.readAtMost(Limits.ERROR_BODY);
      Optional<Digest> stated = RemoteRepository.statedDigest(response);
      if (stated.isPresent()
          && stated.get().algorithm() == digest.algorithm()
          && !stated.get().equals(digest)) {
        throw new MismatchException(what, digest.toString(), stated.get().toString());
      }
      Optional<String> subject = response.headers().first("OCI-Subject");
      return new PushedManifest(
          digest,
          subject.isPresent() && Digest.isDigest(subject.get())
              ? Optional.of(Digest.parse(subject.get()))
              : Optional.empty());
    }
  }
}
