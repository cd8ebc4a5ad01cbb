/// The client side of the distribution protocol: registries, their repositories, manifests and
/// blobs.
package dev.stowage.registry;
