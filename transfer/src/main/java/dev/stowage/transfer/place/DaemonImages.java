package dev.stowage.transfer.place;

import dev.stowage.model.Bytes;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Reference;
import dev.stowage.model.Wanted;
import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.LocalAccess;
import dev.stowage.transfer.LocalForm;
import dev.stowage.transfer.Location;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Images in the store of a Docker daemon. They come and go as archives of `docker save`.
final class DaemonImages {
  private static final String TAR = "application/x-tar";

  /// The longest message of a daemon's report that is read, in bytes. They are of some hundred.
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
      Upload upload = new Upload(call, call.post("/images/load?quiet=1", TAR));
      DockerArchiveWriter writer = DockerArchiveWriter.to(location.toString(), upload, access);
      return new WholeArchive(writer.image(names, form), new Loading(call, writer));
    } catch (IOException | RuntimeException | Error e) {
      call.close();
      throw e;
    }
  }

  /// The archive that the daemon loads. Without a commit the connection is cut in the midst of it,
  /// so that the daemon keeps nothing.
  private record Loading(DaemonCall call, DockerArchiveWriter writer) implements WholeArchive.End {
    @Override
    public void commit() throws IOException {
      writer.commit();
      writer.close();
      InputStream answer;
      try {
        answer = call.answer();
      } catch (IOException e) {
        throw refused(e);
      }
      check(answer);
    }

    @Override
    public void close() throws IOException {
      call.close();
    }
  }

  private static IOException refused(IOException e) {
    return new IOException("starting a load operation in docker engine: " + e.getMessage(), e);
  }

  /// Reads the daemon's report, one JSON object a line, to its end.
  private static void check(InputStream answer) throws IOException {
    try (InputStream in = new BufferedInputStream(answer)) {
      for (Optional<Bytes> line = line(in); line.isPresent(); line = line(in)) {
        if (!line.get().utf8().isBlank()) {
          Optional<Json.Obj> failure = Json.parseObject(line.get()).object("errorDetail");
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

  private static Optional<Bytes> line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next = in.read();
    boolean ended = next < 0;
    while (next >= 0 && next != '\n') {
      if (line.size() == LONGEST_MESSAGE) {
        throw new MalformedException("a message of more than " + LONGEST_MESSAGE + " bytes");
      }
      line.write(next);
      next = in.read();
    }
    return ended ? Optional.empty() : Optional.of(Bytes.owning(line.toByteArray()));
  }

  /// The archive on its way to the daemon. A daemon that does not want it may say so and hang up
  /// before it has all of it; then its words are the failure, and not that the line is broken.
  private static final class Upload extends OutputStream {
    private final DaemonCall call;
    private final OutputStream out;

    Upload(DaemonCall call, OutputStream out) {
      this.call = call;
      this.out = out;
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        throw told(e);
      }
    }

    @Override
    public void flush() throws IOException {
      try {
        out.flush();
      } catch (IOException e) {
        throw told(e);
      }
    }

    @Override
    public void close() throws IOException {
      try {
        out.close();
      } catch (IOException e) {
        throw told(e);
      }
    }

    private IOException told(IOException broken) {
      InputStream answer;
      try {
        answer = call.answer();
      } catch (EOFException | SocketException silent) {
        return broken;
      } catch (IOException refusal) {
        return refused(refusal);
      }
      try {
        check(answer);
        return broken;
      } catch (EOFException | SocketException silent) {
        return broken;
      } catch (IOException report) {
        return report;
      }
    }
  }
}
