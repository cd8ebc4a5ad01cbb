package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// All commands by the words that call them. Only the one that runs is built.
public final class Catalogue {
  private static final List<String> TOP =
      List.of(
          "artifact",
          "completion",
          "copy",
          "delete",
          "diff",
          "events",
          "generate-sigstore-key",
          "history",
          "image",
          "images",
          "import",
          "info",
          "inspect",
          "list-tags",
          "load",
          "login",
          "logout",
          "manifest",
          "manifest-digest",
          "manual",
          "pull",
          "push",
          "registry",
          "rmi",
          "save",
          "search",
          "standalone-sign",
          "standalone-verify",
          "sync",
          "system",
          "tag",
          "unshare",
          "untag",
          "version");
  private static final List<String> IMAGE =
      List.of(
          "analyze", "diff", "exists", "history", "import", "inspect", "list", "load", "mount",
          "prune", "pull", "push", "rm", "save", "scp", "search", "sign", "tag", "tree", "trust",
          "unmount", "untag");
  private static final List<String> ARTIFACT =
      List.of("add", "extract", "inspect", "ls", "pull", "push", "rm");
  private static final List<String> MANIFEST =
      List.of("add", "annotate", "create", "exists", "inspect", "push", "remove", "rm");
  private static final List<String> REGISTRY =
      List.of(
          "append",
          "blob",
          "catalog",
          "config",
          "digest",
          "export",
          "flatten",
          "ls",
          "manifest",
          "mutate",
          "rebase",
          "squash",
          "validate");
  private static final List<String> TRUST = List.of("set", "show");
  private static final List<String> SYSTEM =
      List.of("check", "df", "events", "info", "reclaim", "repair");

  private Catalogue() {}

  /// A command that gathers others; the empty path is the program itself.
  public static Command group(String path) {
    return switch (path) {
      case "" ->
          Command.of(
                  "",
                  "[options]",
                  Arguments.ANY,
                  "Manage images in the store of Podman, Buildah, Skopeo and CRI-O")
              .withFlags(GlobalFlags.all().toArray(new Flag[0]));
      case "artifact" -> Command.of("artifact", "", Arguments.ANY, "Manage OCI artifacts");
      case "image" -> Command.of("image", "", Arguments.ANY, "Manage images");
      case "image trust" ->
          Command.of("image trust", "", Arguments.ANY, "Manage container image trust policy");
      case "manifest" ->
          Command.of("manifest", "", Arguments.ANY, "Manipulate manifest lists and image indexes");
      case "registry" ->
          Command.of("registry", "", Arguments.ANY, "Ask registries single questions");
      case "system" -> Command.of("system", "", Arguments.ANY, "Manage stowage");
      default -> throw new IllegalArgumentException(path);
    };
  }

  /// The words that may follow a group's path, in alphabetical order.
  public static List<String> names(String group) {
    return switch (group) {
      case "" -> TOP;
      case "artifact" -> ARTIFACT;
      case "image" -> IMAGE;
      case "image trust" -> TRUST;
      case "manifest" -> MANIFEST;
      case "registry" -> REGISTRY;
      case "system" -> SYSTEM;
      default -> List.of();
    };
  }

  /// The commands of a group.
  public static List<Command> children(String group) {
    List<Command> children = new ArrayList<>();
    for (String name : names(group)) {
      String path = group.isEmpty() ? name : group + " " + name;
      Optional<Verb> verb = verb(path);
      children.add(verb.isPresent() ? verb.get().command() : group(path));
    }
    return children;
  }

  /// The path that a word leads to from a group, aliases resolved.
  public static Optional<String> find(String group, String word) {
    if (names(group).contains(word)) {
      return Optional.of(group.isEmpty() ? word : group + " " + word);
    }
    return Optional.ofNullable(
        switch (group + " " + word) {
          case "artifact list" -> "artifact ls";
          case "artifact remove" -> "artifact rm";
          case "image ls" -> "image list";
          case "image umount" -> "image unmount";
          // Told of nowhere: what it shows must not be believed.
          case " untrusted-signature-dump-without-verification" ->
              "untrusted-signature-dump-without-verification";
          default -> null;
        });
  }

  /// What a path of words does; empty where it does nothing itself.
  public static Optional<Verb> verb(String path) {
    return Optional.ofNullable(
        switch (path) {
          case "artifact add" -> new ArtifactAddVerb();
          case "artifact extract", "artifact inspect", "artifact rm" -> new ArtifactVerb(path);
          case "artifact ls" -> new ArtifactListVerb();
          case "artifact pull", "artifact push" -> new ArtifactTransferVerb(path);
          case "completion" -> new CompletionVerb();
          case "copy" -> new CopyVerb();
          case "delete" -> new DeleteVerb();
          case "diff", "image diff" -> new DiffVerb(path);
          case "generate-sigstore-key" -> new GenerateSigstoreKeyVerb();
          case "history", "image history" -> new HistoryVerb(path);
          case "events", "system events" -> new EventsVerb(path);
          case "image analyze" -> new AnalyzeVerb();
          case "image exists" -> new ExistsVerb();
          case "image mount" -> new MountVerb();
          case "image scp" -> new ScpVerb();
          case "image sign" -> new ImageSignVerb();
          case "image prune" -> new PruneVerb();
          case "image tree" -> new TreeVerb();
          case "image trust set" -> new TrustSetVerb();
          case "image trust show" -> new TrustShowVerb();
          case "image unmount" -> new UnmountVerb();
          case "images", "image list" -> new ListVerb(path);
          case "import", "image import" -> new ImportVerb(path);
          case "info", "system info" -> new InfoVerb(path);
          case "inspect", "image inspect" -> new InspectVerb(path);
          case "list-tags" -> new ListTagsVerb();
          case "load", "image load" -> new LoadVerb(path);
          case "login" -> new LoginVerb();
          case "logout" -> new LogoutVerb();
          case "manifest add" -> new ManifestAddVerb();
          case "manifest annotate" -> new ManifestAnnotateVerb();
          case "manifest create" -> new ManifestCreateVerb();
          case "manifest exists", "manifest remove", "manifest rm" -> new ManifestChangeVerb(path);
          case "manifest inspect" -> new ManifestInspectVerb();
          case "manifest push" -> new ManifestPushVerb();
          case "manifest-digest" -> new ManifestDigestVerb();
          case "manual" -> new ManualVerb();
          case "pull", "image pull" -> new PullVerb(path);
          case "push", "image push" -> new PushVerb(path);
          case "rmi", "image rm" -> new RemoveVerb(path);
          case "save", "image save" -> new SaveVerb(path);
          case "registry export" -> new ExportVerb();
          case "registry blob",
              "registry catalog",
              "registry config",
              "registry digest",
              "registry ls",
              "registry manifest",
              "registry validate" ->
              new RegistryVerb(path);
          case "registry append",
              "registry flatten",
              "registry mutate",
              "registry rebase",
              "registry squash" ->
              new MutateVerb(path);
          case "search", "image search" -> new SearchVerb(path);
          case "standalone-sign" -> new StandaloneSignVerb();
          case "standalone-verify" -> new StandaloneVerifyVerb();
          case "sync" -> new SyncVerb();
          case "system df" -> new DiskUsageVerb();
          case "system check" -> new CheckVerb();
          case "system reclaim" -> new ReclaimVerb();
          case "system repair" -> new RepairVerb();
          case "tag", "image tag" -> new TagVerb(path);
          case "unshare" -> new UnshareVerb();
          case "untag", "image untag" -> new UntagVerb(path);
          case "untrusted-signature-dump-without-verification" -> new SignatureDumpVerb();
          case "version" -> new VersionVerb();
          default -> null;
        });
  }
}
