package dev.stowage.linux;

/// A run of numbers of users or groups inside a user namespace and what they are outside:
/// user_namespaces(7).
///
/// @param inside the first number inside
/// @param outside the first number outside
/// @param length how many follow one another
public record IdMapping(long inside, long outside, long length) {}
