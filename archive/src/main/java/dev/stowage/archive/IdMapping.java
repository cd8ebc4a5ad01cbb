package dev.stowage.archive;

import dev.stowage.linux.Owner;
import dev.stowage.model.UnsupportedException;
import java.util.List;
import java.util.OptionalLong;

/// How the owners in an archive and the owners on the disk relate.
public record IdMapping(List<IdRange> users, List<IdRange> groups) {
  /// Every ID is itself.
  public static final IdMapping NONE = new IdMapping(List.of(), List.of());

  public IdMapping {
    users = List.copyOf(users);
    groups = List.copyOf(groups);
  }

  public boolean isEmpty() {
    return users.isEmpty() && groups.isEmpty();
  }

  /// The owner on the disk of what belongs to a user and a group of the container.
  ///
  /// @param name of the entry, for the message
  /// @throws UnsupportedException if the mapping lacks one of them
  Owner toHost(String name, long uid, long gid) throws UnsupportedException {
    return new Owner(
        known(IdRange.toHost(users, uid), name, "user", uid),
        known(IdRange.toHost(groups, gid), name, "group", gid));
  }

  /// The user and group of the container that something on the disk belongs to.
  Owner toContainer(String name, Owner owner) throws UnsupportedException {
    if (isEmpty()) {
      return owner;
    }
    return new Owner(
        known(IdRange.toContainer(users, owner.uid()), name, "user", owner.uid()),
        known(IdRange.toContainer(groups, owner.gid()), name, "group", owner.gid()));
  }

  /// The owner of directories that an archive does not mention.
  Owner root() throws UnsupportedException {
    return new Owner(root(users, "user"), root(groups, "group"));
  }

  private static long root(List<IdRange> ranges, String what) throws UnsupportedException {
    return ranges.size() == 1 && ranges.getFirst().size() == 1
        ? ranges.getFirst().host()
        : known(IdRange.toHost(ranges, 0), "/", what, 0);
  }

  private static long known(OptionalLong mapped, String name, String what, long id)
      throws UnsupportedException {
    if (mapped.isEmpty() || mapped.getAsLong() < 0 || mapped.getAsLong() > Owner.MAXIMUM) {
      throw new UnsupportedException(
          Shown.name(name) + " belongs to " + what + " " + id + ", which is not mapped");
    }
    return mapped.getAsLong();
  }
}
