package dev.stowage.engine;

import dev.stowage.model.Document;
import java.io.IOException;

/// Fetches the manifest or index that some place outside has for a name.
@FunctionalInterface
public interface RemoteManifest {
  Document fetch() throws IOException;
}
