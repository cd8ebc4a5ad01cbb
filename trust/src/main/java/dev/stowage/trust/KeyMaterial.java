package dev.stowage.trust;

import dev.stowage.model.Bytes;
import dev.stowage.model.MalformedException;
import dev.stowage.model.NotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Keys or certificates that a policy names: files, or their contents in the policy itself.
public sealed interface KeyMaterial {

  /// The largest file of keys that is read, in bytes: a keyring of thousands.
  int LARGEST = 16 << 20;

  /// Files, read whenever they are needed.
  record InFiles(List<String> files) implements KeyMaterial {
    public InFiles {
      files = List.copyOf(files);
    }

    @Override
    public List<Bytes> read() throws IOException {
      List<Bytes> contents = new ArrayList<>();
      for (String file : files) {
        contents.add(file(file));
      }
      return contents;
    }
  }

  /// Contents that stand in the policy.
  record Inline(List<Bytes> contents) implements KeyMaterial {
    public Inline {
      contents = List.copyOf(contents);
    }

    @Override
    public List<Bytes> read() {
      return contents;
    }
  }

  /// The contents, one after the other.
  List<Bytes> read() throws IOException;

  /// Reads a file of keys.
  ///
  /// @throws NotFoundException if there is none
  static Bytes file(String file) throws IOException {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      byte[] content = in.readNBytes(LARGEST + 1);
      if (content.length > LARGEST) {
        throw new MalformedException(file + ": too large to be a key");
      }
      return Bytes.owning(content);
    } catch (NoSuchFileException e) {
      throw new NotFoundException(
          NotFoundException.Kind.FILE, file, "open " + file + ": no such file or directory");
    }
  }
}
