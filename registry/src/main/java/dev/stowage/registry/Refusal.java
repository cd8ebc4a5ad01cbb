package dev.stowage.registry;

import dev.stowage.model.Bytes;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What an answer that is no success says: its status, the error codes of its body, and one line of
/// text for people.
///
/// @param codes for example `MANIFEST_UNKNOWN`; empty where the body had none
/// @param text what went wrong, in the words that the field's tools use
/// @see <a
///   href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes">OCI
///   distribution error codes</a>
record Refusal(
    int status, List<String> codes, String text, Optional<Duration> retryAfter, Nature nature) {

  /// What kind of document explained the refusal.
  enum Nature {
    /// The errors of a registry.
    REGISTRY,
    /// A page for people: hardly a registry.
    PAGE,
    /// Nothing, or nothing known.
    OTHER
  }

  private static final int SAMPLE = 50;
  private static final int LONGEST_TEXT = 2_000;

  /// Reads and closes the answer.
  static Refusal of(Response response) {
    Optional<Duration> retryAfter = RetryAfter.of(response.headers(), Instant.now());
    Bytes body = Bytes.empty();
    try (response) {
      body = response.readAtMost(Limits.ERROR_BODY);
    } catch (IOException e) {
      // The status alone has to explain.
    }
    int status = response.status();
    List<String> codes = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    readChallenges(response, codes, texts);
    readBody(body, status, codes, texts);
    String wait = retryAfter.isPresent() ? waiting(retryAfter.get()) : "";
    if (!texts.isEmpty()) {
      return new Refusal(
          status, codes, cleaned(texts.getFirst()) + wait, retryAfter, Nature.REGISTRY);
    }
    boolean page =
        response.headers().first("Content-Type").orElse("").contains("html")
            || body.utf8().stripLeading().startsWith("<");
    return new Refusal(
        status,
        codes,
        plain(response, body, page) + wait,
        retryAfter,
        page ? Nature.PAGE : Nature.OTHER);
  }

  /// In how many seconds, minutes or hours the registry wants to be asked again.
  private static String waiting(Duration wait) {
    long seconds = Math.max(1, wait.toSeconds());
    String span =
        seconds < 120
            ? seconds + " s"
            : seconds < 7200
                ? (seconds + 59) / 60 + " minutes"
                : (seconds + 3599) / 3600 + " hours";
    return " (the registry asks to wait " + span + " before the next attempt)";
  }

  private static String plain(Response response, Bytes body, boolean page) {
    int status = response.status();
    if (status == 401) {
      return phrase("UNAUTHORIZED");
    }
    if (status == 429) {
      return "too many requests to registry";
    }
    if (status >= 400 && status < 500 && body.length() > 0) {
      String sample = cleaned(body.utf8());
      return "StatusCode: "
          + status
          + ", \""
          + (sample.length() > SAMPLE ? sample.substring(0, SAMPLE) + "..." : sample)
          + "\""
          + (page ? " (a web page, not a registry's answer)" : "");
    }
    return "received unexpected HTTP status: " + response.statusLine();
  }

  private static void readChallenges(Response response, List<String> codes, List<String> texts) {
    if (response.status() != 401) {
      return;
    }
    for (Challenge challenge : Challenge.of(response.headers())) {
      String error = challenge.parameter("error").orElse("");
      String code =
          switch (error) {
            case "invalid_token" -> "UNAUTHORIZED";
            case "insufficient_scope" -> "DENIED";
            default -> "";
          };
      if (!code.isEmpty() && texts.isEmpty()) {
        codes.add(code);
        texts.add(worded(code, challenge.parameter("error_description").orElse("")));
      }
    }
  }

  private static void readBody(Bytes body, int status, List<String> codes, List<String> texts) {
    try {
      Json.Obj json = Json.parseObject(body);
      for (Json.Obj error : json.objects("errors")) {
        String code = error.string("code").orElse("UNKNOWN");
        codes.add(cleaned(code));
        texts.add(worded(code, error.string("message").orElse("")));
      }
      Optional<Json> details = json.get("details");
      if (texts.isEmpty()
          && details.isPresent()
          && details.get() instanceof Json.Str(String said)) {
        String code =
            switch (status) {
              case 401 -> "UNAUTHORIZED";
              case 429 -> "TOOMANYREQUESTS";
              default -> "UNKNOWN";
            };
        codes.add(code);
        texts.add(worded(code, said));
      }
    } catch (MalformedException e) {
      // Any body is allowed with an error; the status alone has to explain.
      return;
    }
  }

  /// `manifest unknown`, or `manifest unknown: …` where the registry says more than the code does.
  private static String worded(String code, String message) {
    String phrase = phrase(code);
    return message.isEmpty() || message.equals(phrase)
        ? phrase
        : code.toLowerCase(Locale.ROOT).replace('_', ' ') + ": " + message;
  }

  private static String phrase(String code) {
    return switch (code) {
      case "UNAUTHORIZED" -> "authentication required";
      case "DENIED" -> "requested access to the resource is denied";
      case "MANIFEST_UNKNOWN" -> "manifest unknown";
      case "NAME_UNKNOWN" -> "repository name not known to registry";
      case "NAME_INVALID" -> "invalid repository name";
      case "BLOB_UNKNOWN" -> "blob unknown to registry";
      case "TOOMANYREQUESTS" -> "too many requests";
      case "UNSUPPORTED" -> "The operation is unsupported.";
      case "UNAVAILABLE" -> "service unavailable";
      case "UNKNOWN" -> "unknown error";
      default -> code.toLowerCase(Locale.ROOT).replace('_', ' ');
    };
  }

  /// Control characters would let a registry write to the user's terminal.
  private static String cleaned(String text) {
    StringBuilder clean = new StringBuilder(Math.min(text.length(), LONGEST_TEXT));
    for (int i = 0; i < text.length() && clean.length() < LONGEST_TEXT; i++) {
      char c = text.charAt(i);
      clean.append(Character.isISOControl(c) ? ' ' : c);
    }
    return clean.toString();
  }

  /// Whether it says that the thing asked for is not there.
  boolean absent() {
    return status == 404;
  }
}
