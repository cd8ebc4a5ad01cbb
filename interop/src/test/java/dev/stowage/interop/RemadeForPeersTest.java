package dev.stowage.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.config.StorageOverrides;
import dev.stowage.config.Surroundings;
import dev.stowage.engine.ConfigEdit;
import dev.stowage.engine.Engine;
import dev.stowage.engine.EngineOptions;
import dev.stowage.engine.ImportInput;
import dev.stowage.engine.ImportOptions;
import dev.stowage.engine.Mutation;
import dev.stowage.engine.TransferOptions;
import dev.stowage.model.Digest;
import dev.stowage.model.Family;
import dev.stowage.model.Json;
import dev.stowage.model.Platform;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.RegistryAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Images made of images, and of tars, as podman, skopeo and umoci read them.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RemadeForPeersTest {
  private static final TransferOptions.End PLAIN_HTTP =
      new TransferOptions.End(
          RegistryAccess.DEFAULT.withTls(RegistryAccess.Tls.NOT_VERIFIED),
          Optional.empty(),
          Optional.empty());
  private static final List<String> CHANGES =
      List.of(
          "USER 5:6",
          "EXPOSE 80",
          "EXPOSE=53/UDP",
          "ENV A=\"b c\"",
          "ENV EMPTY",
          "ENTRYPOINT [\"/bin/sh\",\"-c\"]",
          "CMD echo \"hi\"",
          "VOLUME /one /two",
          "VOLUME [\"/three\"]",
          "WORKDIR /a",
          "WORKDIR b/../c",
          "LABEL x=\"y z\"",
          "STOPSIGNAL SIGTERM");

  private Workplace work = new Workplace(Path.of("/nowhere"));
  private LocalRegistry registry = new LocalRegistry(0, ProcessHandle.current());

  @BeforeAll
  void makeImages() throws Exception {
    Tool.requireAll();
    work = Workplace.make();
    String _ = Shell.run(List.of(Shell.script("make-odd-image"), work.directory().toString()));
    registry = LocalRegistry.serve(work.resolve("registry"));
    registry.take(work.resolve("odd.oci:odd"), "odd:1", "--preserve-digests");
    Path more = Files.createDirectories(work.resolve("more/odd"));
    Path _ = Files.writeString(more.resolve("appended"), "appended");
    String _ =
        Shell.run(
            List.of(
                "tar",
                "-C",
                work.resolve("more").toString(),
                "-cf",
                work.resolve("more.tar").toString(),
                "."));
  }

  @AfterAll
  void cleanUp() throws IOException {
    registry.close();
    work.close();
  }

  private Location at(String name) throws IOException {
    return new Location.AtRegistry(registry.name(name));
  }

  private Digest made(String from, Location to, Mutation mutation) throws IOException {
    return Engine.mutate(
            Surroundings.ofThisProcess(),
            EngineOptions.DEFAULT.withStorage(
                StorageOverrides.NONE
                    .withRoot(work.resolve("store/root"))
                    .withRunRoot(work.resolve("store/run"))),
            Optional.of(at(from)),
            to,
            mutation,
            TransferOptions.of(new Platform("linux", "amd64", ""))
                .withCopy(CopyOptions.of(CopyOptions.Instances.ALL))
                .withEnds(PLAIN_HTTP, PLAIN_HTTP),
            Listener.NONE)
        .manifest()
        .digest();
  }

  private Json.Obj config(Podman podman, String image) throws IOException {
    Json json = podman.say("image", "inspect", image).json();
    return (Json.Obj) ((Json.Arr) json).items().getFirst();
  }

  private String tree(Podman podman, String image) throws IOException {
    Podman.Said pulled = podman.say("pull", "--tls-verify=false", registry.host() + "/" + image);
    assertEquals(0, pulled.code(), pulled.err());
    return Shell.run(
        List.of(
            "unshare",
            "--mount",
            "sh",
            "-ec",
            "python3 "
                + Shell.script("tree-facts")
                + " $(podman --root "
                + work.resolve("podman/root")
                + " --runroot "
                + work.resolve("podman/run")
                + " image mount "
                + registry.host()
                + "/"
                + image
                + ")"));
  }

  /// Compares trees and tells of a few lines that differ.
  private static void assertSame(String wanted, String got, String what) {
    List<String> missing = new ArrayList<>(wanted.lines().toList());
    List<String> added = new ArrayList<>(got.lines().toList());
    missing.removeIf(line -> line.startsWith(".\t")); // no layer tells how old the root is
    added.removeIf(line -> line.startsWith(".\t"));
    missing.removeAll(got.lines().toList());
    added.removeAll(wanted.lines().toList());
    assertTrue(
        missing.isEmpty() && added.isEmpty(),
        () ->
            what
                + " lacks\n"
                + String.join("\n", missing.subList(0, Math.min(9, missing.size())))
                + "\nand has\n"
                + String.join("\n", added.subList(0, Math.min(9, added.size()))));
  }

  private static String without(String facts, String... paths) {
    List<String> lines = new ArrayList<>(facts.lines().toList());
    for (String path : paths) {
      lines.removeIf(line -> line.startsWith(path + " ") || line.startsWith(path + "\t"));
    }
    return String.join("\n", lines);
  }

  @Test
  void whatIsFlattenedSquashedAndRebasedLooksTheSame() throws Exception {
    Podman podman = new Podman(Podman.Version.PACKAGED, work.resolve("podman"));
    String whole = tree(podman, "odd:1");
    Digest flat = made("odd:1", at("odd:flat"), new Mutation.Flatten());
    assertEquals(flat, made("odd:1", at("odd:again"), new Mutation.Flatten()));
    assertSame(whole, tree(podman, "odd:flat"), "flattened");
    Json.Obj config = config(podman, registry.host() + "/odd:flat");
    assertEquals(1, config.object("RootFS").orElseThrow().texts("Layers").size());
    assertEquals(flat.toString(), config.string("Digest").orElseThrow());
    for (int last = 1; last <= 3; last++) {
      Digest _ =
          made("odd:1", at("odd:last" + last), new Mutation.Squash(new Mutation.Upper.Last(last)));
      assertSame(whole, tree(podman, "odd:last" + last), "the last " + last);
    }
    Mutation.Append append =
        new Mutation.Append(
            List.of(work.resolve("more.tar").toString()), Mutation.BaseNote.ANNOTATED, Family.OCI);
    Digest _ = made("odd:1", at("odd:more"), append);
    String more = tree(podman, "odd:more");
    assertTrue(more.contains("odd/appended"), more);
    assertFalse(whole.contains("odd/appended"), whole);
    assertSame(
        without(whole, ".", "./odd"),
        without(more, ".", "./odd", "./odd/appended"),
        "the image with more");
    Digest _ =
        made(
            "odd:more",
            at("odd:rebased"),
            new Mutation.Rebase(Optional.empty(), Optional.of(at("odd:flat"))));
    assertSame(more, tree(podman, "odd:rebased"), "rebased");
    Digest _ =
        made(
            "odd:more",
            at("odd:above"),
            new Mutation.Squash(new Mutation.Upper.Above(at("odd:1"))));
    assertSame(more, tree(podman, "odd:above"), "squashed above");
    String history = podman.say("history", registry.host() + "/odd:rebased").out();
    assertTrue(history.contains("stowage flatten"), history);
    assertTrue(history.contains("stowage append"), history);
  }

  @Test
  void whatIsEditedSaysSoToAllPeers() throws Exception {
    Mutation edit =
        new Mutation.Edit(
            List.of(
                new ConfigEdit.Label("a", "b"),
                new ConfigEdit.Env("NEW", "1"),
                new ConfigEdit.Instruction("VOLUME /data"),
                new ConfigEdit.Annotation("note", "noted")),
            List.of(work.resolve("more.tar").toString()));
    Digest there = made("odd:1", at("odd:edited"), edit);
    String raw =
        Shell.run(
            List.of(
                "skopeo",
                "inspect",
                "--tls-verify=false",
                "docker://" + registry.host() + "/odd:edited"));
    assertTrue(raw.contains("\"Digest\": \"" + there + "\""), raw);
    assertTrue(raw.contains("\"a\": \"b\""), raw);
    assertTrue(raw.contains("\"NEW=1\""), raw);
    Path layout = work.resolve("edited.oci");
    Digest _ = made("odd:1", new Location.InLayout(layout, Optional.of("new")), edit);
    String unpacked = work.resolve("unpacked").toString();
    String _ = Shell.run(List.of("umoci", "unpack", "--image", layout + ":new", unpacked));
    assertTrue(Files.exists(Path.of(unpacked, "rootfs/odd/appended")));
    Digest _ = made("odd:1", new Location.InStore("localhost/edited:1"), edit);
    Podman podman = new Podman(Podman.Version.PACKAGED, work.resolve("store"));
    Json.Obj config = config(podman, "localhost/edited:1");
    assertEquals("b", config.strings("Labels").get("a"));
    Podman.Said ran =
        podman.say(
            "run",
            "--rm",
            "--network=none",
            "--cgroups=disabled",
            "localhost/edited:1",
            "cat",
            "/odd/appended");
    assertEquals("appended", ran.out(), ran.err());
  }

  @Test
  void whatIsImportedIsWhatPodmanImports() throws Exception {
    Path tar = work.resolve("more.tar");
    FileTime time = FileTime.from(Instant.parse("2024-01-02T03:04:05Z"));
    Path _ = Files.setLastModifiedTime(tar, time);
    List<String> command = new ArrayList<>(List.of("import", "-q"));
    for (String change : CHANGES) {
      command.addAll(List.of("--change", change));
    }
    command.addAll(List.of("--message", "said", "--os", "linux", "--arch", "arm64"));
    command.addAll(List.of(tar.toString(), "localhost/imported:1"));
    Podman podman = new Podman(Podman.Version.PACKAGED, work.resolve("imported"));
    Podman.Said said = podman.say(command.toArray(new String[0]));
    assertEquals(0, said.code(), said.err());
    try (Engine engine =
        Engine.open(
            EngineOptions.DEFAULT.withRoots(work.resolve("ours/root"), work.resolve("ours/run")))) {
      String id =
          engine
              .importImage(
                  new ImportInput.At(tar),
                  ImportOptions.DEFAULT
                      .withChanges(CHANGES)
                      .withMessage("said")
                      .withPlatform(new Platform("linux", "arm64", ""))
                      .withName("localhost/imported:1"),
                  Listener.NONE)
              .id()
              .value();
      Podman ours = new Podman(Podman.Version.PACKAGED, work.resolve("ours"));
      assertEquals(
          config(podman, "localhost/imported:1").object("Config").orElseThrow().compact(),
          config(ours, "localhost/imported:1").object("Config").orElseThrow().compact());
      assertEquals(said.out().strip(), "sha256:" + id);
      for (String wrong :
          List.of(
              "USER",
              "EXPOSE x",
              "EXPOSE 70000",
              "EXPOSE 1/2/3",
              "EXPOSE 1/sctp",
              "ENV =b",
              "VOLUME []",
              "LABEL x",
              "LABEL =x",
              "STOPSIGNAL nothing",
              "RUN true",
              "WORKDIR ",
              "ONBUILD ",
              "USER ")) {
        String complaint =
            podman.say("import", "-q", "--change", wrong, tar.toString()).complaint();
        IOException failure =
            org.junit.jupiter.api.Assertions.assertThrows(
                IOException.class,
                () ->
                    engine.importImage(
                        new ImportInput.At(tar),
                        ImportOptions.DEFAULT.withChanges(List.of(wrong)),
                        Listener.NONE));
        assertEquals(complaint, "Error: " + failure.getMessage(), wrong);
      }
    }
  }
}
