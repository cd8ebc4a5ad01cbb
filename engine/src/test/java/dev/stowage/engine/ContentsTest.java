package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stowage.config.Surroundings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What contents and names of files say of their kind.
class ContentsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {
        "|hello|, text/plain; charset=utf-8",
        "||, text/plain; charset=utf-8",
        "|{\"a\":1}|, text/plain; charset=utf-8",
        "| \n <!doctype html>|, text/html; charset=utf-8",
        "|<p>|, text/html; charset=utf-8",
        "|<pp>|, text/plain; charset=utf-8",
        "|<?xml version|, text/xml; charset=utf-8",
        "|%PDF-1.4|, application/pdf",
        "|GIF89a|, image/gif",
        "|RIFFabcdWAVE|, audio/wave",
        "|RIFFabcdWEBPVP8|, image/webp",
      })
  void aTextIsKnownByHowItBegins(String text, String type) {
    assertEquals(type, Contents.sniff(text.getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @CsvSource({
    "00, application/octet-stream",
    "68690b, application/octet-stream",
    "1b5b306d, text/plain; charset=utf-8",
    "1f8b0800, application/x-gzip",
    "504b0304, application/zip",
    "89504e470d0a1a0a00, image/png",
    "efbbbf61, text/plain; charset=utf-8",
    "fffe6100, text/plain; charset=utf-16le",
    "0061736d01, application/wasm",
    "28b52ffd04, application/octet-stream",
    "7f454c4602, application/octet-stream",
    "00000014667479706d703432000000006d703432, video/mp4",
    "0000001466747970717420200000000071742020, application/octet-stream",
  })
  void bytesAreKnownByHowTheyBegin(String hex, String type) {
    assertEquals(type, Contents.sniff(HexFormat.of().parseHex(hex)));
  }

  @Test
  void namesAreKnownByTheSystemsTables() throws IOException {
    Surroundings here = Workshop.surroundings(directory);
    assertEquals(Optional.empty(), Contents.byName("noextension", here));
    assertEquals(Optional.of("application/json"), Contents.byName("a.JSON", here));
    assertEquals(Optional.empty(), Contents.byName("a.foo", here));
    Path tables = Files.createDirectories(directory.resolve("machine/etc"));
    Path _ = Files.writeString(tables.resolve("mime.types"), "# c\nx/foo foo bar\nx/json json\n");
    assertEquals(Optional.of("x/foo"), Contents.byName("a.foo", here));
    assertEquals(Optional.of("x/json"), Contents.byName("a.json", here));
    Path database = Files.createDirectories(directory.resolve("machine/usr/share/mime"));
    Path _ =
        Files.writeString(
            database.resolve("globs2"), "#\n60:y/foo:*.foo\n50:z/foo:*.foo\n50:y/json:*.json\n");
    assertEquals(Optional.of("y/foo"), Contents.byName("a.foo", here));
    assertEquals(Optional.of("application/json"), Contents.byName("a.json", here));
  }
}
