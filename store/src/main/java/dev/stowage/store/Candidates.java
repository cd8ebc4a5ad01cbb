package dev.stowage.store;

import java.time.Instant;
import java.util.List;

/// The images of a snapshot among which are all that meet a simple condition, in the order of the
/// snapshot. Where an index tells, records that cannot meet it are left out unread; where none
/// does, these are all images. So whoever asks has to put the condition to each that is left.
public final class Candidates {
  private static final String SHA256 = "sha256:";

  private final List<ImageRecord> images;

  Candidates(List<ImageRecord> images) {
    this.images = images;
  }

  /// Those whose IDs begin with the digits are among them.
  public List<ImageRecord> withIdFrom(String digits) {
    return images instanceof IndexedRecords<ImageRecord> indexed
        ? indexed.amongIds(digits)
        : images;
  }

  /// Those that have a manifest whose digest begins with the text are among them.
  public List<ImageRecord> withDigestFrom(String text) {
    return images instanceof IndexedRecords<ImageRecord> indexed && text.startsWith(SHA256)
        ? indexed.amongDigests(text.substring(SHA256.length()))
        : images;
  }

  /// Those made between the two moments, and those that do not say when, are among them.
  public List<ImageRecord> madeBetween(Instant earliest, Instant latest) {
    return images instanceof IndexedRecords<ImageRecord> indexed
        ? indexed.amongTimes(earliest.getEpochSecond(), latest.getEpochSecond())
        : images;
  }

  /// Those in read-only stores are among them.
  public List<ImageRecord> readOnly() {
    return images instanceof IndexedRecords<ImageRecord> indexed && !indexed.home().readOnly()
        ? List.of()
        : images;
  }
}
