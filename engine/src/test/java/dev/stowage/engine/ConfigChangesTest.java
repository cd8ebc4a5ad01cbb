package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.MalformedException;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigChangesTest {
  private static String json(String... changes) throws MalformedException {
    return ConfigChanges.of(List.of(changes)).compact();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          USER me:group | {"User":"me:group"}
          user=me | {"User":"me"}
          EXPOSE 80 | {"ExposedPorts":{"80/tcp":{}}}
          EXPOSE 53/UDP | {"ExposedPorts":{"53/udp":{}}}
          ENV a=b=c | {"Env":["a=b=c"]}
          ENV "a"="b c" | {"Env":["a=b c"]}
          ENV a | {"Env":["a="]}
          ENTRYPOINT ["/a","b c"] | {"Entrypoint":["/a","b c"]}
          ENTRYPOINT /a b | {"Entrypoint":["/bin/sh","-c","/a b"]}
          ENTRYPOINT= | {}
          CMD ["x"] | {"Cmd":["x"]}
          CMD x y | {"Cmd":["/bin/sh","-c","x y"]}
          CMD= | {"Cmd":["/bin/sh","-c"]}
          CMD [1] | {"Cmd":["/bin/sh","-c","[1]"]}
          VOLUME /a /b | {"Volumes":{"/a":{},"/b":{}}}
          VOLUME ["/a b"] | {"Volumes":{"/a b":{}}}
          WORKDIR /a/../b | {"WorkingDir":"/b"}
          LABEL a=b=c | {"Labels":{"a":"b=c"}}
          LABEL "a"="b" | {"Labels":{"a":"b"}}
          STOPSIGNAL SIGTERM | {"StopSignal":"15"}
          STOPSIGNAL kill | {"StopSignal":"9"}
          STOPSIGNAL 10 | {"StopSignal":"10"}
          ONBUILD RUN x | {"OnBuild":["RUN x"]}
          """)
  void anInstructionChangesTheConfiguration(String change, String json) throws Exception {
    assertEquals(json, json(change));
  }

  @Test
  void laterChangesAddToEarlierOnes() throws Exception {
    assertEquals(
        "{\"ExposedPorts\":{\"1/tcp\":{},\"2/tcp\":{}},\"Env\":[\"a=1\",\"a=2\"],\"WorkingDir\":\"/a/b\"}",
        json("EXPOSE 2", "EXPOSE 1", "ENV a=1", "ENV a=2", "WORKDIR /a", "WORKDIR b"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          NOTHING | must be formatted as KEY VALUE
          RUN x | invalid instruction RUN
          USER= | must provide a value to USER
          EXPOSE x | EXPOSE port must be an integer: strconv.Atoi: parsing "x": invalid syntax
          EXPOSE 1/2/3 | EXPOSE port must be formatted as PORT[/PROTO]
          EXPOSE 0 | EXPOSE port must be a valid port number
          EXPOSE 65536 | EXPOSE port must be a valid port number
          EXPOSE 1/sctp | EXPOSE protocol must be TCP or UDP
          ENV =b | ENV must have at least one argument
          VOLUME= | VOLUME paths must not be empty
          VOLUME [] | must provide at least one argument to VOLUME
          WORKDIR= | must provide a non-empty WORKDIR
          LABEL a | LABEL must be formatted key=value
          LABEL =b | LABEL must have a non-empty key
          STOPSIGNAL SIGX | KILLSIGNAL must be given a valid signal: invalid signal: SIGX
          STOPSIGNAL 65 | KILLSIGNAL must be given a valid signal: invalid signal: 65
          ONBUILD= | ONBUILD must be given an argument
          """)
  void aWrongChangeIsNamed(String change, String complaint) {
    assertEquals(
        "invalid change \"" + change + "\" - " + complaint,
        assertThrows(MalformedException.class, () -> json(change)).getMessage());
  }

  @Test
  void signalsAreKnownByNameAndNumber() {
    assertEquals(OptionalInt.of(34), Signals.number("RTMIN"));
    assertEquals(OptionalInt.of(37), Signals.number("SIGRTMIN+3"));
    assertEquals(OptionalInt.of(63), Signals.number("rtmax-1"));
    assertEquals(OptionalInt.of(31), Signals.number("SYS"));
    for (String wrong : List.of("", "SIG", "0", "-1", "RTMIN+", "RTMIN+99", "RTMAX+1")) {
      assertEquals(OptionalInt.empty(), Signals.number(wrong), wrong);
    }
  }
}
