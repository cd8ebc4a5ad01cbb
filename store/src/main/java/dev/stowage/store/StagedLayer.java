package dev.stowage.store;

import dev.stowage.model.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The contents of one layer, unpacked and digested, that no record names yet.
///
/// [Store#stage] makes it, [Edit#adopt] makes it part of the store, and closing it lets go of it.
/// What was never adopted is kept for a while, so that the next pull finds it by [Store#kept]; what
/// nobody should find again is thrown away by [#discard].
public final class StagedLayer implements Closeable {

  /// Where the root directory of the layer has its mode and owner from.
  enum Root {
    /// The archive says.
    FROM_ARCHIVE,
    /// The archive does not say, so it takes after the layer beneath.
    FROM_PARENT
  }

  private enum State {
    STAGED,
    ADOPTED,
    GONE
  }

  private final Staging staging;
  private final Path place;
  private final Contents contents;
  private State state = State.STAGED;

  /// What is known about the contents.
  record Contents(Digest digest, long size, List<Long> userIds, List<Long> groupIds, Root root) {}

  StagedLayer(Staging staging, Path place, Contents contents) {
    this.staging = staging;
    this.place = place;
    this.contents = contents;
  }

  /// The digest of the plain tar: what an image's config calls a diff ID.
  public Digest digest() {
    return contents.digest();
  }

  /// The size of the plain tar in bytes.
  public long size() {
    return contents.size();
  }

  /// The user IDs that own something in the layer, in ascending order.
  public List<Long> userIds() {
    return contents.userIds();
  }

  /// The group IDs that own something in the layer, in ascending order.
  public List<Long> groupIds() {
    return contents.groupIds();
  }

  Contents contents() {
    return contents;
  }

  Path place() {
    return place;
  }

  synchronized void adopted() {
    state = State.ADOPTED;
  }

  synchronized boolean usable() {
    return state == State.STAGED;
  }

  /// Throws the contents away, unless they were adopted.
  public synchronized void discard() throws IOException {
    if (state == State.STAGED) {
      state = State.GONE;
      staging.discard(this);
    }
  }

  /// Lets go of the contents; they are kept for a while, unless they were adopted or discarded.
  @Override
  public synchronized void close() throws IOException {
    if (state == State.STAGED) {
      state = State.GONE;
      staging.keep(this);
    }
  }
}
