package dev.stowage.linux;

/// The user and the group a file belongs to, as this process's user namespace numbers them.
public record Owner(long uid, long gid) {
  /// The superuser.
  public static final Owner ROOT = new Owner(0, 0);

  /// The greatest number; 2^32-1 means "leave as it is" to the kernel and is no owner.
  public static final long MAXIMUM = 0xFFFF_FFFEL;

  public Owner {
    if (uid < 0 || uid > MAXIMUM || gid < 0 || gid > MAXIMUM) {
      throw new IllegalArgumentException("no such owner: " + uid + ":" + gid);
    }
  }
}
