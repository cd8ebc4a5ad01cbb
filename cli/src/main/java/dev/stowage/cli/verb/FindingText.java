package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.cli.output.Formatter;
import dev.stowage.model.CheckLevel;
import dev.stowage.model.Finding;
import dev.stowage.model.Json;
import dev.stowage.model.Repair;
import java.util.ArrayList;
import java.util.List;

/// Findings in a store as users and programs read them, and the flags of the commands that tell
/// them.
final class FindingText {
  private FindingText() {}

  static Flag format() {
    return Flag.text("format", Flag.NO_SHORTHAND, "Change the output format to JSON");
  }

  static Flag level() {
    return Flag.text(
            "level",
            Flag.NO_SHORTHAND,
            "How closely to look: index (records), sizes (and manifests), tar-split (and the facts"
                + " of files), full (and their contents)")
        .oneOf("index", "sizes", "tar-split", "full")
        .initially("full");
  }

  static CheckLevel level(Words words) {
    for (CheckLevel level : CheckLevel.values()) {
      if (level.word().equals(words.text("level"))) {
        return level;
      }
    }
    return CheckLevel.FULL;
  }

  static boolean json(Words words) throws UsageException {
    if (!words.given("format")) {
      return false;
    }
    if (!Formatter.isJson(words.text("format"))) {
      throw new UsageException("the only format is json");
    }
    return true;
  }

  static String line(Finding finding) {
    String standing = finding.standing() == Finding.Standing.READ_ONLY ? "read-only " : "";
    return switch (finding.grade()) {
      case LEFTOVER -> "Leftover: " + finding.text();
      case DAMAGED ->
          "Damaged "
              + standing
              + finding.subject().word()
              + " "
              + finding.id()
              + ": "
              + finding.text();
      case LOST ->
          "Lost "
              + standing
              + finding.subject().word()
              + " "
              + finding.id()
              + ": "
              + finding.text();
    };
  }

  static String line(Repair repair) {
    String what =
        repair.finding().subject().word()
            + " "
            + repair.finding().id()
            + ": "
            + repair.finding().text();
    return switch (repair.result()) {
      case MENDED -> "Repaired " + what + ": " + repair.text();
      case MENDABLE -> "Would repair " + what + ": " + repair.text();
      case REMOVED -> "Deleted " + what;
      case LEFT -> "Not repaired " + what + ": " + repair.text();
    };
  }

  static Json json(List<Finding> findings) {
    List<Json> items = new ArrayList<>();
    findings.forEach(finding -> items.add(builder(finding).build()));
    return new Json.Arr(items);
  }

  static Json ofRepairs(List<Repair> repairs) {
    List<Json> items = new ArrayList<>();
    for (Repair repair : repairs) {
      items.add(
          builder(repair.finding())
              .put("result", repair.result().word())
              .put("how", repair.text())
              .build());
    }
    return new Json.Arr(items);
  }

  private static Json.Builder builder(Finding finding) {
    Json.Builder json =
        Json.object()
            .put("subject", finding.subject().word())
            .put("id", finding.id())
            .put("fault", finding.fault().word())
            .put("grade", finding.grade().word())
            .put("readOnly", finding.standing() == Finding.Standing.READ_ONLY);
    if (!finding.item().isEmpty()) {
      json.put("item", finding.item());
    }
    return json.put("place", finding.place())
        .put("text", finding.text())
        .put("bytes", finding.bytes());
  }
}
