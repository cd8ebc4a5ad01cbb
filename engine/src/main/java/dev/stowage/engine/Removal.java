package dev.stowage.engine;

import dev.stowage.model.ImageId;
import dev.stowage.model.InUseException;
import dev.stowage.model.NotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// What became of a removal: a report for each image it came to, in the order it came to them, and
/// the failures. Failures of some items do not keep others from being removed.
///
/// @param freed the bytes that the disk gets back: measured where a removal was done that measures,
///   of a plan what the records say of the layers and data that go; nothing where nobody has to
///   know
public record Removal(List<Report> reports, List<Failure> failures, OptionalLong freed) {

  /// What became of an image.
  public enum Fate {
    /// It stays, as a failure says.
    KEPT,
    /// It lost names and stays.
    UNTAGGED,
    /// Its record is gone; its layers stay, because images stand on them that were made from it.
    SHARED,
    /// It is gone.
    REMOVED
  }

  /// What became of one image.
  ///
  /// @param size what it took before, in bytes
  /// @param untagged the names it lost, as they were given or stored
  public record Report(ImageId image, Fate fate, long size, List<String> untagged) {
    public Report {
      untagged = List.copyOf(untagged);
    }
  }

  /// Something that was asked for and could not be done.
  ///
  /// @param wanted what it was called; the ID where nobody called it anything
  public record Failure(String wanted, IOException cause) {}

  /// How a removal as a whole went, by the worst of its failures.
  public enum Outcome {
    DONE,
    /// Nothing but names that lead nowhere.
    NOT_KNOWN,
    /// Something else went wrong.
    FAILED,
    /// An image is used by a container.
    IN_USE
  }

  public Removal {
    reports = List.copyOf(reports);
    failures = List.copyOf(failures);
  }

  public Outcome outcome() {
    Outcome worst = Outcome.DONE;
    for (Failure failure : failures) {
      Outcome outcome = of(failure.cause());
      worst = outcome.compareTo(worst) > 0 ? outcome : worst;
    }
    return worst;
  }

  private static Outcome of(IOException cause) {
    if (cause instanceof InUseException) {
      return Outcome.IN_USE;
    }
    boolean unknown =
        cause instanceof NotFoundException missing
            && (missing.kind() == NotFoundException.Kind.IMAGE
                || missing.kind() == NotFoundException.Kind.LAYER);
    return unknown ? Outcome.NOT_KNOWN : Outcome.FAILED;
  }

  Removal withFreed(long bytes) {
    return new Removal(reports, failures, OptionalLong.of(bytes));
  }

  /// All names that were taken, in order.
  public List<String> untagged() {
    List<String> all = new ArrayList<>();
    for (Report report : reports) {
      all.addAll(report.untagged());
    }
    return all;
  }

  /// The images that are gone with their layers, in order.
  public List<ImageId> removed() {
    List<ImageId> all = new ArrayList<>();
    for (Report report : reports) {
      if (report.fate() == Fate.REMOVED) {
        all.add(report.image());
      }
    }
    return all;
  }
}
