package dev.stowage.engine;

import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.Family;
import dev.stowage.model.ImageConfig;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Platform;
import dev.stowage.model.UnsupportedException;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.Part;
import dev.stowage.transfer.place.RemadeImage;
import dev.stowage.transfer.place.RemadeImage.Layer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What an image is made of, to make another of it. A value: each change gives another.
///
/// @param manifest of the image it began as
/// @param config the configuration; what stands in it of layers does not count
/// @param history entries of the history, as they are in the configuration
record RemadeParts(
    ImageManifest manifest,
    Json.Obj config,
    List<Json.Obj> history,
    List<Layer> layers,
    Map<String, String> annotations) {

  RemadeParts {
    history = List.copyOf(history);
    layers = List.copyOf(layers);
    annotations = Map.copyOf(annotations);
  }

  static RemadeParts of(ImageSource source, ImageManifest manifest) throws IOException {
    List<Layer> layers = new ArrayList<>();
    for (Part part : RemoteContents.layers(source, manifest)) {
      layers.add(new Layer(source, part));
    }
    Json.Obj config = Json.parseObject(RemoteContents.config(source, manifest).bytes());
    return new RemadeParts(
        manifest, config, config.objects("history"), layers, manifest.annotations());
  }

  /// An image without layers.
  static RemadeParts ofNothing(Family family, Platform platform) throws MalformedException {
    Map<String, Json> config = new LinkedHashMap<>();
    EditedConfig.setPlatform(config, platform);
    return new RemadeParts(
        RemadeImage.nothing(family), new Json.Obj(config), List.of(), List.of(), Map.of());
  }

  Platform platform() throws MalformedException {
    return ImageConfig.parse(Bytes.utf8(config.compact())).platform();
  }

  RemadeParts annotated(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(annotations);
    all.putAll(more);
    return new RemadeParts(manifest, config, history, layers, all);
  }

  RemadeParts edited(List<ConfigEdit> edits) throws MalformedException {
    EditedConfig edited = new EditedConfig(config, annotations);
    for (ConfigEdit edit : edits) {
      edited.apply(edit);
    }
    return new RemadeParts(manifest, edited.config(), history, layers, edited.annotations());
  }

  /// With the layers of tar files on top. An image without a past is as old as they are.
  ///
  /// @param tars what the files are called
  RemadeParts above(RemadeParts upper, List<String> tars) throws MalformedException {
    List<Json.Obj> steps = new ArrayList<>(history);
    for (int i = 0; i < upper.layers().size(); i++) {
      Json.Builder step = Json.object();
      upper.history().get(i).string("created").ifPresent(time -> step.put("created", time));
      steps.add(step.put("created_by", "stowage append " + tars.get(i)).build());
    }
    Json.Obj now =
        config.get("created").isPresent() || upper.config().get("created").isEmpty()
            ? config
            : config.toBuilder().put("created", upper.config().get("created").get()).build();
    List<Layer> all = new ArrayList<>(layers);
    for (Layer layer : upper.layers()) {
      all.add(new Layer(layer.source(), layer.part(), RemadeImage.Packing.OPEN));
    }
    return new RemadeParts(manifest, now, steps, all, annotations);
  }

  /// How many of the layers of an image are this one's: all of this one's.
  ///
  /// @param place what messages call this one
  /// @throws UnsupportedException where the image is not based on this one
  int beneath(RemadeParts image, Location place) throws UnsupportedException {
    String complaint = "the image is not based on \"" + place + "\" (";
    if (layers.size() > image.layers().size()) {
      throw new UnsupportedException(complaint + "too few layers)");
    }
    for (int i = 0; i < layers.size(); i++) {
      if (!layers.get(i).part().diffId().equals(image.layers().get(i).part().diffId())) {
        throw new UnsupportedException(complaint + "layer " + i + " mismatch)");
      }
    }
    return layers.size();
  }

  /// With one layer in place of all but the lowest. It is as old as the image, so that the same
  /// image always gives the same.
  ///
  /// @param below how many stay
  /// @param word what was done
  RemadeParts merged(int below, Layer layer, String word) throws MalformedException {
    int start = below == 0 ? 0 : stepsBefore(below);
    Json.Builder step = Json.object();
    config.string("created").ifPresent(time -> step.put("created", time));
    step.put("created_by", "stowage " + word + " " + manifest.document().digest());
    step.put("comment", array(history.subList(start, history.size())).compact());
    List<Json.Obj> steps = new ArrayList<>(history.subList(0, start));
    steps.add(step.build());
    List<Layer> all = new ArrayList<>(layers.subList(0, below));
    all.add(layer);
    return new RemadeParts(manifest, config, steps, all, annotations);
  }

  /// With what lies above an old base on top of a new one, whose platform it gets.
  ///
  /// @param below how many layers the old base has
  RemadeParts rebased(RemadeParts oldBase, int below, RemadeParts newBase)
      throws MalformedException {
    int start = Math.min(oldBase.history().size(), stepsBefore(below));
    List<Json.Obj> steps = new ArrayList<>(newBase.history());
    steps.addAll(history.subList(Math.min(start, history.size()), history.size()));
    List<Layer> all = new ArrayList<>(newBase.layers());
    all.addAll(layers.subList(below, layers.size()));
    Map<String, Json> now = new LinkedHashMap<>(config.fields());
    EditedConfig.setPlatform(now, newBase.platform());
    return new RemadeParts(manifest, new Json.Obj(now), steps, all, annotations);
  }

  /// How many entries of the history come before the one that made a layer.
  private int stepsBefore(int layer) throws MalformedException {
    int seen = 0;
    for (int i = 0; i < history.size(); i++) {
      boolean made = !history.get(i).bool("empty_layer").orElse(false);
      if (made && seen++ == layer) {
        return i;
      }
    }
    return history.size();
  }

  /// The image.
  RemadeImage.One image() throws MalformedException, UnsupportedException {
    List<String> diffIds = new ArrayList<>();
    for (Layer layer : layers) {
      diffIds.add(layer.part().diffId().map(Digest::toString).orElse(""));
    }
    Json.Builder text = config.toBuilder();
    text.put(
        "rootfs",
        Json.object().put("type", "layers").put("diff_ids", Json.ofStrings(diffIds)).build());
    text.put("history", array(history));
    return RemadeImage.One.of(manifest, Bytes.utf8(text.build().compact()), layers, annotations);
  }

  private static Json.Arr array(List<Json.Obj> items) {
    return new Json.Arr(new ArrayList<>(items));
  }
}
