package dev.stowage.transfer;

import dev.stowage.model.Descriptor;
import dev.stowage.model.Family;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.LayerCompression;
import dev.stowage.model.MediaType;
import dev.stowage.model.UnsupportedException;
import dev.stowage.transfer.CopyOptions.Form;
import dev.stowage.transfer.CopyOptions.Packing;
import dev.stowage.transfer.ImageSource.Offer;
import dev.stowage.transfer.form.LayerType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What is to become of one image: the family of its manifest, and each layer's form. It is made
/// from what the source has, what the destination can hold, and what was asked for; nothing is
/// looked up.
///
/// @param families what the manifest may be written as, the most welcome first
/// @param layers lowest first
record Plan(List<Family> families, List<LayerPlan> layers) {

  /// What there is to plan with.
  ///
  /// @param encrypt the positions of layers to be encrypted
  /// @param decrypting whether encrypted layers are to be decrypted
  /// @param frozen why nothing may change, where that is so
  record Facts(
      ImageManifest manifest,
      Accepts accepts,
      Form form,
      Set<Integer> encrypt,
      Decrypting decrypting,
      Optional<String> frozen) {}

  /// Whether encrypted layers are to be decrypted.
  enum Decrypting {
    YES,
    NO
  }

  Plan {
    families = List.copyOf(families);
    layers = List.copyOf(layers);
  }

  Family family() {
    return families.getFirst();
  }

  /// @throws UnsupportedException where the destination cannot hold what was asked for
  static Plan of(Facts facts) throws UnsupportedException {
    List<Family> families = families(facts);
    List<LayerPlan> layers = new ArrayList<>();
    for (Descriptor layer : facts.manifest.layers()) {
      layers.add(LayerPlan.of(layer, layers.size(), facts, families.getFirst()));
    }
    return new Plan(families, layers);
  }

  private static List<Family> families(Facts facts) throws UnsupportedException {
    Family source = Family.of(facts.manifest.document().type());
    boolean sealed = !facts.encrypt.isEmpty();
    for (Descriptor layer : facts.manifest.layers()) {
      sealed |= facts.decrypting == Decrypting.NO && isSealed(layer);
    }
    Optional<LayerCompression> special = specialCompression(facts);
    List<Family> held = new ArrayList<>();
    List<MediaType> types = new ArrayList<>();
    if (facts.form.manifest().isPresent()) {
      held.add(facts.form.manifest().get());
    } else {
      for (MediaType type : facts.accepts.manifests()) {
        if (type.isImageManifest()) {
          held.add(Family.of(type));
          types.add(type);
        }
      }
    }
    List<Family> fit = new ArrayList<>(held);
    if (sealed || special.isPresent()) {
      fit.remove(Family.DOCKER);
    }
    if (fit.isEmpty()) {
      throw refusal(facts, sealed, special, types);
    }
    List<Family> ordered = new ArrayList<>();
    if (fit.contains(source)) {
      ordered.add(source);
    }
    if (facts.frozen.isPresent() || !facts.manifest.isImage()) {
      if (ordered.isEmpty()) {
        throw new UnsupportedException(cannotConvert(facts, fit.getFirst()));
      }
      return ordered;
    }
    if (fit.contains(Family.DOCKER) && !ordered.contains(Family.DOCKER)) {
      ordered.add(Family.DOCKER);
    }
    if (fit.contains(Family.OCI) && !ordered.contains(Family.OCI)) {
      ordered.add(Family.OCI);
    }
    return ordered;
  }

  private static String cannotConvert(Facts facts, Family family) {
    if (facts.frozen.isPresent()) {
      return "Manifest must be converted to type \""
          + family.manifest()
          + "\" to be written to destination, but we cannot modify it: \""
          + facts.frozen.get()
          + "\"";
    }
    return "unsupported image-specific operation on artifact with type \""
        + facts.manifest.artifactType().orElse(facts.manifest.config().type())
        + "\"";
  }

  private static boolean isSealed(Descriptor layer) {
    return layer.type().value().endsWith("+encrypted");
  }

  /// A compression asked for that not every family has a word for.
  private static Optional<LayerCompression> specialCompression(Facts facts) {
    return facts.form.packing() instanceof Packing.As(var compression, var _, var _)
            && compression == LayerCompression.ZSTD
            && facts.accepts.layers().contains(compression)
        ? Optional.of(compression)
        : Optional.empty();
  }

  private static UnsupportedException refusal(
      Facts facts, boolean sealed, Optional<LayerCompression> special, List<MediaType> types) {
    String wish;
    if (sealed && special.isPresent()) {
      wish = "compression using " + special.get().word() + ", and encryption, required";
    } else if (sealed) {
      wish = "encryption required";
    } else {
      wish = "compression using " + special.map(LayerCompression::word).orElse("") + " required";
    }
    String lacking =
        sealed && special.isPresent()
            ? "support both"
            : sealed ? "support encryption" : "support it";
    if (facts.form.manifest().isPresent()) {
      return new UnsupportedException(
          wish
              + " together with format "
              + facts.form.manifest().get().manifest()
              + ", which does not "
              + lacking);
    }
    StringBuilder list = new StringBuilder();
    for (MediaType type : types) {
      list.append(list.isEmpty() ? "" : ", ").append(type);
    }
    return new UnsupportedException(
        wish
            + " but the destination only supports MIME types ["
            + list
            + "], none of which "
            + lacking);
  }

  /// What is to become of a layer.
  ///
  /// @param layer as the source describes it
  /// @param type what its type says; empty where it is no layer of an image and stays what it is
  /// @param holdable the compressions in which the destination may have it
  /// @param asked the compression that was asked for
  /// @param otherwise what it becomes where it can stay in none of its forms
  record LayerPlan(
      Descriptor layer,
      Optional<LayerType> type,
      Set<LayerCompression> holdable,
      Optional<LayerCompression> asked,
      LayerCompression otherwise,
      Crypto crypto,
      Optional<String> frozen,
      Fate fate) {

    /// Whether it moves at all.
    enum Fate {
      MOVES,
      /// Its address is enough.
      LEFT
    }

    /// What is done about its encryption.
    enum Crypto {
      NOTHING,
      ENCRYPT,
      DECRYPT
    }

    static LayerPlan of(Descriptor layer, int position, Facts facts, Family family)
        throws UnsupportedException {
      Optional<LayerType> type =
          facts.manifest.isImage() ? LayerType.of(layer.type()) : Optional.empty();
      boolean sealed = isSealed(layer);
      Crypto crypto = Crypto.NOTHING;
      if (sealed && facts.decrypting == Decrypting.YES) {
        crypto = Crypto.DECRYPT;
      } else if (!sealed && facts.encrypt.contains(position)) {
        crypto = Crypto.ENCRYPT;
      }
      if (crypto != Crypto.NOTHING && facts.frozen.isPresent()) {
        throw new UnsupportedException(
            "layer "
                + layer.digest()
                + " should be "
                + (crypto == Crypto.ENCRYPT ? "encrypted" : "decrypted")
                + ", but we can’t modify the manifest: "
                + facts.frozen.get());
      }
      if (crypto != Crypto.NOTHING && type.isEmpty()) {
        throw new UnsupportedException(
            crypto == Crypto.ENCRYPT
                ? "unsupported mediaType to encrypt: \"" + layer.type() + "\""
                : "unsupported mediaType to decrypt: \"" + layer.type() + "\"");
      }
      Fate fate =
          !layer.urls().isEmpty()
                  && facts.accepts.foreign() == Accepts.Foreign.LEFT_WHERE_THEY_ARE
                  && crypto == Crypto.NOTHING
              ? Fate.LEFT
              : Fate.MOVES;
      boolean fixed = type.isEmpty() || sealed && crypto == Crypto.NOTHING;
      Set<LayerCompression> expressible = EnumSet.noneOf(LayerCompression.class);
      for (LayerCompression each : facts.accepts.layers()) {
        boolean readOnly = each == LayerCompression.XZ || each == LayerCompression.BZIP2;
        if (!readOnly && (type.isEmpty() || type.get().in(family).compressed(each).expressible())) {
          expressible.add(each);
        }
      }
      Optional<LayerCompression> asked = Optional.empty();
      boolean onlyAsked = false;
      if (facts.form.packing() instanceof Packing.As(var wanted, var _, var others)
          && expressible.contains(wanted)) {
        asked = Optional.of(wanted);
        onlyAsked = others == Packing.Others.REPLACED;
      }
      LayerCompression otherwise =
          expressible.contains(facts.accepts.otherwise())
              ? facts.accepts.otherwise()
              : LayerCompression.GZIP;
      return new LayerPlan(
          layer,
          fixed ? Optional.empty() : Optional.of(type.get().in(family)),
          onlyAsked ? Set.of(asked.orElseThrow()) : Set.copyOf(expressible),
          asked,
          otherwise,
          crypto,
          facts.frozen,
          fate);
    }

    /// Whether the destination may be asked for the layer in this form.
    boolean mayReuse(Descriptor form) {
      if (crypto != Crypto.NOTHING) {
        return false;
      }
      if ((type.isEmpty() || frozen.isPresent()) && form.equals(layer)) {
        return true;
      }
      Optional<LayerType> other = LayerType.of(form.type());
      return other.isPresent()
          && (frozen.isEmpty() || form.equals(layer))
          && holdable.contains(other.get().compression());
    }

    /// The compression in which the layer is to be, given the forms in which it can be had.
    ///
    /// @return empty where it is to be moved just as it is described
    /// @throws UnsupportedException where it would have to change and may not
    Optional<LayerCompression> becomes(Offer offer) throws UnsupportedException {
      if (type.isEmpty()) {
        if (offer == Offer.PLAIN) {
          throw changed("");
        }
        return Optional.empty();
      }
      LayerCompression now = type.get().compression();
      LayerCompression wanted = asked.orElseGet(() -> kept(offer, now));
      boolean same = wanted == now && offer != Offer.PLAIN;
      if (same) {
        return Optional.empty();
      }
      if (frozen.isPresent()) {
        throw changed(": \"" + frozen.get() + "\"");
      }
      return Optional.of(wanted);
    }

    private LayerCompression kept(Offer offer, LayerCompression now) {
      if (offer != Offer.PLAIN) {
        return holdable.contains(now) ? now : otherwise;
      }
      boolean again =
          otherwise != LayerCompression.NONE
              && now != LayerCompression.NONE
              && holdable.contains(now);
      return again ? now : otherwise;
    }

    private UnsupportedException changed(String reason) {
      return new UnsupportedException(
          "Copying this image would require changing layer representation, which we cannot do"
              + reason
              + " ("
              + layer.digest()
              + ")");
    }
  }
}
