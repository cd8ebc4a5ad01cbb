package dev.stowage.engine;

import dev.stowage.config.Surroundings;
import dev.stowage.model.Platform;
import dev.stowage.model.PlatformChoice;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.DaemonAccess;
import dev.stowage.transfer.LocalForm;
import dev.stowage.transfer.RegistryAccess;
import dev.stowage.transfer.TrustChoice;
import java.nio.file.Path;
import java.util.Optional;

/// How an image is copied from one place to another.
///
/// @param copy what the copy is to look like
/// @param form what it is to look like in a file or a directory
/// @param from how its source is read
/// @param to how its destination is written
/// @param trust whether the policy lets it through
/// @param retry how often what may well work next time is tried again; not at all where it is empty
public record TransferOptions(
    CopyOptions copy,
    LocalForm form,
    End from,
    End to,
    TrustChoice trust,
    Optional<PullOptions.Retry> retry) {

  /// One end of a copy.
  ///
  /// @param access how its registry is talked to, and a Docker daemon that speaks TLS
  /// @param sharedBlobs the directory that layouts keep their blobs in, in place of their own
  /// @param daemon where the Docker daemon listens
  public record End(RegistryAccess access, Optional<Path> sharedBlobs, Optional<String> daemon) {
    public static final End DEFAULT =
        new End(RegistryAccess.DEFAULT, Optional.empty(), Optional.empty());

    DaemonAccess daemonAccess(Surroundings surroundings) {
      return new DaemonAccess(
          daemon,
          access.tls(),
          access.certificates(),
          surroundings.variable("SSL_CERT_FILE").map(surroundings::absolute));
    }
  }

  /// The image for a platform, as it is.
  public static TransferOptions of(Platform platform) {
    return new TransferOptions(
        CopyOptions.of(PlatformChoice.of(platform)),
        LocalForm.USUAL,
        End.DEFAULT,
        End.DEFAULT,
        TrustChoice.DEFAULT,
        Optional.empty());
  }

  public TransferOptions withCopy(CopyOptions wanted) {
    return new TransferOptions(wanted, form, from, to, trust, retry);
  }

  public TransferOptions withForm(LocalForm wanted) {
    return new TransferOptions(copy, wanted, from, to, trust, retry);
  }

  public TransferOptions withEnds(End source, End destination) {
    return new TransferOptions(copy, form, source, destination, trust, retry);
  }

  public TransferOptions withTrust(TrustChoice wanted) {
    return new TransferOptions(copy, form, from, to, wanted, retry);
  }

  public TransferOptions withRetry(PullOptions.Retry wanted) {
    return new TransferOptions(copy, form, from, to, trust, Optional.of(wanted));
  }
}
