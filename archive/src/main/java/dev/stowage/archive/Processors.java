package dev.stowage.archive;

import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The processors of this machine, for work that only computes: one thread for each, shared by all
/// streams, so that many streams at once get no more than there is.
final class Processors {
  static final int COUNT = Runtime.getRuntime().availableProcessors();

  private static final ThreadPoolExecutor POOL = pool();

  private Processors() {}

  private static ThreadPoolExecutor pool() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            COUNT,
            COUNT,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "stowage-processor");
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  static Future<?> submit(Runnable work) {
    return POOL.submit(work);
  }
}
