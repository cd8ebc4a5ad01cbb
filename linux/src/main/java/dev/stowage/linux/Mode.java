package dev.stowage.linux;

/// The permission bits of a file, with the set-user, set-group and sticky bits: `07777` and nothing
/// above.
///
/// Modes are set exactly, whatever the process's umask.
public record Mode(int bits) {
  /// `0600`: what the store's metadata files have.
  public static final Mode PRIVATE_FILE = new Mode(0600);

  /// `0700`: what the store's directories have.
  public static final Mode PRIVATE_DIRECTORY = new Mode(0700);

  /// `0644`: what the store's lock files have.
  public static final Mode SHARED_FILE = new Mode(0644);

  /// `0755`: what a directory has that an archive does not mention.
  public static final Mode SHARED_DIRECTORY = new Mode(0755);

  /// The bits a mode may have.
  static final int MASK = 07777;

  public Mode {
    if ((bits & ~MASK) != 0) {
      throw new IllegalArgumentException("not permission bits: 0" + Integer.toOctalString(bits));
    }
  }

  /// The permission bits of a mode that may also carry the kind of the file, as `st_mode` and tar
  /// headers do.
  public static Mode of(int bits) {
    return new Mode(bits & MASK);
  }

  @Override
  public String toString() {
    return "0" + Integer.toOctalString(bits);
  }
}
