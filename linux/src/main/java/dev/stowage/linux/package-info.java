/// The kernel, fenced: the disk, locks, layer trees, mounts and the process's identity.
package dev.stowage.linux;
