package dev.stowage.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// Mounting and unmounting: mount(2), umount2(2). Needs the superuser of the mount namespace.
public final class Mounts {
  private static final long MS_BIND = 4096;
  private static final long MS_REMOUNT = 32;
  private static final long MS_PRIVATE = 1 << 18;
  private static final int MNT_DETACH = 2;
  private static final int UMOUNT_NOFOLLOW = 8;
  private static final int CLONE_FS = 0x200;

  /// The kernel copies one page of options, the terminating NUL included, on every architecture at
  /// least this.
  private static final int PAGE_SIZE = 4096;

  private Mounts() {}

  /// Mounts an overlay.
  ///
  /// Relative paths in the options start at a directory, so that the many layers of a large image
  /// fit into the page that the kernel allows: the mount is made by a thread with a current
  /// directory of its own. Where they do not fit, open descriptors take the place of the lower
  /// directories' names.
  ///
  /// @param from where relative paths start
  public static void overlay(Path from, Path target, OverlayOptions options, Set<MountFlag> flags)
      throws IOException {
    onThreadOfItsOwn(
        target,
        calls -> {
          calls.check(MountCalls.unshare(calls.state, CLONE_FS), target);
          calls.check(MountCalls.chdir(calls.state, calls.text(from.toString())), from);
          String text = options.text();
          if (FileNames.bytes(text).length < PAGE_SIZE) {
            calls.mount("overlay", target, "overlay", bits(flags), text);
          } else {
            calls.mountByDescriptors(from, target, options, bits(flags));
          }
        });
  }

  /// Lets a directory or file be seen at a second place as well, without the mounts beneath it.
  ///
  /// @param flags as [MountFlag#READ_ONLY]
  public static void bind(Path source, Path target, Set<MountFlag> flags) throws IOException {
    try (Calls calls = new Calls()) {
      calls.mount(source.toString(), target, "none", MS_BIND, "");
      if (!flags.isEmpty()) {
        calls.mount("none", target, "none", MS_BIND | MS_REMOUNT | bits(flags), "");
      }
    }
  }

  /// Keeps the mounts beneath a mount point from spreading to other mount namespaces and back.
  public static void makePrivate(Path mountPoint) throws IOException {
    try (Calls calls = new Calls()) {
      calls.mount("none", mountPoint, "none", MS_PRIVATE, "");
    }
  }

  /// Takes the topmost mount at a path away, at once for new users and for those inside when they
  /// leave.
  ///
  /// @throws FileSystemException with `Invalid argument` if nothing is mounted there
  public static void unmount(Path target) throws IOException {
    try (Calls calls = new Calls()) {
      int flags = MNT_DETACH | UMOUNT_NOFOLLOW;
      calls.check(MountCalls.unmount(calls.state, calls.text(target.toString()), flags), target);
    }
  }

  /// The number that says what the file system of a path is: statfs(2), as `0x794c7630` for
  /// overlay.
  public static long fileSystemMagic(Path path) throws IOException {
    try (Calls calls = new Calls()) {
      MemorySegment facts = calls.arena.allocate(256, 8);
      calls.check(MountCalls.statfs(calls.state, calls.text(path.toString()), facts), path);
      return facts.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  private static long bits(Set<MountFlag> flags) {
    long bits = 0;
    for (MountFlag flag : flags) {
      bits |= flag.bit();
    }
    return bits;
  }

  /// Something to do with the kernel.
  private interface Work {
    void on(Calls calls) throws IOException;
  }

  /// A thread that leaves the others' current directory alone must never be one that they use
  /// later.
  private static void onThreadOfItsOwn(Path target, Work work) throws IOException {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name("mount " + target)
            .start(
                () -> {
                  try (Calls calls = new Calls()) {
                    work.on(calls);
                    done.complete(null);
                  } catch (IOException | RuntimeException | Error e) {
                    done.completeExceptionally(e);
                  }
                });
    try {
      done.join();
    } catch (java.util.concurrent.CompletionException e) {
      if (e.getCause() instanceof IOException failed) {
        throw failed;
      }
      throw new IllegalStateException(thread.getName(), e.getCause());
    }
  }

  /// The native memory of one mount.
  private static final class Calls implements AutoCloseable {
    @SuppressWarnings("MustBeClosedChecker") // close() closes it
    final Arena arena = Arena.ofConfined();

    final MemorySegment state = arena.allocate(NativeFunction.state());

    MemorySegment text(String text) {
      byte[] bytes = FileNames.bytes(text);
      MemorySegment segment = arena.allocate(bytes.length + 1L);
      MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
      return segment;
    }

    void mount(String source, Path target, String type, long flags, String options)
        throws IOException {
      check(
          MountCalls.mount(
              state, text(source), text(target.toString()), text(type), flags, text(options)),
          target);
    }

    void mountByDescriptors(Path from, Path target, OverlayOptions options, long flags)
        throws IOException {
      List<Integer> open = new ArrayList<>();
      try {
        List<String> lower = new ArrayList<>();
        int openFlags = OpenFlags.PLACE_ONLY | OpenFlags.DIRECTORY | OpenFlags.CLOSE_ON_EXEC;
        for (String layer : options.lower()) {
          int descriptor = MountCalls.open(state, text(layer), openFlags, 0);
          check(descriptor, from.resolve(layer));
          open.add(descriptor);
          lower.add(Integer.toString(descriptor));
        }
        String text =
            new OverlayOptions(
                    lower,
                    options
                        .writable()
                        .map(
                            place ->
                                new OverlayOptions.Writable(
                                    from.resolve(place.upper()).toString(),
                                    from.resolve(place.work()).toString())),
                    options.others())
                .text();
        if (FileNames.bytes(text).length >= PAGE_SIZE) {
          throw new FileSystemException(
              target.toString(), null, "the options of the overlay mount exceed " + PAGE_SIZE);
        }
        check(MountCalls.chdir(state, text("/proc/self/fd")), target);
        mount("overlay", from.resolve(target).toAbsolutePath(), "overlay", flags, text);
      } finally {
        for (int descriptor : open) {
          int _ = MountCalls.close(state, descriptor);
        }
      }
    }

    void check(int result, Path path) throws IOException {
      if (result < 0) {
        throw Errno.exception(-result, path.toString());
      }
    }

    @Override
    public void close() {
      arena.close();
    }
  }
}
