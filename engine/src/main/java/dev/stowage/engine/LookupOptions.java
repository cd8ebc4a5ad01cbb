package dev.stowage.engine;

import dev.stowage.model.Platform;
import java.util.Optional;

/// How a local image is looked for.
///
/// @param platform the platform it must be for; components left empty are the machine's. Without
///   one, any image will do, and of a list the instance for this machine.
/// @param otherPlatform what happens when no platform is asked for and the image is for another
///   machine
/// @param lists what happens when a name leads to a list of manifests
public record LookupOptions(Optional<Platform> platform, OtherPlatform otherPlatform, Lists lists) {

  public static final LookupOptions DEFAULT =
      new LookupOptions(Optional.empty(), OtherPlatform.ACCEPT, Lists.INSTANCE);

  /// What happens when no platform is asked for and the image is for another machine.
  public enum OtherPlatform {
    ACCEPT,
    /// The image is accepted with a warning.
    WARN
  }

  /// What happens when a name leads to a list of manifests.
  public enum Lists {
    /// The local image it lists for the platform is taken; it is an error if there is none.
    INSTANCE,
    /// As above, but where there is none the list itself is taken. Removing does so.
    INSTANCE_OR_LIST,
    /// The list itself is taken. Tagging does so.
    LIST,
    /// The list itself is taken, and it is an error if the name leads to anything else.
    ONLY_LIST
  }

  public LookupOptions withPlatform(Platform wanted) {
    return new LookupOptions(Optional.of(wanted), otherPlatform, lists);
  }

  public LookupOptions withOtherPlatform(OtherPlatform wanted) {
    return new LookupOptions(platform, wanted, lists);
  }

  public LookupOptions withLists(Lists wanted) {
    return new LookupOptions(platform, otherPlatform, wanted);
  }
}
