package dev.stowage.archive;

/// Content to try a compressor on: words that come again and again, numbers, and noise.
final class Sample {
  private static final int LENGTH = 96 * 1024;

  private Sample() {}

  static byte[] bytes() {
    byte[] sample = new byte[LENGTH];
    long seed = 0x9E37_79B9_7F4A_7C15L;
    int at = 0;
    while (at < LENGTH) {
      seed = seed * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
      int kind = (int) (seed >>> 60);
      int count = (int) (seed >>> 40 & 0x3F) + 4;
      int from = at == 0 ? 0 : (int) ((seed >>> 20 & 0xF_FFFF) % at);
      for (int i = 0; i < count && at < LENGTH; i++, at++) {
        if (kind < 10 && at > count) {
          sample[at] = sample[from + i % Math.max(1, at - from)];
        } else if (kind < 13) {
          sample[at] = (byte) ('a' + i * kind % 26);
        } else {
          sample[at] = (byte) (seed >>> (i * 7 & 31));
        }
      }
    }
    return sample;
  }
}
