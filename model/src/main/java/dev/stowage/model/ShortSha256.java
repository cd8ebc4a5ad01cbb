package dev.stowage.model;

import java.util.Arrays;

/// SHA-256 of short documents, without the JDK's security providers: loading those takes a short
/// command 6 ms, longer than everything else it does with a configuration.
///
/// Long content goes through the JDK, which is a hundred times as fast once it is loaded.
///
/// @see <a href="https://nvlpubs.nist.gov/nistpubs/FIPS/NIST.FIPS.180-4.pdf">FIPS 180-4</a>
final class ShortSha256 {
  /// Beyond this many bytes loading the providers is the shorter way.
  static final int LONGEST = 16 * 1024;

  private static final int BLOCK = 64;
  private static final int ROUNDS = 64;

  /// The first 32 bits of the fractions of the cube roots of the first 64 primes.
  private static final int[] ROUND_CONSTANTS = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
  };

  private ShortSha256() {}

  /// The digest in hexadecimal digits.
  static String hex(byte[] content) {
    int[] state = {
      0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
    };
    int[] schedule = new int[ROUNDS];
    int whole = content.length / BLOCK * BLOCK;
    for (int at = 0; at < whole; at += BLOCK) {
      mix(state, schedule, content, at);
    }
    int rest = content.length - whole;
    byte[] last =
        Arrays.copyOf(
            Arrays.copyOfRange(content, whole, content.length), rest < 56 ? BLOCK : 2 * BLOCK);
    last[rest] = (byte) 0x80;
    long bits = content.length * 8L;
    for (int i = 0; i < 8; i++) {
      last[last.length - 1 - i] = (byte) (bits >>> 8 * i);
    }
    for (int at = 0; at < last.length; at += BLOCK) {
      mix(state, schedule, last, at);
    }
    StringBuilder hex = new StringBuilder(64);
    for (int word : state) {
      for (int shift = 28; shift >= 0; shift -= 4) {
        hex.append(Character.forDigit(word >>> shift & 0xf, 16));
      }
    }
    return hex.toString();
  }

  private static void mix(int[] state, int[] w, byte[] content, int at) {
    for (int i = 0; i < 16; i++) {
      int from = at + 4 * i;
      w[i] =
          (content[from] & 0xff) << 24
              | (content[from + 1] & 0xff) << 16
              | (content[from + 2] & 0xff) << 8
              | content[from + 3] & 0xff;
    }
    for (int i = 16; i < ROUNDS; i++) {
      int x = w[i - 15];
      int y = w[i - 2];
      int low = (x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3;
      int high = (y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10;
      w[i] = w[i - 16] + low + w[i - 7] + high;
    }
    int a = state[0];
    int b = state[1];
    int c = state[2];
    int d = state[3];
    int e = state[4];
    int f = state[5];
    int g = state[6];
    int h = state[7];
    for (int i = 0; i < ROUNDS; i++) {
      int sum1 = (e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7);
      int first = h + sum1 + (e & f ^ ~e & g) + ROUND_CONSTANTS[i] + w[i];
      int sum0 = (a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10);
      int second = sum0 + (a & b ^ a & c ^ b & c);
      h = g;
      g = f;
      f = e;
      e = d + first;
      d = c;
      c = b;
      b = a;
      a = first + second;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
  }
}
