package dev.stowage.config;

import java.nio.file.Path;

/// Who runs this process.
///
/// @param uid the real user ID, as it is called inside the user namespace the process is in
/// @param effectiveUid the effective user ID there
/// @param gid the real group ID there
/// @param loginUid the user ID outside, where a container tool moved the process into a user
///   namespace and said so in `_CONTAINERS_ROOTLESS_UID`; else the same as `uid`
/// @param home the home directory
/// @param privilege what the process may do
public record User(
    int uid, int effectiveUid, int gid, int loginUid, Path home, Privilege privilege) {

  /// What a process may do to the system.
  public enum Privilege {
    /// All: root with the right to mount, in a namespace that maps every user.
    ROOTFUL,
    /// Only what its user, or the user namespace it is in, allows.
    ROOTLESS
  }

  /// Whose store is used when nobody names one.
  public enum Store {
    /// The machine's.
    SYSTEM,
    /// The user's own.
    PRIVATE
  }

  /// Whose store this user uses when nobody names one. Root in a user namespace of a container uses
  /// the system's paths, which are the container's own.
  public Store store() {
    return loginUid == 0 ? Store.SYSTEM : Store.PRIVATE;
  }
}
