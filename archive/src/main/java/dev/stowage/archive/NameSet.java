package dev.stowage.archive;

/// The names that occurred in an archive, in 8 to 16 bytes each however long they are.
///
/// Names are told apart by 63 bits of hash. Names made to collide pass for duplicates, which harms
/// nobody but the archive that has them.
final class NameSet {
  private static final long CONTENT = 1;

  /// Slots hold 0, or a hash whose lowest bit says whether the name has content.
  private long[] slots = new long[1024];

  private int count;

  /// What was known of a name before it was added.
  enum Before {
    UNKNOWN,
    WITHOUT_CONTENT,
    WITH_CONTENT
  }

  /// @param hasContent whether content belongs to the name, now or before
  Before add(String name, boolean hasContent) {
    long hash = hash(name);
    int slot = find(hash);
    if (slots[slot] == 0) {
      slots[slot] = hash | (hasContent ? CONTENT : 0);
      if (++count > slots.length / 2) {
        grow();
      }
      return Before.UNKNOWN;
    }
    Before before = (slots[slot] & CONTENT) == 0 ? Before.WITHOUT_CONTENT : Before.WITH_CONTENT;
    if (hasContent) {
      slots[slot] |= CONTENT;
    }
    return before;
  }

  boolean contains(String name) {
    return slots[find(hash(name))] != 0;
  }

  private int find(long hash) {
    int mask = slots.length - 1;
    int slot = (int) (hash >>> 20) & mask;
    while (slots[slot] != 0 && (slots[slot] & ~CONTENT) != hash) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] old = slots;
    slots = new long[old.length * 2];
    for (long value : old) {
      if (value != 0) {
        slots[find(value & ~CONTENT)] = value;
      }
    }
  }

  private static long hash(String name) {
    long hash = 0xCBF2_9CE4_8422_2325L;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x9E37_79B9_7F4A_7C15L;
      hash ^= hash >>> 29;
    }
    hash = (hash ^ hash >>> 32) * 0xD6E8_FEB8_6659_FD93L;
    hash = (hash ^ hash >>> 32) & ~CONTENT;
    return hash == 0 ? 2 : hash;
  }
}
