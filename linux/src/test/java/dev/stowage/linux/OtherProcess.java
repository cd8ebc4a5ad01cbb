package dev.stowage.linux;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/// Another process that takes classic record locks, waiting in the kernel as the peers do.
final class OtherProcess implements Closeable {
  private final Process process;
  private final BufferedReader answers;

  OtherProcess() throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    process =
        new ProcessBuilder(
                java,
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                OtherProcess.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    expect("ready");
  }

  /// Begins to take a lock; the answer `taken` comes when it has it.
  void take(Path file, LockKind kind) throws IOException {
    send("take " + kind + " " + file);
  }

  /// Whether it can have a lock now; it does not keep it.
  boolean canTake(Path file, LockKind kind) throws IOException {
    send("try " + kind + " " + file);
    return "free".equals(answers.readLine());
  }

  void release(Path file) throws IOException {
    send("release - " + file);
    expect("released");
  }

  /// Takes and gives back a lock again and again until the end of the process.
  void hammer(Path file, LockKind kind) throws IOException {
    send("hammer " + kind + " " + file);
  }

  void expect(String answer) throws IOException {
    String line = answers.readLine();
    if (!answer.equals(line)) {
      throw new IOException("expected " + answer + ", got " + line);
    }
  }

  private void send(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    answers.close();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public static void main(String[] arguments) throws IOException {
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Map<String, RandomAccessFile> held = new TreeMap<>();
    say("ready");
    for (String line = orders.readLine(); line != null; line = orders.readLine()) {
      String[] words = line.split(" ", 3);
      boolean shared = words[1].equals("SHARED");
      switch (words[0]) {
        case "take" -> {
          RandomAccessFile file = new RandomAccessFile(words[2], "rw");
          FileLock _ = file.getChannel().lock(0, Long.MAX_VALUE, shared);
          held.put(words[2], file);
          say("taken");
        }
        case "try" -> {
          try (RandomAccessFile file = new RandomAccessFile(words[2], "rw")) {
            FileLock lock = file.getChannel().tryLock(0, Long.MAX_VALUE, shared);
            say(lock == null ? "busy" : "free");
          }
        }
        case "release" -> {
          RandomAccessFile file = held.remove(words[2]);
          if (file != null) {
            file.close();
          }
          say("released");
        }
        case "hammer" ->
            new Thread(
                    () -> {
                      try {
                        hammerOn(words[2], shared);
                      } catch (IOException e) {
                        throw new UncheckedIOException(e);
                      }
                    })
                .start();
        default -> throw new IOException(line);
      }
    }
    System.exit(0);
  }

  private static void hammerOn(String name, boolean shared) throws IOException {
    long until = System.nanoTime() + 60_000_000_000L;
    while (System.nanoTime() < until) {
      try (RandomAccessFile file = new RandomAccessFile(name, "rw")) {
        FileLock _ = file.getChannel().lock(0, Long.MAX_VALUE, shared);
        long end = System.nanoTime() + 2_000_000;
        while (System.nanoTime() < end) {
          Thread.onSpinWait();
        }
      }
    }
  }

  private static void say(String answer) {
    System.out.println(answer);
    System.out.flush();
  }
}
