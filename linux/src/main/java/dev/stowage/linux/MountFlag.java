package dev.stowage.linux;

/// A flag of a mount: mount(2).
public enum MountFlag {
  READ_ONLY(1),
  NO_SET_USER(2),
  NO_DEVICES(4),
  NO_EXECUTE(8),
  NO_ACCESS_TIME(1024);

  private final long bit;

  MountFlag(long bit) {
    this.bit = bit;
  }

  long bit() {
    return bit;
  }
}
