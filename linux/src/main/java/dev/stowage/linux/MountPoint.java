package dev.stowage.linux;

import java.nio.file.Path;

/// A mount of this process's mount namespace: proc_pid_mountinfo(5).
///
/// @param id unique among the mounts of now
/// @param source what is mounted, in words of the file system
/// @param root the directory of the file system that is seen at the mount point
/// @param options those of the mount itself, comma separated
/// @param superOptions those of the file system, as overlay's `lowerdir`
public record MountPoint(
    int id,
    int parent,
    String root,
    Path target,
    String options,
    String fileSystem,
    String source,
    String superOptions) {}
