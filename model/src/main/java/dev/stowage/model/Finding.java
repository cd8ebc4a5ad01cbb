package dev.stowage.model;

/// Something in a store that is not as it should be.
///
/// @param id of the layer, image or container; the name of the file where it belongs to none
/// @param item the data item it is about; empty where it is about none
/// @param place the file or directory
/// @param text what is wrong, in words
/// @param bytes how much room a leftover takes
public record Finding(
    Fault fault,
    Grade grade,
    Standing standing,
    String id,
    String item,
    String place,
    String text,
    long bytes) {

  /// How bad it is.
  public enum Grade {
    /// It belongs to nothing and harms nobody.
    LEFTOVER("leftover"),
    /// What is missing is known by its digest, so that it can be brought back from where it came.
    DAMAGED("damaged"),
    /// Nobody knows any more what it was.
    LOST("lost");

    private final String word;

    Grade(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /// Whose it is.
  public enum Standing {
    OWN,
    /// An additional store's, which cannot be changed from here.
    READ_ONLY
  }

  /// What it is about.
  public enum Subject {
    STORE("store"),
    LAYER("layer"),
    IMAGE("image"),
    CONTAINER("container"),
    LEFTOVER("leftover");

    private final String word;

    Subject(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /// What kind of thing is wrong.
  public enum Fault {
    /// A file of records cannot be read.
    TABLE(Subject.STORE, "table"),
    /// A layer that something stands on has no record, or a wrong one.
    LAYER_RECORD(Subject.LAYER, "record"),
    /// The short name of a layer, or the list of layers beneath it.
    LAYER_LINKS(Subject.LAYER, "links"),
    /// The files of a layer.
    LAYER_FILES(Subject.LAYER, "files"),
    /// What rebuilds a layer's archive.
    LAYER_TAR_SPLIT(Subject.LAYER, "tar-split"),
    /// A data item of a layer.
    LAYER_DATA(Subject.LAYER, "data"),
    /// An image's record is missing, or does not name the layers of the image.
    IMAGE_RECORD(Subject.IMAGE, "record"),
    /// A manifest, a configuration, a signature.
    IMAGE_DATA(Subject.IMAGE, "data"),
    /// What a container is made of.
    CONTAINER_PARTS(Subject.CONTAINER, "parts"),
    /// A layer's directory without a record.
    STRAY_LAYER(Subject.LEFTOVER, "layer-directory"),
    /// A short name of no layer.
    STRAY_LINK(Subject.LEFTOVER, "link"),
    /// A file or directory beside the records that belongs to none.
    STRAY_DATA(Subject.LEFTOVER, "data"),
    /// A file that was being written, or contents that were being unpacked, when a program died.
    STRAY_WORK(Subject.LEFTOVER, "unfinished"),
    /// A layer on record that nothing has used for a while.
    UNUSED_LAYER(Subject.LEFTOVER, "unused-layer");

    private final Subject subject;
    private final String word;

    Fault(Subject subject, String word) {
      this.subject = subject;
      this.word = word;
    }

    public Subject subject() {
      return subject;
    }

    public String word() {
      return word;
    }
  }

  public Subject subject() {
    return fault.subject();
  }

  /// Whether something is wrong, and not just in the way.
  public boolean harmful() {
    return grade != Grade.LEFTOVER;
  }

  @Override
  public String toString() {
    return subject().word() + " " + id + ": " + text;
  }
}
