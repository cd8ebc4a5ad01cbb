package dev.stowage.registry;

import dev.stowage.config.Proxies;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Sends requests over kept connections. It knows nothing of redirects, credentials and retries; a
/// kept connection that turns out to be dead is replaced unseen.
///
/// Safe for use by several threads.
final class Transport implements Closeable {
  private static final int KEPT_PER_ROUTE = 16;
  private static final long KEPT_NANOS = 60_000_000_000L;

  /// What a kept connection may be used for again.
  private record Route(Origin origin, Tls tls, Optional<Proxies.Proxy> proxy) {
    // Spelled out, because what a record has of its own is linked at run time.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Route route
          && origin.equals(route.origin)
          && tls == route.tls
          && proxy.equals(route.proxy);
    }

    @Override
    public int hashCode() {
      return origin.hashCode();
    }
  }

  private final Timeouts timeouts;
  private final ProxyChoice proxies;
  private final Dialer dialer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Route, Deque<Connection>> kept = new HashMap<>();
  private boolean closed;

  Transport(Timeouts timeouts, ProxyChoice proxies) {
    this.timeouts = timeouts;
    this.proxies = proxies;
    this.dialer = new Dialer(timeouts);
  }

  /// Whether no proxy stands before this place, with TLS or without.
  boolean direct(Origin origin) {
    return proxies.before("http", origin.host(), origin.port()).isEmpty()
        && proxies.before("https", origin.host(), origin.port()).isEmpty();
  }

  /// Sends a request and returns once the head of its answer is there. The caller closes the
  /// answer.
  Response send(Request request, Tls tls) throws IOException {
    Origin origin = Origin.of(request.uri());
    Optional<Proxies.Proxy> proxy =
        proxies.before(origin.scheme().toString(), origin.host(), origin.port());
    Route route = new Route(origin, tls, proxy);
    boolean forwarded =
        proxy.isPresent() && !origin.secure() && !proxy.get().scheme().startsWith("socks");
    Headers extra = forwarded ? Dialer.authorization(proxy.get()) : Headers.NONE;
    Connection.Target target = forwarded ? Connection.Target.FULL : Connection.Target.PATH;
    Optional<Connection> reused = take(route);
    while (reused.isPresent()) {
      Connection connection = reused.get();
      try {
        return connection.exchange(request, target, extra);
      } catch (IOException e) {
        connection.drop();
        if (e instanceof InterruptedIOException
            || e instanceof PayloadException
            || connection.answering()
            || !request.repeatable()) {
          throw e;
        }
      } catch (RuntimeException e) {
        connection.drop();
        throw e;
      }
      reused = take(route);
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted");
    }
    Connection fresh = open(route);
    try {
      return fresh.exchange(request, target, extra);
    } catch (IOException | RuntimeException e) {
      fresh.drop();
      throw e;
    }
  }

  /// Sends a request to a place that nothing stands before and that may speak otherwise, so that it
  /// waits for more where an answer is expected.
  ///
  /// @return empty where the place took the call and did not answer soon
  /// @throws java.net.SocketTimeoutException if it did not take the call
  Optional<Response> probe(Request request, Tls tls) throws IOException {
    Connection fresh = open(new Route(Origin.of(request.uri()), tls, Optional.empty()));
    try {
      return Optional.of(
          fresh.exchange(request, Connection.Target.PATH, Headers.NONE, timeouts.probe()));
    } catch (SocketTimeoutException e) {
      fresh.drop();
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      fresh.drop();
      throw e;
    }
  }

  private Connection open(Route route) throws IOException {
    return new Connection(
        dialer.dial(route.origin, route.tls, route.proxy),
        timeouts,
        (connection, fate) -> release(route, connection, fate));
  }

  private Optional<Connection> take(Route route) {
    List<Connection> stale = new ArrayList<>();
    Optional<Connection> found = Optional.empty();
    lock.lock();
    try {
      Deque<Connection> idle = kept.get(route);
      while (found.isEmpty() && idle != null && !idle.isEmpty()) {
        Connection connection = idle.pop();
        if (System.nanoTime() - connection.idleSince() < KEPT_NANOS) {
          found = Optional.of(connection);
        } else {
          stale.add(connection);
        }
      }
    } finally {
      lock.unlock();
    }
    stale.forEach(Connection::drop);
    return found;
  }

  private void release(Route route, Connection connection, Connection.Fate fate) {
    if (fate == Connection.Fate.KEEP) {
      lock.lock();
      try {
        Deque<Connection> idle = kept.computeIfAbsent(route, _ -> new ArrayDeque<>());
        if (!closed && idle.size() < KEPT_PER_ROUTE) {
          idle.push(connection);
          return;
        }
      } finally {
        lock.unlock();
      }
    }
    connection.drop();
  }

  /// Closes the kept connections; those in use end with their answers.
  @Override
  public void close() {
    List<Connection> all = new ArrayList<>();
    lock.lock();
    try {
      closed = true;
      kept.values().forEach(all::addAll);
      kept.clear();
    } finally {
      lock.unlock();
    }
    all.forEach(Connection::drop);
  }
}
