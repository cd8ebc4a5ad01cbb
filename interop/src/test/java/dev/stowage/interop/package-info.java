/// Tests beside Podman, Buildah, Skopeo and docker-registry, in both directions on one store.
@org.jspecify.annotations.NullMarked
package dev.stowage.interop;
