package dev.stowage.transfer.place;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Repository;
import dev.stowage.store.Layer;
import dev.stowage.store.Snapshot;
import dev.stowage.store.Store;
import dev.stowage.transfer.Copied;
import dev.stowage.transfer.Outcome;
import dev.stowage.transfer.form.LayerType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What is known of the forms of layers: which compressed forms there are of a plain tar, where
/// they lie, and which of them this machine can make once more. The store keeps layers unpacked, so
/// that without this knowledge an image that is pushed could not look as it did when it was pulled.
///
/// It is a file of lines beside the store, the newest last. It may be deleted at any time: then
/// layers are compressed anew.
public final class LayerForms {
  private static final String NOTE = "layer-forms";

  /// Enough for some hundred images, and read in a millisecond.
  private static final int MOST = 4000;

  private static final long LARGEST = 4 * 1024 * 1024;

  private final List<LayerForm> forms;

  private LayerForms(List<LayerForm> forms) {
    this.forms = forms;
  }

  /// Reads what is known; nothing where the file is not there or cannot be read.
  public static LayerForms read(Store store) {
    List<LayerForm> forms = new ArrayList<>();
    try {
      Optional<Bytes> note = store.note(NOTE, LARGEST);
      if (note.isPresent()) {
        note.get().utf8().lines().forEach(line -> LayerForm.parse(line).ifPresent(forms::add));
      }
    } catch (IOException e) {
      return new LayerForms(List.of());
    }
    return new LayerForms(forms);
  }

  /// The forms of a layer, the newest first.
  List<LayerForm> of(Digest diffId) {
    List<LayerForm> found = new ArrayList<>();
    for (LayerForm form : forms.reversed()) {
      if (form.diffId().equals(diffId)) {
        found.add(form);
      }
    }
    return found;
  }

  /// The blobs that are known to hold a layer, the newest first.
  public List<Descriptor> formsOf(Digest diffId) {
    return of(diffId).stream().map(LayerForm::form).toList();
  }

  /// The repositories in which a blob is known to lie, the newest first.
  public List<Repository> placesOf(Digest blob) {
    List<Repository> places = new ArrayList<>();
    for (LayerForm form : forms.reversed()) {
      if (form.form().digest().equals(blob)
          && form.place().isPresent()
          && !places.contains(form.place().get())) {
        places.add(form.place().get());
      }
    }
    return places;
  }

  /// How this program made a blob, where it did.
  Optional<String> recipeOf(Digest blob) {
    for (LayerForm form : forms.reversed()) {
      if (form.form().digest().equals(blob) && form.recipe().isPresent()) {
        return form.recipe();
      }
    }
    return Optional.empty();
  }

  /// Notes down what a copy between the store and a registry has shown. That it cannot be noted
  /// down is no failure of the copy.
  ///
  /// A manifest and a configuration may say together that any blob is a form of any layer. That is
  /// believed only where the blob was made here from the layer, or where the store or this file
  /// knows of the two already: otherwise an image could name its own blob as a form of a layer that
  /// others have too, and the next push of theirs would name that blob.
  ///
  /// @param place where the layers lie
  public static void learn(Store store, Copied copied, Repository place) {
    try {
      LayerForms known = read(store);
      Snapshot now = store.read(snapshot -> snapshot);
      List<LayerForm> seen = new ArrayList<>();
      for (Outcome layer : copied.layers()) {
        Optional<LayerType> type = LayerType.of(layer.result().type());
        if (layer.part().diffId().isPresent()
            && type.isPresent()
            && type.get().sealing() == LayerType.Sealing.OPEN) {
          LayerForm form =
              new LayerForm(
                  layer.part().diffId().get(), layer.result(), Optional.of(place), layer.recipe());
          if (madeHere(layer.means()) || known.has(form) || has(now, form)) {
            seen.add(form);
          }
        }
      }
      if (!seen.isEmpty()) {
        write(store, seen);
      }
    } catch (IOException e) {
      // Then layers are compressed anew when they are pushed.
    }
  }

  /// Whether the blob was made of the plain tar, whose digest was checked on the way.
  private static boolean madeHere(Outcome.Means means) {
    return switch (means) {
      case RECREATED, COMPRESSED, DECOMPRESSED, RECOMPRESSED -> true;
      case PRESENT, MOUNTED, PRESENT_OTHERWISE, MOVED, FETCHED_AGAIN, ENCRYPTED, DECRYPTED, LEFT ->
          false;
    };
  }

  private boolean has(LayerForm form) {
    for (LayerForm each : forms) {
      if (each.diffId().equals(form.diffId())
          && each.form().digest().equals(form.form().digest())
          && each.form().size() == form.form().size()
          && each.compression() == form.compression()) {
        return true;
      }
    }
    return false;
  }

  /// Whether a layer in the store is recorded as unpacked from the blob, or is that very blob.
  private static boolean has(Snapshot now, LayerForm form) {
    OptionalLong size = OptionalLong.of(form.form().size());
    boolean plain = form.form().digest().equals(form.diffId());
    for (Layer layer : now.layersByUncompressedDigest(form.diffId())) {
      if (plain
          ? layer.uncompressedSize().equals(size)
          : layer.compressedDigest().equals(Optional.of(form.form().digest()))
              && layer.compressedSize().equals(size)
              && layer.compression().name().equals(form.compression().name())) {
        return true;
      }
    }
    return false;
  }

  private static boolean holds(List<LayerForm> forms, LayerForm one) {
    for (LayerForm each : forms) {
      if (each.form().digest().equals(one.form().digest()) && each.line().equals(one.line())) {
        return true;
      }
    }
    return false;
  }

  private static void write(Store store, List<LayerForm> seen) throws IOException {
    List<LayerForm> all = new ArrayList<>(read(store).forms);
    boolean changed = false;
    for (LayerForm form : seen) {
      LayerForm whole = form;
      for (LayerForm older : all) {
        if (whole.recipe().isEmpty()
            && older.recipe().isPresent()
            && older.form().digest().equals(form.form().digest())) {
          whole = new LayerForm(form.diffId(), form.form(), form.place(), older.recipe());
        }
      }
      if (holds(all, whole)) {
        continue;
      }
      LayerForm newest = whole;
      all.removeIf(newest::replaces);
      all.add(newest);
      changed = true;
    }
    if (changed) {
      StringBuilder text = new StringBuilder();
      for (LayerForm form : all.subList(Math.max(0, all.size() - MOST), all.size())) {
        text.append(form.line()).append('\n');
      }
      store.putNote(NOTE, Bytes.utf8(text.toString()));
    }
  }
}
