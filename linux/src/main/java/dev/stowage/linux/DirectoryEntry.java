package dev.stowage.linux;

/// A name in a directory.
///
/// @param name as [FileNames] spells it
public record DirectoryEntry(String name, FileKind kind, long inode) {}
