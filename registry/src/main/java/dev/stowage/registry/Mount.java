package dev.stowage.registry;

/// What came of asking a registry to take a blob from another of its repositories.
public enum Mount {
  /// The repository has the blob now.
  DONE,
  /// It has not: the blob is to be uploaded.
  DECLINED
}
