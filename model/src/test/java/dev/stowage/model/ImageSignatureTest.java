package dev.stowage.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ImageSignatureTest {

  @Test
  void anOpenPgpMessageIsKeptAsItIs() throws MalformedException {
    Bytes message = Bytes.owning(new byte[] {(byte) 0xa3, 1, 2});
    assertEquals(new ImageSignature.Simple(message), ImageSignature.parse(message));
    assertEquals(message, new ImageSignature.Simple(message).stored());
  }

  @Test
  void aSigstoreSignatureIsStoredAsThePeersDo() throws MalformedException {
    ImageSignature signature =
        new ImageSignature.Sigstore("type", Bytes.utf8("payload"), Map.of("b", "<2>", "a", "1"));
    Bytes stored = signature.stored();
    assertEquals(
        "\0sigstore-json\n{\"mimeType\":\"type\",\"payload\":\"cGF5bG9hZA==\","
            + "\"annotations\":{\"a\":\"1\",\"b\":\"\\u003c2\\u003e\"}}",
        stored.utf8());
    assertEquals(signature, ImageSignature.parse(stored));
  }

  @Test
  void aNamedSimpleSignatureIsRead() throws MalformedException {
    assertEquals(
        new ImageSignature.Simple(Bytes.utf8("x\ny")),
        ImageSignature.parse(Bytes.utf8("\0simple-signing\nx\ny")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                             | empty signature blob
          A                              | unrecognized signature format, starting with binary 0x41
          @sigstore-json                 | invalid signature format, missing newline
          @other~x                       | unrecognized signature format "other"
          @é~                            | invalid signature format, non-ASCII byte 0xc3
          @sigstore-json~{"payload":"!!!!"} | the payload of a sigstore signature is no base64: Illegal base64 character 21
          """)
  void whatIsNoSignatureIsRefused(String text, String complaint) {
    Bytes stored = Bytes.utf8(text.replace('@', '\0').replace('~', '\n'));
    MalformedException e =
        assertThrows(MalformedException.class, () -> ImageSignature.parse(stored));
    assertEquals(complaint, e.getMessage());
  }
}
