package dev.stowage.transfer.place;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.Platform;
import dev.stowage.model.PlatformChoice;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TestImage;
import dev.stowage.transfer.Copier;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.LocalForm;
import dev.stowage.transfer.Location;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CancelledCopyTest {
  private static final CopyOptions OPTIONS =
      CopyOptions.of(PlatformChoice.of(new Platform("linux", "amd64", "")));

  @TempDir Path directory;

  private final TestImage image =
      ImageGenerator.oci()
          .layer(Map.of("a", Bytes.utf8("small")))
          .randomLayer("b", 400_000, 4)
          .build();

  /// A source whose large layer stops in its midst until its reader is interrupted.
  private record Stuck(TestImage image, CountDownLatch reached) implements ImageSource {
    @Override
    public Document manifest() {
      return image.manifest();
    }

    @Override
    public Document manifest(Digest instance) {
      return image.manifest();
    }

    @Override
    public InputStream blob(Descriptor blob) {
      for (Bytes each : image.blobs()) {
        if (Digest.of(each).equals(blob.digest())) {
          return each.length() < 100_000 ? each.stream() : stuck(each);
        }
      }
      throw new AssertionError("asked for what is not there: " + blob);
    }

    private InputStream stuck(Bytes content) {
      byte[] half = java.util.Arrays.copyOf(content.toArray(), content.length() / 2);
      return new FilterInputStream(new ByteArrayInputStream(half)) {
        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
          int count = super.read(bytes, offset, length);
          if (count < 0) {
            reached.countDown();
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
              throw new InterruptedIOException("cancelled");
            }
          }
          return count;
        }
      };
    }

    @Override
    public List<ImageSignature> signatures(Digest manifest) {
      return List.of();
    }

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker-archive:%/a.tar", "oci-archive:%/a.tar", "dir:%/d", "oci:%/l:x"})
  @Timeout(30)
  void anInterruptEndsACopyAndLeavesNothingThatCouldBeTakenForAnImage(String place)
      throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    FutureTask<Object> copying =
        new FutureTask<>(
            () -> {
              try (ImageSource source = new Stuck(image, reached);
                  ImageSink sink =
                      Sinks.open(
                          Location.parse(place.replace("%", directory.toString())),
                          Archives.access(directory),
                          LocalForm.USUAL)) {
                return Copier.copy(source, sink, OPTIONS, Listener.NONE);
              }
            });
    Thread copier = Thread.ofPlatform().start(copying);
    reached.await();
    copier.interrupt();
    ExecutionException ended = assertThrows(ExecutionException.class, copying::get);
    assertInstanceOf(InterruptedIOException.class, ended.getCause());
    copier.join();
    try (Stream<Path> all = Files.walk(directory)) {
      List<String> left =
          all.filter(Files::isRegularFile)
              .map(file -> directory.relativize(file).toString())
              // Whole blobs of a layout are what a later attempt can use.
              .filter(file -> !isWholeBlob(file))
              .toList();
      assertEquals(List.of(), left);
    }
  }

  private boolean isWholeBlob(String file) {
    return file.startsWith("l/blobs/sha256/")
        && image.blobs().stream().anyMatch(blob -> file.endsWith("/" + Digest.of(blob).hex()));
  }
}
