package dev.stowage.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.MediaType;
import dev.stowage.model.MismatchException;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.LoggedRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Content that is read while it is sent.
class UploadedContentTest {
  private static final String TEAM = "team/app";
  private static final MediaType TYPE = MediaType.OCI_LAYER_GZIP;
  private static final int LENGTH = 2 * BlobUpload.CHUNK + 300_000;
  private static final byte[] CONTENT = new byte[LENGTH];

  static {
    new Random(9).nextBytes(CONTENT);
  }

  private static RemoteRepository repository(Registries client, EmbeddedRegistry registry)
      throws IOException {
    return client.repository(Clients.plain(registry, TEAM), Clients.JANE);
  }

  private static InputStream first(int length) {
    return new ByteArrayInputStream(CONTENT, 0, length);
  }

  private static Descriptor described(int length) {
    return new Descriptor(
        TYPE, Digest.of(Bytes.owning(Arrays.copyOf(CONTENT, Math.min(length, LENGTH)))), length);
  }

  private static List<String> methods(EmbeddedRegistry registry) {
    return registry.log("/blobs/").stream().map(LoggedRequest::method).toList();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        BlobUpload.CHUNK - 1,
        BlobUpload.CHUNK,
        BlobUpload.CHUNK + 1,
        2 * BlobUpload.CHUNK,
        LENGTH
      })
  void arrivesHoweverItFillsItsChunksAndIsRead(int length) throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Registries client = Clients.open()) {
      InputStream sluggish =
          new InputStream() {
            private final InputStream in = first(length);
            private final Random random = new Random(length);

            @Override
            public int read() throws IOException {
              return in.read();
            }

            @Override
            public int read(byte[] target, int offset, int wanted) throws IOException {
              return in.read(target, offset, Math.min(wanted, 1 + random.nextInt(100_000)));
            }
          };
      repository(client, registry).push(described(length), sluggish);
      assertEquals(
          Optional.of(Bytes.owning(Arrays.copyOf(CONTENT, length))),
          registry.blob(TEAM, described(length).digest()));
      assertEquals(List.of(), registry.complaints());
    }
  }

  @Test
  void itsDigestIsComputedOnItsWayWhereItIsNotKnown() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Registries client = Clients.open()) {
      Descriptor pushed = repository(client, registry).push(TYPE, first(LENGTH));
      assertEquals(described(LENGTH), pushed);
      assertTrue(registry.blob(TEAM, pushed.digest()).isPresent());
      assertEquals(0, registry.openUploads(TEAM));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, BlobUpload.CHUNK - 1, BlobUpload.CHUNK + 100_000, LENGTH - 1, LENGTH})
  void thatItCannotBeReadIsItsOwnFault(int readable) throws IOException {
    IOException fault = new IOException("no more of it");
    InputStream broken =
        new SequenceInputStream(
            first(readable),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw fault;
              }

              @Override
              public int read(byte[] target, int offset, int wanted) throws IOException {
                throw fault;
              }
            });
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Registries client = Clients.open()) {
      RemoteRepository repository = repository(client, registry);
      Descriptor whole = described(LENGTH);
      assertSame(fault, assertThrows(IOException.class, () -> repository.push(whole, broken)));
      assertEquals(0, registry.openUploads(TEAM));
      assertEquals("DELETE", methods(registry).getLast());
    }
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        100,
        BlobUpload.CHUNK - 1,
        BlobUpload.CHUNK,
        BlobUpload.CHUNK + 5,
        LENGTH - 1,
        LENGTH + 1,
        LENGTH + BlobUpload.CHUNK,
        LENGTH + 9 * BlobUpload.CHUNK
      })
  void ofAnotherLengthThanItsDescriptorSaysItIsRefused(int said) throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Registries client = Clients.open()) {
      RemoteRepository repository = repository(client, registry);
      Descriptor wrong = described(said);
      assertThrows(MismatchException.class, () -> repository.push(wrong, first(LENGTH)));
      assertEquals(0, registry.openUploads(TEAM));
      assertEquals(Optional.empty(), registry.blob(TEAM, wrong.digest()));
    }
  }
}
