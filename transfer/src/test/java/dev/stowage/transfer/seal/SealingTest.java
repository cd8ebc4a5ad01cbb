package dev.stowage.transfer.seal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MediaType;
import dev.stowage.model.MismatchException;
import dev.stowage.model.RejectedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealingTest {
  @TempDir Path directory;

  private static final byte[] CONTENT = content();

  private static byte[] content() {
    byte[] content = new byte[300_001];
    new Random(3).nextBytes(content);
    return content;
  }

  private record Pair(EncryptionKey mine, DecryptionKey theirs) {}

  private Pair pair(String algorithm, String name) throws IOException, GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(algorithm.equals("RSA") ? 2048 : 256);
    KeyPair pair = generator.generateKeyPair();
    Path open = directory.resolve(name + ".pub");
    Path secret = directory.resolve(name + ".pem");
    Files.writeString(open, pem("PUBLIC KEY", pair.getPublic().getEncoded()));
    Files.writeString(secret, pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
    return new Pair(new EncryptionKey(open), new DecryptionKey(secret));
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder().encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }

  @SuppressWarnings("ArrayRecordComponent") // nothing compares it
  private record SealedLayer(byte[] bytes, Descriptor descriptor) {}

  private static SealedLayer seal(List<EncryptionKey> keys) throws IOException {
    Descriptor plain =
        new Descriptor(MediaType.OCI_LAYER_GZIP, Digest.of(Bytes.copyOf(CONTENT)), CONTENT.length);
    try (Sealer.Sealed sealed = Sealer.of(keys).seal(new ByteArrayInputStream(CONTENT), plain)) {
      byte[] bytes = sealed.readAllBytes();
      return new SealedLayer(bytes, described(bytes, sealed.annotations()));
    }
  }

  private static Descriptor described(byte[] bytes, Map<String, String> annotations) {
    return new Descriptor(
        new MediaType(MediaType.OCI_LAYER_GZIP + "+encrypted"),
        Digest.of(Bytes.copyOf(bytes)),
        bytes.length,
        Optional.empty(),
        annotations,
        List.of());
  }

  private static byte[] open(SealedLayer layer, DecryptionKey... keys) throws IOException {
    try (InputStream open =
        Opener.of(List.of(keys)).open(new ByteArrayInputStream(layer.bytes), layer.descriptor)) {
      return open.readAllBytes();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC"})
  void whoHasTheKeyReadsTheLayer(String algorithm) throws Exception {
    Pair pair = pair(algorithm, "a");
    SealedLayer layer = seal(List.of(pair.mine));
    assertFalse(Arrays.equals(CONTENT, layer.bytes));
    assertArrayEquals(CONTENT, open(layer, pair.theirs));
  }

  @Test
  void eachOfSeveralReadersReadsTheLayerAndNobodyElse() throws Exception {
    Pair rsa = pair("RSA", "a");
    Pair ec = pair("EC", "b");
    Pair stranger = pair("RSA", "c");
    SealedLayer layer = seal(List.of(rsa.mine, ec.mine));
    assertArrayEquals(CONTENT, open(layer, rsa.theirs));
    assertArrayEquals(CONTENT, open(layer, stranger.theirs, ec.theirs));
    assertThrows(RejectedException.class, () -> open(layer, stranger.theirs));
  }

  @Test
  void aLayerThatWasChangedFailsBeforeItEnds() throws Exception {
    Pair pair = pair("RSA", "a");
    SealedLayer layer = seal(List.of(pair.mine));
    byte[] changed = layer.bytes.clone();
    changed[1000] ^= 1;
    assertThrows(
        MismatchException.class,
        () -> open(new SealedLayer(changed, layer.descriptor), pair.theirs));
    assertThrows(
        MismatchException.class,
        () ->
            open(new SealedLayer(Arrays.copyOf(layer.bytes, 5000), layer.descriptor), pair.theirs));
  }

  @Test
  void brokenAnnotationsAreComplainedOf() throws Exception {
    Pair pair = pair("RSA", "a");
    SealedLayer layer = seal(List.of(pair.mine));
    for (String broken : List.of("?", "e30=", "e30", "bm90IGpzb24=", "eyJjaXBoZXIiOjF9")) {
      for (String key : layer.descriptor.annotations().keySet()) {
        Map<String, String> annotations = new java.util.HashMap<>(layer.descriptor.annotations());
        annotations.put(key, broken);
        assertThrows(
            dev.stowage.model.StowageException.class,
            () ->
                open(
                    new SealedLayer(layer.bytes, described(layer.bytes, annotations)), pair.theirs),
            key + " " + broken);
      }
    }
  }

  @Test
  void whatIsNoKeyIsComplainedOf() throws Exception {
    Path file = directory.resolve("x");
    for (String text :
        List.of(
            "",
            "no pem",
            "-----BEGIN PUBLIC KEY-----\nAAAA",
            pem("PUBLIC KEY", new byte[] {1, 2, 3}),
            pem("RSA PUBLIC KEY", new byte[] {0x30, (byte) 0x84, 127, 127, 127, 127}),
            pem("SOMETHING", new byte[9]))) {
      Files.writeString(file, text);
      assertThrows(
          MalformedException.class, () -> Sealer.of(List.of(new EncryptionKey(file))), text);
      assertThrows(
          MalformedException.class, () -> Opener.of(List.of(new DecryptionKey(file))), text);
    }
  }
}
