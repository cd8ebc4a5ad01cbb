package dev.stowage.engine;

import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MismatchException;
import dev.stowage.model.NotFoundException;
import dev.stowage.transfer.place.ArtifactShelf;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The files of an artifact on their way out of the store.
final class ArtifactFiles {
  private static final int PIECE = 1 << 16;

  private final ArtifactShelf shelf;
  private final Artifact artifact;

  ArtifactFiles(ArtifactShelf shelf, Artifact artifact) {
    this.shelf = shelf;
    this.artifact = artifact;
  }

  /// A file that is to be written.
  private record Copy(Descriptor file, Path target) {}

  List<Path> extract(Path target, Artifacts.Part which) throws IOException {
    List<Descriptor> files = artifact.manifest().layers();
    if (files.isEmpty()) {
      throw new MalformedException("the artifact has no blobs, nothing to extract");
    }
    List<Copy> copies = new ArrayList<>();
    boolean all = which.equals(Artifacts.Part.ALL);
    if (!Files.isDirectory(target)) {
      if (files.size() > 1 && all) {
        throw new MalformedException(
            "the artifact consists of several blobs and the target \""
                + target
                + "\" is not a directory and neither digest or title was specified to only copy a"
                + " single blob");
      }
      copies.add(new Copy(files.size() > 1 ? chosen(which) : files.getFirst(), target));
    } else if (!all) {
      Descriptor file = chosen(which);
      Optional<String> title =
          which instanceof Artifacts.Part.Titled(String text)
              ? Optional.of(text)
              : Optional.<String>empty();
      copies.add(new Copy(file, target.resolve(fileName(title, file.digest()))));
    } else {
      // Every name is judged before anything is written.
      for (Descriptor file : files) {
        copies.add(new Copy(file, target.resolve(fileName(Artifact.title(file), file.digest()))));
      }
    }
    List<Path> written = new ArrayList<>();
    for (Copy copy : copies) {
      write(copy);
      written.add(copy.target());
    }
    return List.copyOf(written);
  }

  /// Names come from whoever made the artifact, and must not lead elsewhere.
  private static String fileName(Optional<String> title, Digest digest) throws MalformedException {
    String name = title.orElseGet(() -> digest.toString().replace(':', '-'));
    if (name.indexOf('/') >= 0 || name.indexOf('\0') >= 0) {
      throw new MalformedException(
          "invalid name: \"" + name + "\" cannot contain /: artifact blob title invalid");
    }
    if (name.equals(".") || name.equals("..")) {
      throw new MalformedException(
          "invalid name: \"" + name + "\" is a directory: artifact blob title invalid");
    }
    return name;
  }

  private Descriptor chosen(Artifacts.Part which) throws IOException {
    List<Descriptor> found = new ArrayList<>();
    for (Descriptor file : artifact.manifest().layers()) {
      boolean meant =
          switch (which) {
            case Artifacts.Part.All _ -> true;
            case Artifacts.Part.Titled(String title) ->
                Artifact.title(file).equals(Optional.of(title));
            case Artifacts.Part.Digested(String digest) -> file.digest().toString().equals(digest);
          };
      if (meant) {
        found.add(file);
      }
    }
    if (found.size() == 1) {
      return found.getFirst();
    }
    String wanted =
        switch (which) {
          case Artifacts.Part.All _ -> "all";
          case Artifacts.Part.Titled(String title) -> "title \"" + title + "\"";
          case Artifacts.Part.Digested(String digest) -> "digest \"" + digest + "\"";
        };
    if (found.isEmpty()) {
      throw new NotFoundException(
          NotFoundException.Kind.BLOB, wanted, "no blob with the " + wanted);
    }
    throw new MalformedException("more than one match for the " + wanted);
  }

  /// Copies a file and checks it; one that is not what the manifest says does not stay.
  private void write(Copy copy) throws IOException {
    Digest.Algorithm algorithm = copy.file().digest().algorithm();
    MessageDigest computation = algorithm.start();
    try (InputStream in = shelf.blob(copy.file().digest());
        OutputStream out = Files.newOutputStream(copy.target())) {
      byte[] piece = new byte[PIECE];
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        computation.update(piece, 0, read);
        out.write(piece, 0, read);
      }
    }
    Digest got = Digest.finish(algorithm, computation);
    if (!got.equals(copy.file().digest())) {
      boolean _ = Files.deleteIfExists(copy.target());
      throw new MismatchException(
          "a file of the artifact " + artifact.name().orElse(artifact.digest().toString()),
          copy.file().digest().toString(),
          got.toString());
    }
  }
}
