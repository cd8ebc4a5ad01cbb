package dev.stowage.store;

/// A range of user or group IDs of a container and what they are on the host.
public record IdMap(long containerId, long hostId, long size) {}
