package dev.stowage.store;

/// What a change of the store gave, and what it gave back.
///
/// @param freed the bytes of the disk that held what was removed
public record Measured<T>(T result, long freed) {}
