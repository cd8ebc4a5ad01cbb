package dev.stowage.transfer.place;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Document;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Reference;
import dev.stowage.model.Wanted;
import dev.stowage.transfer.Accepts;
import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.LocalAccess;
import dev.stowage.transfer.LocalForm;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.Part;
import dev.stowage.transfer.Reused;
import dev.stowage.transfer.Standing;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Images in the store of a Docker daemon. They come and go as archives of `docker save`.
final class DaemonImages {
  private static final String TAR = "application/x-tar";
  private static final int LONGEST_MESSAGE = 1 << 20;

  private DaemonImages() {}

  /// The images of an archive that the daemon makes of one image.
  static DockerImages read(Location.AtDaemon location, LocalAccess access) throws IOException {
    try (DaemonCall call = DaemonCall.connect(access.daemon())) {
      call.get("/images/get?names=" + URLEncoder.encode(name(location), StandardCharsets.UTF_8));
      try (InputStream archive = call.answer()) {
        return DockerImages.open(location.toString(), archive, access);
      }
    } catch (MalformedException e) {
      throw new MalformedException(
          "loading image from docker engine: " + e.getMessage(), e.position(), e);
    } catch (IOException e) {
      throw new IOException("loading image from docker engine: " + e.getMessage(), e);
    }
  }

  private static String name(Location.AtDaemon location) {
    String text = location.toString();
    return text.substring(text.indexOf(':') + 1);
  }

  /// A sink that sends an image to the daemon while it comes.
  static ImageSink write(Location.AtDaemon location, LocalAccess access, LocalForm form)
      throws IOException {
    if (!(location.image() instanceof Wanted.ByName name) || name.reference().tag().isEmpty()) {
      throw new MalformedException(
          "Invalid destination " + location + ": a destination must be a name:tag");
    }
    List<Reference> names = new ArrayList<>(List.of(name.reference()));
    names.addAll(form.moreNames());
    DaemonCall call = DaemonCall.connect(access.daemon());
    try {
      DockerArchiveWriter writer =
          DockerArchiveWriter.to(
              location.toString(), call.post("/images/load?quiet=1", TAR), access);
      return new Sending(call, writer, writer.image(names, form));
    } catch (IOException | RuntimeException | Error e) {
      call.close();
      throw e;
    }
  }

  /// An image on its way to the daemon.
  private record Sending(DaemonCall call, DockerArchiveWriter writer, ImageSink image)
      implements ImageSink {

    @Override
    public Accepts accepts() {
      return image.accepts();
    }

    @Override
    public Optional<Reused> reuse(Part part) throws IOException {
      return image.reuse(part);
    }

    @Override
    public void expect(ImageManifest manifest) throws IOException {
      image.expect(manifest);
    }

    @Override
    public void put(Part part, InputStream content) throws IOException {
      image.put(part, content);
    }

    @Override
    public Descriptor putNew(Part part, InputStream content) throws IOException {
      return image.putNew(part, content);
    }

    @Override
    public void putManifest(Document manifest, Standing standing, List<ImageSignature> signatures)
        throws IOException {
      image.putManifest(manifest, standing, signatures);
    }

    @Override
    public void putIndex(Document index, List<ImageSignature> signatures) throws IOException {
      image.putIndex(index, signatures);
    }

    @Override
    public void commit() throws IOException {
      image.commit();
      writer.commit();
      writer.close();
      InputStream answer;
      try {
        answer = call.answer();
      } catch (IOException e) {
        throw new IOException("starting a load operation in docker engine: " + e.getMessage(), e);
      }
      check(answer);
    }

    /// Reads the daemon's report, one JSON object a line, to its end.
    private static void check(InputStream answer) throws IOException {
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(answer, StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.length() > LONGEST_MESSAGE) {
            throw new MalformedException("parsing docker load progress: a message has no end");
          }
          if (!line.isBlank()) {
            Optional<Json.Obj> failure = Json.parseObject(Bytes.utf8(line)).object("errorDetail");
            if (failure.isPresent()) {
              throw new IOException(
                  "docker engine reported: \"" + failure.get().string("message").orElse("") + "\"");
            }
          }
        }
      } catch (MalformedException e) {
        throw new MalformedException(
            "parsing docker load progress: " + e.getMessage(), e.position(), e);
      }
    }

    /// Without a commit the connection is cut in the midst of the archive, so that the daemon keeps
    /// nothing.
    @Override
    public void close() throws IOException {
      try (call) {
        image.close();
      }
    }
  }
}
