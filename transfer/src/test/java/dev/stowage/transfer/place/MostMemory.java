package dev.stowage.transfer.place;

/// The most memory that the heap has needed for a while, beyond what it needed before: what is
/// still in use after collections.
final class MostMemory {
  private final long before;
  private final Thread thread;
  private volatile boolean stopped;
  private long most;

  private MostMemory() {
    this.before = used();
    this.thread = Thread.ofPlatform().daemon().start(this::run);
  }

  static MostMemory watch() {
    return new MostMemory();
  }

  private static long used() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private void run() {
    try {
      while (!stopped) {
        most = Math.max(most, used() - before);
        Thread.sleep(500);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// In bytes.
  long stop() {
    stopped = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return most;
  }
}
