package dev.stowage.linux;

/// The number of a device: its driver and the unit of that driver.
public record DeviceNumber(int major, int minor) {
  /// `0:0`: what files have that are no device, and what marks a whiteout in overlay's form.
  public static final DeviceNumber ZERO = new DeviceNumber(0, 0);

  /// The number that the C library packs into a `dev_t`.
  public static DeviceNumber unpack(long packed) {
    if (packed == 0) {
      return ZERO;
    }
    int major = (int) (((packed >>> 8) & 0xFFF) | ((packed >>> 32) & 0xFFFF_F000L));
    int minor = (int) ((packed & 0xFF) | ((packed >>> 12) & 0xFFFF_FF00L));
    return new DeviceNumber(major, minor);
  }

  /// The `dev_t` of this number.
  public long packed() {
    long major = Integer.toUnsignedLong(this.major);
    long minor = Integer.toUnsignedLong(this.minor);
    return (minor & 0xFF)
        | ((major & 0xFFF) << 8)
        | ((minor & 0xFFFF_FF00L) << 12)
        | ((major & 0xFFFF_F000L) << 32);
  }
}
