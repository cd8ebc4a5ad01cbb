package dev.stowage.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.stowage.model.Bytes;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TestAuthority;
import dev.stowage.testkit.TestImage;
import dev.stowage.testkit.TestProxy;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Registries that only a proxy can find, asked by skopeo, podman and Stowage in the same
/// environment.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ProxiesAsInGoTest {
  private static final TestImage IMAGE =
      ImageGenerator.oci()
          .layer(Map.of("etc/one", Bytes.utf8("1")))
          .randomLayer("two", 300_000, 5)
          .build();

  /// What was started, to be ended in the reverse order.
  private final Deque<Closeable> started = new ArrayDeque<>();

  private Workplace work;
  private TestProxy toSecure;
  private TestProxy toPlain;

  /// Talked to by TLS itself.
  private TestProxy hidden;

  @BeforeEach
  void start() throws IOException {
    Tool.requireAll();
    work = started(Workplace.make());
    TestAuthority authority = TestAuthority.create("registry");
    EmbeddedRegistry secure =
        started(
            EmbeddedRegistry.start(
                EmbeddedRegistry.Setup.DEFAULT.with(authority.server("registry.test"))));
    EmbeddedRegistry plain = started(EmbeddedRegistry.start());
    for (EmbeddedRegistry registry : List.of(secure, plain)) {
      var _ = registry.addImage("team/app", "1", IMAGE);
    }
    toSecure = started(TestProxy.to(secure.port(), "joe", "p@ss:word"));
    hidden =
        started(TestProxy.to(secure.port(), "joe", "p@ss:word", authority.server("127.0.0.1")));
    toPlain = started(TestProxy.to(plain.port(), "joe", "p@ss:word"));
    Path _ = Files.createDirectory(work.resolve("certs"));
    Path _ = Files.writeString(work.resolve("certs/ca.crt"), authority.certificatePem());
  }

  private <T extends Closeable> T started(T one) {
    started.push(one);
    return one;
  }

  @AfterEach
  void stop() throws IOException {
    while (!started.isEmpty()) {
      started.pop().close();
    }
  }

  private static String at(TestProxy proxy, String scheme) {
    return scheme + "joe:p%40ss%3Aword@127.0.0.1:" + proxy.port();
  }

  /// Without a proxy, what the tests themselves run in says nothing.
  private static Map<String, String> environment(String... pairs) {
    Map<String, String> environment = new HashMap<>();
    for (String name : List.of("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")) {
      environment.put(name, "");
      environment.put(name.toLowerCase(Locale.ROOT), "");
    }
    for (int i = 0; i < pairs.length; i += 2) {
      environment.put(pairs[i], pairs[i + 1]);
    }
    return environment;
  }

  /// How a command ended, and whether it ended well and what each proxy was asked for meanwhile.
  private record Outcome(Shell.Ended ended, String way) {}

  private Outcome outcome(List<String> command, Map<String, String> environment)
      throws IOException {
    List<TestProxy> proxies = List.of(toSecure, hidden, toPlain);
    List<Integer> before = proxies.stream().map(proxy -> proxy.asked().size()).toList();
    Shell.Ended ended = Shell.end(command, environment);
    StringBuilder way = new StringBuilder(ended.status() == 0 ? "good" : "failed");
    for (int i = 0; i < proxies.size(); i++) {
      List<String> asked = proxies.get(i).asked();
      Object _ =
          way.append(
              asked.subList(before.get(i), asked.size()).stream()
                  // Which of a registry's addresses are asked for is each program's own choice.
                  .map(line -> line.replaceFirst("(http://[^/]*/).*", "$1"))
                  .distinct()
                  .sorted()
                  .toList());
    }
    return new Outcome(ended, way.toString());
  }

  private static List<String> ours(List<String> words) {
    List<String> command = new ArrayList<>(Ours.PROGRAM);
    command.addAll(words);
    return command;
  }

  @Test
  void theSameEnvironmentLeadsToTheSameProxy() throws IOException {
    String good = at(toSecure, "http://");
    String bad = "http://127.0.0.1:1";
    Map<String, Map<String, String>> cases = new LinkedHashMap<>();
    cases.put("none", environment());
    cases.put("capitals", environment("HTTPS_PROXY", good));
    cases.put("small", environment("https_proxy", good));
    cases.put("capitals first", environment("HTTPS_PROXY", good, "https_proxy", bad));
    cases.put("capitals alone", environment("HTTPS_PROXY", bad, "https_proxy", good));
    cases.put("without a scheme", environment("HTTPS_PROXY", at(toSecure, "")));
    cases.put("socks", environment("HTTPS_PROXY", at(toSecure, "socks5://")));
    cases.put("by TLS", environment("HTTPS_PROXY", at(hidden, "https://")));
    cases.put("wrong password", environment("HTTPS_PROXY", good.replace("word@", "wort@")));
    cases.put("nobody", environment("HTTPS_PROXY", "http://127.0.0.1:" + toSecure.port()));
    cases.put("of the other scheme", environment("HTTP_PROXY", good));
    cases.put("for all", environment("ALL_PROXY", good));
    for (String direct :
        List.of(
            "registry.test",
            ".registry.test",
            "test",
            ".test",
            "*.test",
            "other.test",
            "istry.test",
            "*",
            "registry.test:443",
            "registry.test:5000",
            "other, registry.test",
            "REGISTRY.TEST",
            "10.0.0.0/8")) {
      cases.put("not " + direct, environment("HTTPS_PROXY", good, "NO_PROXY", direct));
    }
    cases.put("small not", environment("https_proxy", good, "no_proxy", "registry.test"));
    cases.put(
        "capitals first not",
        environment("https_proxy", good, "no_proxy", "registry.test", "NO_PROXY", "other"));
    List<String> words =
        List.of(
            "inspect",
            "--raw",
            "--cert-dir",
            work.resolve("certs").toString(),
            "docker://registry.test/team/app:1");
    compare(words, cases, 12);
    assertFalse(hidden.asked().isEmpty());
  }

  @Test
  void plainRegistriesHaveAProxyOfTheirOwn() throws IOException {
    String good = at(toPlain, "http://");
    Map<String, Map<String, String>> cases = new LinkedHashMap<>();
    cases.put("capitals", environment("HTTP_PROXY", good));
    cases.put("small", environment("http_proxy", good));
    cases.put("capitals first", environment("HTTP_PROXY", good, "http_proxy", "127.0.0.1:1"));
    cases.put("of the other scheme", environment("HTTPS_PROXY", "http://127.0.0.1:1"));
    cases.put("not", environment("HTTP_PROXY", good, "NO_PROXY", "plain.test"));
    cases.put("not there", environment("HTTP_PROXY", good, "NO_PROXY", "plain.test:80"));
    cases.put("not elsewhere", environment("HTTP_PROXY", good, "NO_PROXY", "plain.test:443"));
    cases.put("in CGI", environment("HTTP_PROXY", good, "REQUEST_METHOD", "GET"));
    List<String> words =
        List.of("inspect", "--raw", "--tls-verify=false", "docker://plain.test/team/app:1");
    compare(words, cases, 4);
  }

  private void compare(List<String> words, Map<String, Map<String, String>> cases, int successful)
      throws IOException {
    List<String> theirs = new ArrayList<>();
    List<String> ours = new ArrayList<>();
    for (Map.Entry<String, Map<String, String>> each : cases.entrySet()) {
      String name = each.getKey() + ": ";
      Outcome expected = outcome(Peer.PACKAGED.command("skopeo", words), each.getValue());
      Outcome own = outcome(ours(words), each.getValue());
      theirs.add(name + expected.way());
      ours.add(name + own.way());
      if (expected.ended().status() == 0) {
        assertEquals(expected.ended().said(), own.ended().said(), name);
      }
    }
    assertEquals(String.join("\n", theirs), String.join("\n", ours));
    assertEquals(
        successful,
        theirs.stream().filter(line -> line.contains(": good")).count(),
        theirs::toString);
  }

  /// A command that pulls, in an environment that names no proxy of its own.
  private List<String> pull(String kind, List<String> program) throws IOException {
    Path own = Files.createDirectory(work.resolve(kind));
    List<String> command =
        new ArrayList<>(List.of("env", "-u", "HTTPS_PROXY", "-u", "NO_PROXY", "-u", "no_proxy"));
    command.addAll(program);
    command.addAll(
        List.of(
            "--root",
            own.resolve("root").toString(),
            "--runroot",
            own.resolve("run").toString(),
            "--tmpdir",
            own.resolve("tmp").toString(),
            "pull",
            "-q",
            "--cert-dir",
            work.resolve("certs").toString(),
            "registry.test/team/app:1"));
    return command;
  }

  @Test
  void anImageIsPulledThroughAProxyThatAsksWhoCalls() throws IOException {
    Map<String, String> environment = Map.of("https_proxy", at(toSecure, "http://"));
    Outcome theirs =
        outcome(pull("theirs", Peer.PACKAGED.command("podman", List.of())), environment);
    Outcome ours = outcome(pull("ours", Ours.PROGRAM), environment);
    assertEquals("good[CONNECT registry.test:443][][]", theirs.way(), theirs::toString);
    assertEquals(theirs.way(), ours.way(), ours::toString);
    assertEquals(theirs.ended().said(), ours.ended().said());
  }

  @Test
  void theProxyMayStandInTheConfiguration() throws IOException {
    Path configuration =
        Files.writeString(
            work.resolve("containers.conf"),
            """
            [engine]
            cgroup_manager = "cgroupfs"
            events_logger = "file"
            env = ["HTTPS_PROXY=%s"]
            """
                .formatted(at(toSecure, "http://")));
    Map<String, String> environment = Map.of("CONTAINERS_CONF", configuration.toString());
    for (String kind : List.of("theirs", "ours")) {
      List<String> program =
          kind.equals("ours") ? Ours.PROGRAM : Peer.PACKAGED.command("podman", List.of());
      List<String> command = pull(kind, program);
      command.addAll(1, List.of("-u", "https_proxy"));
      assertEquals(
          "good[CONNECT registry.test:443][][]", outcome(command, environment).way(), kind);
    }
  }
}
