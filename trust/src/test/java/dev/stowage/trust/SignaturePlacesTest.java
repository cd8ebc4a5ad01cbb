package dev.stowage.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.config.Surroundings;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SignaturePlacesTest {
  private static final String CONFIG =
      """
      default-docker:
        lookaside: https://all.example/signatures/
        sigstore-staging: file:///staging
      docker:
        reg.example:
          sigstore: http://old.example
          use-sigstore-attachments: true
        reg.example/team:
          lookaside: file:///team
          use-sigstore-attachments: false
        reg.example/team/app:1:
          lookaside-staging: file:///app
        "*.wild.example":
          lookaside: file:///wild
        empty.example:
      """;

  @TempDir Path directory;

  private SignaturePlaces read() throws IOException {
    return SignaturePlaces.read(Surroundings.ofThisProcess(), Optional.of(directory));
  }

  @ParameterizedTest
  @CsvSource({
    "other.example/x:1,          https://all.example/signatures/x, file:///staging/x,  NOT_USED",
    "reg.example/x/y:1,          http://old.example/x/y,           http://old.example/x/y, USED",
    "reg.example/team/app:2,     file:///team/team/app,            file:///team/team/app, NOT_USED",
    "reg.example/team/app:1,     file:///team/team/app,            file:///app/team/app, NOT_USED",
    "a.wild.example/x,           file:///wild/x,                   file:///wild/x,      NOT_USED",
    "empty.example/x,            https://all.example/signatures/x, file:///staging/x,   NOT_USED",
  })
  void theMostSpecificScopeThatSaysSomethingDecides(
      String image, String read, String write, SignaturePlaces.Attachments attachments)
      throws IOException {
    Files.writeString(directory.resolve("a.yaml"), CONFIG);
    Files.writeString(directory.resolve("ignored.yml"), "[");
    SignaturePlaces places = read();
    Reference name = Reference.parse(image);
    assertEquals(read, places.lookaside(name, SignaturePlaces.Use.READ).toString());
    assertEquals(write, places.lookaside(name, SignaturePlaces.Use.WRITE).toString());
    assertEquals(attachments, places.attachments(name));
  }

  @Test
  void twoFilesMustNotSpeakAboutTheSameScope() throws IOException {
    Files.writeString(directory.resolve("a.yaml"), CONFIG);
    Files.writeString(
        directory.resolve("b.yaml"), "docker: {reg.example: {lookaside: 'file:///x'}}");
    assertRefused(
        "Error parsing signature storage configuration: \"docker\" namespace \"reg.example\""
            + " defined both in \"D/a.yaml\" and \"D/b.yaml\"");
    Files.writeString(directory.resolve("b.yaml"), "default-docker: {lookaside: 'file:///x'}");
    assertRefused(
        "Error parsing signature storage configuration: \"default-docker\" defined both in"
            + " \"D/a.yaml\" and \"D/b.yaml\"");
  }

  @Test
  void whatCannotBeReadIsNamedWithItsFile() throws IOException {
    Files.writeString(directory.resolve("a.yaml"), "docker: {a: {lookaside: [x]}}");
    assertRefused("parsing D/a.yaml: \"lookaside\" is not a string");
    Files.writeString(directory.resolve("a.yaml"), "docker: {a: {use-sigstore-attachments: x}}");
    assertRefused("parsing D/a.yaml: \"use-sigstore-attachments\" is not true or false");
    Files.writeString(directory.resolve("a.yaml"), "- x");
    assertRefused("parsing D/a.yaml: JSON object expected, got [\"x\"]");
  }

  private void assertRefused(String complaint) {
    MalformedException refused = assertThrows(MalformedException.class, this::read);
    assertEquals(
        complaint, String.valueOf(refused.getMessage()).replace(directory.toString(), "D"));
  }
}
