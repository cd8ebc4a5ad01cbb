package dev.stowage.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;

/// A gzip stream of one member, written at a chosen level of the Deflater.
final class GzipOutputStream extends GZIPOutputStream {
  private static final int OUTPUT_BUFFER = 64 * 1024;

  GzipOutputStream(OutputStream out, int level) throws IOException {
    super(out, OUTPUT_BUFFER);
    def.setLevel(level);
  }
}
