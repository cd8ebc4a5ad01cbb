package dev.stowage.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stowage.model.Bytes;
import dev.stowage.testkit.EmbeddedDaemon;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TestAuthority;
import dev.stowage.testkit.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A Docker daemon behind TLS, told of to skopeo and to Stowage by the same flags.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DaemonWithTlsTest {
  private static final TestImage IMAGE =
      ImageGenerator.oci().layer(Map.of("etc/one", Bytes.utf8("1"))).build();

  private static Path certificates(Workplace work, TestAuthority authority, String name)
      throws IOException {
    TestAuthority.Identity caller = authority.issue("caller");
    Path made = Files.createDirectory(work.resolve(name));
    Path _ = Files.writeString(made.resolve("ca.pem"), authority.certificatePem());
    Path _ = Files.writeString(made.resolve("cert.pem"), caller.certificatePem());
    Path _ = Files.writeString(made.resolve("key.pem"), caller.keyPem());
    return made;
  }

  private static boolean theirs(String words, Map<String, String> environment) throws IOException {
    return Shell.end(Peer.PACKAGED.command("skopeo", split(words)), environment).status() == 0;
  }

  private static boolean ours(String words, Map<String, String> environment) throws IOException {
    return Ours.end(split(words), environment).status() == 0;
  }

  private static List<String> split(String words) {
    return new ArrayList<>(List.of(words.split(" ")));
  }

  @Test
  void theSameFlagsReachTheSameDaemons() throws IOException {
    Tool.requireAll();
    TestAuthority authority = TestAuthority.create("daemon");
    try (Workplace work = Workplace.make();
        EmbeddedDaemon secure = EmbeddedDaemon.start(Optional.of(authority.server("127.0.0.1")));
        EmbeddedDaemon misnamed =
            EmbeddedDaemon.start(Optional.of(authority.server("elsewhere.example")));
        EmbeddedDaemon plain = EmbeddedDaemon.start(Optional.empty())) {
      Path mine = certificates(work, authority, "own");
      Path other = certificates(work, TestAuthority.create("other"), "other");
      Path mixed = certificates(work, authority, "mixed");
      Path _ =
          Files.copy(
              other.resolve("ca.pem"),
              mixed.resolve("ca.pem"),
              StandardCopyOption.REPLACE_EXISTING);
      Path layout = work.resolve("layout");
      Layouts.write(IMAGE, layout);
      String archive = "docker-archive:" + work.resolve("a.tar") + ":localhost/a:1";
      String _ = Peer.PACKAGED.run("skopeo", List.of("copy", "-q", "oci:" + layout, archive));
      Bytes saved = Bytes.owning(Files.readAllBytes(work.resolve("a.tar")));
      for (EmbeddedDaemon daemon : List.of(secure, misnamed, plain)) {
        daemon.add("localhost/a:1", saved);
      }
      List<String> differing = new ArrayList<>();
      int good = 0;
      String from = "copy -q --src-daemon-host %s docker-daemon:localhost/a:1 dir:%s";
      int number = 0;
      for (String[] each :
          new String[][] {
            {secure.host(), "--src-cert-dir " + mine},
            {secure.host(), "--src-cert-dir " + mine + " --src-tls-verify=false"},
            {secure.host().replace("tcp:", "https:"), "--src-cert-dir " + mine},
            {secure.host(), "--src-cert-dir " + other},
            {secure.host(), "--src-cert-dir " + mixed},
            {secure.host(), "--src-cert-dir " + work.resolve("none")},
            {secure.host(), "--src-tls-verify=false"},
            {secure.host(), ""},
            {secure.host().replace("tcp:", "http:"), "--src-cert-dir " + mine},
            {misnamed.host(), "--src-cert-dir " + mine},
            {misnamed.host(), "--src-cert-dir " + mine + " --src-tls-verify=false"},
            {plain.host(), ""},
            {plain.host(), "--src-cert-dir " + mine},
            {plain.host().replace("http:", "tcp:"), ""},
            {plain.host().replace("http:", "tcp:"), "--src-tls-verify=false"},
          }) {
        String words = (from + " " + each[1]).strip();
        boolean expected =
            theirs(words.formatted(each[0], work.resolve("theirs" + number)), Map.of());
        boolean own = ours(words.formatted(each[0], work.resolve("ours" + number++)), Map.of());
        good += expected ? 1 : 0;
        if (expected != own) {
          differing.add(
              (expected ? "skopeo alone succeeds: " : "skopeo alone fails: ")
                  + each[0]
                  + " "
                  + each[1]);
        }
      }
      assertEquals(List.of(), differing);
      assertEquals(6, good);
      // The system's authorities may stand elsewhere.
      Map<String, String> system = Map.of("SSL_CERT_FILE", mine.resolve("ca.pem").toString());
      String trusting = (from + " --src-cert-dir " + mixed);
      assertEquals(true, theirs(trusting.formatted(secure.host(), work.resolve("f")), system));
      assertEquals(true, ours(trusting.formatted(secure.host(), work.resolve("g")), system));
      String words =
          "copy -q --dest-cert-dir %s --dest-daemon-host %s %s docker-daemon:localhost/b:1"
              .formatted(mine, secure.host(), archive);
      assertEquals(true, theirs(words, Map.of()));
      assertEquals(true, ours(words, Map.of()));
      assertEquals(2, secure.loaded().size());
      // Neither asks the variables of Docker's own tools.
      Map<String, String> variables =
          Map.of(
              "DOCKER_HOST",
              secure.host(),
              "DOCKER_CERT_PATH",
              mine.toString(),
              "DOCKER_TLS_VERIFY",
              "1");
      String bare = "copy -q docker-daemon:localhost/a:1 dir:" + work.resolve("e");
      assertEquals(false, theirs(bare, variables));
      assertEquals(false, ours(bare, variables));
    }
  }
}
