package dev.stowage.model;

/// A family of documents: which words an image is described in.
public enum Family {
  OCI,
  DOCKER;

  /// The type of its manifests.
  public MediaType manifest() {
    return this == OCI ? MediaType.OCI_MANIFEST : MediaType.DOCKER_MANIFEST;
  }

  /// The type of its indexes.
  public MediaType index() {
    return this == OCI ? MediaType.OCI_INDEX : MediaType.DOCKER_LIST;
  }

  /// The family that a manifest or index of this type belongs to.
  public static Family of(MediaType type) {
    return type.value().startsWith("application/vnd.docker.") ? DOCKER : OCI;
  }
}
