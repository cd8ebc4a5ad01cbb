package dev.stowage.engine;

import dev.stowage.model.ImageConfig;
import dev.stowage.model.ImageId;
import dev.stowage.model.LayerId;
import dev.stowage.model.MalformedException;
import dev.stowage.store.ImageRecord;
import dev.stowage.store.Layer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The steps an image was made in, the last first.
public record History(List<Entry> entries) {

  public History {
    entries = List.copyOf(entries);
  }

  /// One step.
  ///
  /// @param image the local image that ended with this step, where there is one; each is named once
  /// @param created when, as written in the configuration (RFC 3339)
  /// @param size the bytes of the layer the step made; 0 where it made none
  /// @param tags the names of the local images that end with the layer
  public record Entry(
      Optional<ImageId> image,
      Optional<String> created,
      String createdBy,
      long size,
      String comment,
      List<String> tags) {

    public Entry {
      tags = List.copyOf(tags);
    }
  }

  /// Lays the steps of the configuration beside the layers of the store.
  ///
  /// @throws MalformedException if there are more steps that made a layer than layers
  static History of(View view, ImageRecord image, ImageConfig config) throws MalformedException {
    List<Entry> entries = new ArrayList<>();
    Set<ImageId> named = new HashSet<>();
    Optional<LayerId> next = image.topLayer();
    List<ImageConfig.Step> steps = config.history();
    for (int i = steps.size() - 1; i >= 0; i--) {
      ImageConfig.Step step = steps.get(i);
      List<ImageRecord> ending = next.isPresent() ? view.kinship().onTop(next.get()) : List.of();
      Optional<ImageId> id = Optional.empty();
      List<String> tags = new ArrayList<>();
      if (!ending.isEmpty()) {
        if (named.add(ending.getFirst().id())) {
          id = Optional.of(ending.getFirst().id());
        }
        for (ImageRecord each : ending) {
          tags.addAll(each.names());
        }
      }
      long size = 0;
      if (!step.emptyLayer()) {
        Optional<Layer> layer = next.flatMap(view.snapshot()::layer);
        if (layer.isEmpty()) {
          throw new MalformedException(
              "no layer left for non-empty history entry: image "
                  + image.id()
                  + ", step "
                  + (i + 1)
                  + " of "
                  + steps.size()
                  + ": "
                  + step.createdBy());
        }
        size = Sizes.of(layer.get());
        next = layer.get().parent();
      }
      entries.add(new Entry(id, step.created(), step.createdBy(), size, step.comment(), tags));
    }
    return new History(entries);
  }
}
