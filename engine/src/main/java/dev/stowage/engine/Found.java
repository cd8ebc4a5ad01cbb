package dev.stowage.engine;

/// A local image and what it was found under.
///
/// @param name the full name, or the ID as it was given; empty where a storage reference
///   (`containers-storage:`) was given
public record Found(Image image, String name) {}
