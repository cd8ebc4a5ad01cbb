package dev.stowage.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Who this process is to the kernel: proc_pid_status(5), user_namespaces(7). Read without native
/// calls.
///
/// @param pid in the process's own namespace
/// @param effective the user and the group that permissions are judged by
/// @param users what the numbers of users mean outside of the user namespace
/// @param groups the same of groups
public record ProcessIdentity(
    long pid, Owner effective, List<IdMapping> users, List<IdMapping> groups) {
  private static final long ALL_IDS = 0xFFFF_FFFFL;

  public ProcessIdentity {
    users = List.copyOf(users);
    groups = List.copyOf(groups);
  }

  public static ProcessIdentity read() throws IOException {
    return parse(text("/proc/self/status"), text("/proc/self/uid_map"), text("/proc/self/gid_map"));
  }

  /// Whether the process is in the machine's own user namespace and not in one made for a user.
  public boolean inInitialNamespace() {
    return users.size() == 1
        && users.get(0).inside() == 0
        && users.get(0).outside() == 0
        && users.get(0).length() == ALL_IDS;
  }

  public boolean isSuperuser() {
    return effective.uid() == 0;
  }

  private static String text(String file) throws IOException {
    return new String(Files.readAllBytes(Path.of(file)), StandardCharsets.UTF_8);
  }

  static ProcessIdentity parse(String status, String uidMap, String gidMap) throws IOException {
    return new ProcessIdentity(
        numbers(line(status, "Pid:")).get(0),
        new Owner(numbers(line(status, "Uid:")).get(1), numbers(line(status, "Gid:")).get(1)),
        mappings(uidMap),
        mappings(gidMap));
  }

  private static String line(String status, String key) throws IOException {
    int start = status.indexOf("\n" + key);
    int end = start < 0 ? -1 : status.indexOf('\n', start + 1);
    if (end < 0) {
      throw new IOException("/proc/self/status has no " + key);
    }
    return status.substring(start + 1 + key.length(), end);
  }

  private static List<IdMapping> mappings(String map) {
    List<Long> numbers = numbers(map);
    List<IdMapping> mappings = new ArrayList<>();
    for (int i = 0; i + 2 < numbers.size(); i += 3) {
      mappings.add(new IdMapping(numbers.get(i), numbers.get(i + 1), numbers.get(i + 2)));
    }
    return mappings;
  }

  /// The decimal numbers in a text, whatever stands between them.
  private static List<Long> numbers(String text) {
    List<Long> numbers = new ArrayList<>();
    long number = -1;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : ' ';
      if (c >= '0' && c <= '9') {
        number = (number < 0 ? 0 : number * 10) + (c - '0');
      } else if (number >= 0) {
        numbers.add(number);
        number = -1;
      }
    }
    return numbers;
  }
}
