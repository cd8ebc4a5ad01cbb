package dev.stowage.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The platforms that will do, best first, and the pick of an index's instance by them.
///
/// @param wanted the acceptable platforms, the most fitting first; never empty
public record PlatformChoice(List<Platform> wanted) {
  private static final Map<String, List<String>> VARIANTS_MOST_CAPABLE_FIRST =
      Map.of("arm", List.of("v8", "v7", "v6", "v5"), "arm64", List.of("v8"));

  private static final String ZSTD_ANNOTATION = "io.github.containers.compression.zstd";

  public PlatformChoice {
    wanted = List.copyOf(wanted);
  }

  /// What will do for a machine or a user's wish. With a variant, that one and all less capable
  /// ones; without, every variant, the unnamed first.
  public static PlatformChoice of(Platform platform) {
    List<String> known =
        VARIANTS_MOST_CAPABLE_FIRST.getOrDefault(platform.architecture(), List.of());
    List<String> variants = new ArrayList<>();
    if (platform.variant().isEmpty()) {
      variants.add("");
      variants.addAll(known);
    } else {
      int from = known.indexOf(platform.variant());
      variants.addAll(from < 0 ? List.of(platform.variant()) : known.subList(from, known.size()));
      variants.add("");
    }
    List<Platform> wanted = new ArrayList<>(variants.size());
    for (String variant : variants) {
      wanted.add(new Platform(platform.os(), platform.architecture(), variant));
    }
    return new PlatformChoice(wanted);
  }

  /// The best instance, which there has to be.
  ///
  /// @throws NotFoundException if none will do
  public Descriptor require(ImageIndex index) throws NotFoundException {
    Platform platform = wanted.getFirst();
    return choose(index)
        .orElseThrow(
            () ->
                new NotFoundException(
                    NotFoundException.Kind.MANIFEST,
                    platform.toString(),
                    "no image found in image index for architecture \""
                        + platform.architecture()
                        + "\", variant \""
                        + platform.variant()
                        + "\", OS \""
                        + platform.os()
                        + "\""));
  }

  /// The best instance: the most fitting platform; among equals, in an OCI index, one with zstd
  /// layers; then the first. An OCI entry without a platform is the last resort.
  public Optional<Descriptor> choose(ImageIndex index) {
    boolean oci = !index.document().type().equals(MediaType.DOCKER_LIST);
    Optional<Descriptor> best = Optional.empty();
    int bestRank = Integer.MAX_VALUE;
    for (Descriptor instance : index.manifests()) {
      int rank = rank(instance, oci);
      if (rank < bestRank) {
        bestRank = rank;
        best = Optional.of(instance);
      }
    }
    return best;
  }

  private int rank(Descriptor instance, boolean oci) {
    int fit = oci ? wanted.size() : Integer.MAX_VALUE;
    if (instance.platform().isPresent()) {
      Platform offered = instance.platform().get();
      fit = Integer.MAX_VALUE;
      for (int i = 0; i < wanted.size() && fit == Integer.MAX_VALUE; i++) {
        if (matches(offered, wanted.get(i))) {
          fit = i;
        }
      }
    }
    if (fit == Integer.MAX_VALUE) {
      return Integer.MAX_VALUE;
    }
    boolean zstd = oci && "true".equals(instance.annotations().get(ZSTD_ANNOTATION));
    return fit * 2 + (zstd ? 0 : 1);
  }

  private static boolean matches(Platform offered, Platform wanted) {
    return offered.architecture().equals(wanted.architecture())
        && offered.os().equals(wanted.os())
        && offered.variant().equals(wanted.variant());
  }
}
