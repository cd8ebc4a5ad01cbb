package dev.stowage.testkit;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.MediaType;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;

/// A registry inside the test's own process: it listens on a free loopback port, follows the OCI
/// distribution specification to the letter, remembers every request, and misbehaves where a test
/// tells it to. It stops when it is closed.
///
/// @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md">OCI
///   distribution specification</a>
public final class EmbeddedRegistry implements Closeable {

  /// How a registry is set up.
  ///
  /// @param directory where blobs are kept; in memory without one
  /// @param tls the server's side of TLS; plain HTTP without one
  /// @param mostTags how many entries a page of a list has at most
  /// @param places how it names the places of uploads
  /// @param age what it knows beyond the basics
  public record Setup(
      Access access,
      Optional<Path> directory,
      Optional<SSLContext> tls,
      int mostTags,
      Places places,
      Age age) {
    /// Open to everybody, in memory, without TLS.
    public static final Setup DEFAULT =
        new Setup(
            new Access.Open(),
            Optional.empty(),
            Optional.empty(),
            100,
            Places.RELATIVE,
            Age.CURRENT);

    public Setup with(Access other) {
      return new Setup(other, directory, tls, mostTags, places, age);
    }

    public Setup in(Path place) {
      return new Setup(access, Optional.of(place), tls, mostTags, places, age);
    }

    public Setup with(SSLContext server) {
      return new Setup(access, directory, Optional.of(server), mostTags, places, age);
    }

    public Setup withMostTags(int count) {
      return new Setup(access, directory, tls, count, places, age);
    }

    public Setup with(Places form) {
      return new Setup(access, directory, tls, mostTags, form, age);
    }

    public Setup with(Age other) {
      return new Setup(access, directory, tls, mostTags, places, other);
    }
  }

  /// How a registry names the place where an upload goes on.
  public enum Places {
    /// As a path.
    RELATIVE,
    /// As a whole URL.
    ABSOLUTE,
    /// As a path with a query that tells how much has arrived, and that has to be shown again.
    WITH_STATE
  }

  /// What a registry knows beyond the basics.
  public enum Age {
    /// All of the specification.
    CURRENT,
    /// Neither lists of referrers nor the deletion of a tag.
    OLD
  }

  /// A fault that waits for its requests.
  private static final class Rule {
    private final Predicate<LoggedRequest> matches;
    private final Fault fault;
    private int times;

    Rule(Predicate<LoggedRequest> matches, Fault fault, int times) {
      this.matches = matches;
      this.fault = fault;
      this.times = times;
    }
  }

  private final ServerSocket server;
  private final boolean secure;
  private final Protocol protocol;
  private final Shelf shelf;
  private final List<LoggedRequest> log = new CopyOnWriteArrayList<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final List<Rule> rules = new ArrayList<>();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;
  private int connections;

  private EmbeddedRegistry(Setup setup) throws IOException {
    this.shelf = new Shelf(setup.directory());
    this.secure = setup.tls().isPresent();
    this.server =
        setup.tls().isPresent()
            ? setup
                .tls()
                .get()
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress())
            : new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    if (server instanceof javax.net.ssl.SSLServerSocket tls) {
      tls.setWantClientAuth(true);
    }
    this.protocol = new Protocol(shelf, setup, url());
  }

  /// Starts a registry that is open to everybody, in memory, without TLS.
  public static EmbeddedRegistry start() throws IOException {
    return start(Setup.DEFAULT);
  }

  public static EmbeddedRegistry start(Setup setup) throws IOException {
    EmbeddedRegistry registry = new EmbeddedRegistry(setup);
    registry.run(registry::accept);
    return registry;
  }

  /// `127.0.0.1:port`, the host part of its images' names.
  public String host() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  public int port() {
    return server.getLocalPort();
  }

  /// `http://127.0.0.1:port`.
  public String url() {
    return (secure ? "https://" : "http://") + host();
  }

  /// Puts a blob into a repository, as a push would.
  public Descriptor addBlob(String repository, MediaType type, Bytes content) throws IOException {
    return new Descriptor(type, shelf.put(repository, content), content.length());
  }

  /// Puts a blob into a repository from a stream.
  public Descriptor addBlob(String repository, MediaType type, InputStream content)
      throws IOException {
    String id = shelf.begin(repository);
    Shelf.Upload upload = Optional.ofNullable(shelf.room(repository).uploads.get(id)).orElseThrow();
    upload.append(content);
    long length = upload.length();
    return new Descriptor(type, shelf.finish(repository, id, Optional.empty()), length);
  }

  /// Puts a manifest into a repository without asking whether its blobs are there.
  public Digest addManifest(String repository, String tag, Document manifest) {
    return shelf.put(repository, manifest, tag.isEmpty() ? Optional.empty() : Optional.of(tag));
  }

  /// Puts a whole image into a repository.
  ///
  /// @return the digest of its manifest
  public Digest addImage(String repository, String tag, TestImage image) throws IOException {
    for (Bytes blob : image.blobs()) {
      shelf.put(repository, blob);
    }
    return addManifest(repository, tag, image.manifest());
  }

  /// The manifest under a tag.
  public Optional<Document> manifest(String repository, String tag) {
    return protocol.find(repository, tag);
  }

  /// The content of a blob.
  public Optional<Bytes> blob(String repository, Digest digest) throws IOException {
    Optional<Content> content = Optional.ofNullable(shelf.room(repository).blobs.get(digest));
    return content.isPresent() ? Optional.of(Bytes.copyOf(content.get().all())) : Optional.empty();
  }

  /// From now on answers such requests with the fault, as often as said. Faults of different kinds
  /// apply together; of those that replace the answer, and of several of one kind, the oldest
  /// applies and the others wait for the requests after it.
  public void misbehave(Fault fault, Predicate<LoggedRequest> on, int times) {
    synchronized (rules) {
      rules.add(new Rule(on, fault, times));
    }
  }

  /// From now on always answers requests whose path contains the text with the fault.
  public void misbehave(Fault fault, String inPath) {
    misbehave(fault, inPath, Integer.MAX_VALUE);
  }

  public void misbehave(Fault fault, String inPath, int times) {
    misbehave(fault, request -> request.path().contains(inPath), times);
  }

  /// Ends all misbehaviour.
  public void behave() {
    synchronized (rules) {
      rules.clear();
    }
  }

  /// Begins an upload.
  ///
  /// @return its URL
  public String beginUpload(String repository) throws IOException {
    return url() + "/v2/" + repository + "/blobs/uploads/" + shelf.begin(repository);
  }

  /// How many uploads have begun in a repository and not ended.
  public int openUploads(String repository) {
    return shelf.room(repository).uploads.size();
  }

  /// Makes every token worthless that was handed out so far.
  public void revokeTokens() {
    protocol.tokens().clear();
  }

  /// All requests so far, in the order they came.
  public List<LoggedRequest> log() {
    return List.copyOf(log);
  }

  /// The requests whose path contains the text.
  public List<LoggedRequest> log(String inPath) {
    return log.stream().filter(request -> request.path().contains(inPath)).toList();
  }

  public void clearLog() {
    log.clear();
  }

  /// What clients did against the protocol; a good client leaves this empty.
  public List<String> complaints() {
    return List.copyOf(complaints);
  }

  private void accept() {
    while (!closed) {
      try {
        Socket socket = server.accept();
        int number = ++connections;
        sockets.add(socket);
        run(() -> serve(socket, number));
      } catch (IOException e) {
        if (!closed) {
          complaints.add("accepting: " + e);
        }
      }
    }
  }

  private void serve(Socket socket, int number) {
    try (socket) {
      socket.setTcpNoDelay(true);
      HttpLine line = new HttpLine(socket, number);
      boolean goesOn = true;
      while (goesOn && !closed) {
        Optional<HttpLine.Received> received = line.receive();
        goesOn = received.isPresent() && answer(line, received.get());
      }
    } catch (IOException | UncheckedIOException e) {
      // The client has gone, or never spoke HTTP/1.1; tests see that on their side.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sockets.remove(socket);
    }
  }

  private boolean answer(HttpLine line, HttpLine.Received received)
      throws IOException, InterruptedException {
    LoggedRequest request = received.request();
    log.add(request);
    List<Fault> faults = faultsFor(request);
    for (Fault fault : faults) {
      if (fault instanceof Fault.Silence) {
        return false;
      }
      if (fault instanceof Fault.Garbage(String text)) {
        line.sendRaw(text);
        return false;
      }
    }
    InputStream body = received.body();
    for (Fault fault : faults) {
      if (fault instanceof Fault.CutRequest(long bytes, Fault.Kept kept)) {
        body = new CutInput(body, bytes);
        if (kept != Fault.Kept.PART) {
          body.transferTo(java.io.OutputStream.nullOutputStream());
          if (kept == Fault.Kept.NO_UPLOAD) {
            protocol.uploads().forget(request);
          }
          return false;
        }
      }
    }
    Answer answer;
    try {
      answer = protocol.answer(request, body, faults);
    } catch (CutInput.CutException e) {
      return false;
    }
    if (faults.stream().anyMatch(Fault.LoseAnswer.class::isInstance)) {
      return false;
    }
    received.body().transferTo(java.io.OutputStream.nullOutputStream());
    if (answer.status() == 400 && faults.isEmpty()) {
      complaints.add(
          request
              + ": "
              + new String(answer.content().all(), java.nio.charset.StandardCharsets.UTF_8));
    }
    return line.send(request.method(), answer, faults);
  }

  private List<Fault> faultsFor(LoggedRequest request) {
    List<Fault> faults = new ArrayList<>();
    synchronized (rules) {
      for (Iterator<Rule> all = rules.iterator(); all.hasNext(); ) {
        Rule rule = all.next();
        if (rule.matches.test(request)
            && faults.stream().noneMatch(fault -> excludes(fault, rule.fault))) {
          faults.add(rule.fault);
          if (--rule.times == 0) {
            all.remove();
          }
        }
      }
    }
    return faults;
  }

  /// Whether an answer cannot show both faults, so that the second has to wait for a later answer.
  private static boolean excludes(Fault first, Fault second) {
    return replaces(first) && replaces(second) || first.getClass().equals(second.getClass());
  }

  private static boolean replaces(Fault fault) {
    return switch (fault) {
      case Fault.Redirect _,
          Fault.Refuse _,
          Fault.Busy _,
          Fault.Challenge _,
          Fault.Page _,
          Fault.Silence _,
          Fault.Garbage _ ->
          true;
      default -> false;
    };
  }

  private void run(Runnable task) {
    Thread thread =
        Thread.ofVirtual()
            .unstarted(
                () -> {
                  try {
                    task.run();
                  } finally {
                    threads.remove(Thread.currentThread());
                  }
                });
    threads.add(thread);
    thread.start();
  }

  /// Stops at once; answers under way are cut.
  @Override
  public void close() throws IOException {
    closed = true;
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
    for (Thread thread : threads) {
      thread.interrupt();
    }
  }
}
