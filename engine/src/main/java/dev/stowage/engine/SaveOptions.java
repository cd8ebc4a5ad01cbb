package dev.stowage.engine;

import dev.stowage.transfer.LocalForm;
import dev.stowage.transfer.TrustChoice;
import java.util.List;

/// How images are saved.
///
/// @param format what is written
/// @param moreNames names that the image gets beside its own, in an archive of Docker's form; none
///   where several images are saved
/// @param form what becomes of layers
/// @param trust which images of the store may leave it
public record SaveOptions(
    Format format, List<String> moreNames, LocalForm form, TrustChoice trust) {

  public static final SaveOptions DEFAULT =
      new SaveOptions(Format.DOCKER_ARCHIVE, List.of(), LocalForm.USUAL, TrustChoice.DEFAULT);

  /// What is written.
  public enum Format {
    DOCKER_ARCHIVE("docker-archive"),
    OCI_ARCHIVE("oci-archive"),
    /// A directory laid out as the OCI image layout.
    OCI_DIRECTORY("oci-dir"),
    /// A plain directory with a manifest of Docker's.
    DOCKER_DIRECTORY("docker-dir");

    private final String word;

    Format(String word) {
      this.word = word;
    }

    /// The word for it on command lines.
    public String word() {
      return word;
    }
  }

  public SaveOptions {
    moreNames = List.copyOf(moreNames);
  }

  public SaveOptions withFormat(Format wanted) {
    return new SaveOptions(wanted, moreNames, form, trust);
  }

  public SaveOptions withMoreNames(List<String> names) {
    return new SaveOptions(format, names, form, trust);
  }

  public SaveOptions withForm(LocalForm wanted) {
    return new SaveOptions(format, moreNames, wanted, trust);
  }

  public SaveOptions withTrust(TrustChoice wanted) {
    return new SaveOptions(format, moreNames, form, wanted);
  }
}
