package dev.stowage.registry;

import dev.stowage.model.Manifest;

/// How much of anything is read from a registry before it is taken for hostile or broken.
final class Limits {
  /// A manifest, in bytes.
  static final int MANIFEST = Manifest.LARGEST;

  /// An error's body, in bytes; the useful part is a few hundred.
  static final int ERROR_BODY = 1024 * 1024;

  /// A token server's answer, in bytes; real tokens have a few thousand.
  static final int TOKEN_BODY = 1024 * 1024;

  /// One page of a list of tags or repositories, in bytes; some registries ignore paging, and
  /// 100,000 tags have about 4 MiB.
  static final int LIST_BODY = 32 * 1024 * 1024;

  /// Pages of one list; registries give 100 to 1,000 entries a page.
  static final int LIST_PAGES = 10_000;

  /// The status line or one header field, in bytes; signed URLs in `Location` reach 4 KiB.
  static final int HEADER_LINE = 32 * 1024;

  /// The header fields of one answer.
  static final int HEADER_FIELDS = 200;

  /// `1xx` answers before the real one.
  static final int INTERIM_ANSWERS = 10;

  /// Redirects followed for one request; registries use one or two.
  static final int REDIRECTS = 10;

  /// Rounds of authentication for one request: one with what the ping asked for, one with what the
  /// refusal asked for.
  static final int AUTHENTICATIONS = 2;

  private Limits() {}
}
