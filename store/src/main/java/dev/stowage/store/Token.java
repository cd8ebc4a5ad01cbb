package dev.stowage.store;

import dev.stowage.linux.HeldLock;
import dev.stowage.model.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;

/// The mark that a writer leaves in a lock file, different every time: time, count, process ID and
/// random bytes.
final class Token {
  private static final AtomicLong COUNT = new AtomicLong();
  private static final int RANDOM = HeldLock.TOKEN_LENGTH - 20;

  private Token() {}

  static Bytes make() throws IOException {
    ByteBuffer token = ByteBuffer.allocate(HeldLock.TOKEN_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    long millis = System.currentTimeMillis();
    token.putLong(millis * 1_000_000 + Math.floorMod(System.nanoTime(), 1_000_000L));
    token.putLong(COUNT.incrementAndGet());
    token.putInt((int) ProcessHandle.current().pid());
    token.put(Ids.randomBytes(RANDOM));
    return Bytes.owning(token.array());
  }
}
