package dev.stowage.engine;

import dev.stowage.model.Platform;
import dev.stowage.transfer.TrustChoice;
import java.util.List;
import java.util.Optional;

/// What an imported image is to be.
///
/// @param changes instructions such as `ENV a=b`, as [ConfigChanges] reads them
/// @param message the comment of its history; the usual one where it is empty
/// @param name what it is called
/// @param platform its platform; the empty parts are this machine's, save the variant
/// @param trust whether the policy lets it in
public record ImportOptions(
    List<String> changes,
    String message,
    Optional<String> name,
    Platform platform,
    TrustChoice trust) {

  public static final ImportOptions DEFAULT =
      new ImportOptions(
          List.of(), "", Optional.empty(), new Platform("", "", ""), TrustChoice.DEFAULT);

  public ImportOptions {
    changes = List.copyOf(changes);
  }

  public ImportOptions withChanges(List<String> wanted) {
    return new ImportOptions(wanted, message, name, platform, trust);
  }

  public ImportOptions withMessage(String text) {
    return new ImportOptions(changes, text, name, platform, trust);
  }

  public ImportOptions withName(String wanted) {
    return new ImportOptions(changes, message, Optional.of(wanted), platform, trust);
  }

  public ImportOptions withPlatform(Platform wanted) {
    return new ImportOptions(changes, message, name, wanted, trust);
  }

  public ImportOptions withTrust(TrustChoice wanted) {
    return new ImportOptions(changes, message, name, platform, wanted);
  }
}
