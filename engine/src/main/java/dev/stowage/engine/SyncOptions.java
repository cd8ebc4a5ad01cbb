package dev.stowage.engine;

import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.Location;
import java.io.IOException;

/// How images are synchronized.
///
/// @param transfer how each is copied; `from` and `to` hold where a list says nothing of its own,
///   and its number of blobs at once bounds those of all images together
/// @param naming what they are called at the destination
/// @param suffix what is appended to the tags there
/// @param failing what follows where one fails
/// @param doing whether anything is copied at all
/// @param signatures what becomes of the signatures of each; it stands for what `transfer` says
public record SyncOptions(
    TransferOptions transfer,
    Naming naming,
    String suffix,
    Failing failing,
    Doing doing,
    Signatures signatures) {

  /// What becomes of the signatures of an image.
  @FunctionalInterface
  public interface Signatures {
    /// For one image.
    ///
    /// @param destination where the image goes, whose name is signed
    CopyOptions.Signing of(Location destination) throws IOException;
  }

  /// What an image is called at the destination.
  public enum Naming {
    /// The last part of its repository's name, and its tag.
    LAST_PART,
    /// The whole of its name, the host's included.
    WHOLE
  }

  /// What follows where one image fails.
  public enum Failing {
    /// The others are given up.
    STOPS_ALL,
    /// The others go on.
    IS_NOTED
  }

  /// Whether anything is copied.
  public enum Doing {
    COPY,
    /// It is only found out what would be copied.
    LOOK
  }

  /// Stops at the first failure, and copies under the last parts of names.
  public static SyncOptions of(TransferOptions transfer) {
    return new SyncOptions(
        transfer,
        Naming.LAST_PART,
        "",
        Failing.STOPS_ALL,
        Doing.COPY,
        _ -> transfer.copy().signing());
  }

  public SyncOptions withNaming(Naming wanted) {
    return new SyncOptions(transfer, wanted, suffix, failing, doing, signatures);
  }

  public SyncOptions withSuffix(String wanted) {
    return new SyncOptions(transfer, naming, wanted, failing, doing, signatures);
  }

  public SyncOptions withFailing(Failing wanted) {
    return new SyncOptions(transfer, naming, suffix, wanted, doing, signatures);
  }

  public SyncOptions withDoing(Doing wanted) {
    return new SyncOptions(transfer, naming, suffix, failing, wanted, signatures);
  }

  public SyncOptions withSigning(Signatures wanted) {
    return new SyncOptions(transfer, naming, suffix, failing, doing, wanted);
  }
}
