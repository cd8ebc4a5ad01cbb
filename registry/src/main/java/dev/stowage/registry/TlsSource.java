package dev.stowage.registry;

import java.io.IOException;

/// Finds the TLS settings of a registry.
public interface TlsSource {
  /// The same settings for every registry.
  TlsSource DEFAULT = _ -> TlsSettings.DEFAULT;

  /// The settings of one registry.
  ///
  /// @param host with its port where one is written
  TlsSettings settingsFor(String host) throws IOException;
}
