package dev.stowage.transfer.form;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MediaType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class Schema1Test {
  private static final String LOW = "1".repeat(64);
  private static final String MIDDLE = "2".repeat(64);
  private static final String TOP = "3".repeat(64);

  private static Json.Obj step(String id, String parent) {
    Json.Builder step = Json.object().put("id", id).put("created", "2016-01-02T03:04:05Z");
    return (parent.isEmpty() ? step : step.put("parent", parent)).build();
  }

  private static Document document(List<Json.Obj> stepsTopFirst) {
    List<Json> layers = new ArrayList<>();
    List<Json> history = new ArrayList<>();
    for (Json.Obj step : stepsTopFirst) {
      layers.add(
          Json.object().put("blobSum", Digest.of(Bytes.utf8(step.compact())).toString()).build());
      history.add(Json.object().put("v1Compatibility", step.compact()).build());
    }
    Json.Obj text =
        Json.object()
            .put("schemaVersion", 1)
            .put("name", "a/b")
            .put("fsLayers", new Json.Arr(layers))
            .put("history", new Json.Arr(history))
            .build();
    return new Document(MediaType.DOCKER_SCHEMA1, Bytes.utf8(text.compact()));
  }

  @Test
  void theTopmostEntryBecomesTheConfiguration() throws MalformedException {
    Json.Obj low =
        step(LOW, "").toBuilder()
            .put(
                "container_config",
                Json.object().put("Cmd", Json.ofStrings(List.of("/bin/sh", "-c", "add"))).build())
            .build();
    Json.Obj middle = step(MIDDLE, LOW).toBuilder().put("throwaway", true).build();
    Json.Obj top =
        step(TOP, MIDDLE).toBuilder()
            .put("architecture", "amd64")
            .put("os", "linux")
            .put("author", "me")
            .put("Size", 12)
            .put("config", Json.object().put("User", "nobody").build())
            .build();
    Schema1 old = Schema1.parse(document(List.of(top, middle, low)));
    assertEquals(List.of(0, 2), old.kept());
    Digest one = Digest.of(Bytes.utf8("one"));
    Digest two = Digest.of(Bytes.utf8("two"));
    assertEquals(
        "{\"architecture\":\"amd64\",\"author\":\"me\",\"config\":{\"User\":\"nobody\"},"
            + "\"created\":\"2016-01-02T03:04:05Z\",\"history\":["
            + "{\"created\":\"2016-01-02T03:04:05Z\",\"created_by\":\"/bin/sh -c add\"},"
            + "{\"created\":\"2016-01-02T03:04:05Z\",\"empty_layer\":true},"
            + "{\"created\":\"2016-01-02T03:04:05Z\",\"author\":\"me\"}],\"os\":\"linux\","
            + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
            + one
            + "\",\""
            + two
            + "\"]}}",
        old.config(List.of(one, two)).utf8());
  }

  @Test
  void anEntryThatStandsTwiceCountsOnce() throws MalformedException {
    Schema1 old = Schema1.parse(document(List.of(step(TOP, LOW), step(TOP, LOW), step(LOW, ""))));
    assertEquals(2, old.layers().size());
  }

  @Test
  void brokenHistoriesAreRefused() {
    List<List<Json.Obj>> broken =
        List.of(
            List.of(),
            List.of(step(LOW, MIDDLE)),
            List.of(step(TOP, LOW), step(MIDDLE, "")),
            List.of(step(LOW, MIDDLE), step(MIDDLE, LOW), step(LOW, "")),
            List.of(step("../../etc/passwd", "")));
    for (List<Json.Obj> steps : broken) {
      assertThrows(
          MalformedException.class, () -> Schema1.parse(document(steps)), steps.toString());
    }
  }
}
