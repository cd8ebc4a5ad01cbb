package dev.stowage.store;

import dev.stowage.model.Bytes;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import java.util.ArrayList;
import java.util.List;

/// A file of records that was cut off or overwritten in part: what can still be read of it.
final class TornTable {
  private TornTable() {}

  /// The records that are whole: each object directly within the array that parses by itself.
  static List<Json> rows(Bytes content) {
    byte[] bytes = content.toArray();
    List<Json> rows = new ArrayList<>();
    int at = 0;
    while (at < bytes.length) {
      if (bytes[at] != '{') {
        at++;
        continue;
      }
      int end = end(bytes, at);
      if (end < 0) {
        at++;
        continue;
      }
      try {
        Json.Obj row = Json.parseObject(Bytes.copyOf(java.util.Arrays.copyOfRange(bytes, at, end)));
        if (Fields.text(row, "id").isPresent()) {
          rows.add(row);
          at = end;
          continue;
        }
      } catch (MalformedException e) {
        // It may hold whole ones.
      }
      at++;
    }
    return rows;
  }

  /// Behind the brace that closes the one at an offset; -1 where none does.
  private static int end(byte[] bytes, int start) {
    int depth = 0;
    boolean text = false;
    for (int i = start; i < bytes.length; i++) {
      byte b = bytes[i];
      if (text) {
        if (b == '\\') {
          i++;
        } else if (b == '"') {
          text = false;
        }
      } else if (b == '"') {
        text = true;
      } else if (b == '{') {
        depth++;
      } else if (b == '}' && --depth == 0) {
        return i + 1;
      }
    }
    return -1;
  }
}
