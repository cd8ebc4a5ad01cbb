package dev.stowage.trust;

import dev.stowage.config.Surroundings;
import dev.stowage.model.Bytes;
import dev.stowage.model.MalformedException;
import dev.stowage.model.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What policy.json demands of images before they may be used.
///
/// @param place the file it was read from, for messages
/// @param fallback the requirements where no scope matches
/// @param transports the requirements by transport and scope; the scope `""` is the transport's own
///   default
/// @see <a
///   href="https://github.com/containers/container-libs/blob/main/image/docs/containers-policy.json.5.md">
///   containers-policy.json(5)</a>
public record Policy(
    String place,
    List<Requirement> fallback,
    Map<String, Map<String, List<Requirement>>> transports) {

  /// The policy that demands nothing, for those who chose to ask none.
  public static final Policy ACCEPT_ANYTHING =
      new Policy("no policy", List.of(new Requirement.AcceptAnything()), Map.of());

  /// The largest policy that is read, in bytes.
  static final int LARGEST = 16 << 20;

  public Policy {
    fallback = List.copyOf(fallback);
    transports = Map.copyOf(transports);
  }

  /// What is demanded of one image.
  ///
  /// @param place the file, and the scope inside it
  /// @param all each of which has to be met
  public record Demands(String place, List<Requirement> all) {}

  /// The policy's file: the one that was chosen, else the user's, else the system's.
  ///
  /// @throws NotFoundException if there is none
  public static Path file(Surroundings surroundings, Optional<Path> chosen) throws IOException {
    if (chosen.isPresent()) {
      Path file = surroundings.directory().resolve(chosen.get());
      if (!Files.exists(file)) {
        throw new NotFoundException(
            NotFoundException.Kind.FILE,
            file.toString(),
            "open "
                + file
                + ": no such file or directory, though it was chosen as the signature policy");
      }
      return file;
    }
    Path users = surroundings.user().home().resolve(".config/containers/policy.json");
    if (Files.exists(users)) {
      return users;
    }
    Path systems = surroundings.system("/etc/containers/policy.json");
    if (Files.exists(systems)) {
      return systems;
    }
    throw new NotFoundException(
        NotFoundException.Kind.FILE,
        systems.toString(),
        "no policy.json file found at any of the following: \""
            + users
            + "\", \""
            + systems
            + "\": install the package containers-common, or write one that says"
            + " {\"default\": [{\"type\": \"insecureAcceptAnything\"}]}");
  }

  /// Reads the policy that applies here.
  ///
  /// @throws NotFoundException if there is none
  /// @throws MalformedException if it is not understood whole
  public static Policy read(Surroundings surroundings, Optional<Path> chosen) throws IOException {
    Path file = file(surroundings, chosen);
    if (Files.size(file) > LARGEST) {
      throw new MalformedException(
          "invalid policy in \"" + file + "\": it is larger than " + LARGEST + " bytes");
    }
    return parse(file.toString(), Bytes.owning(Files.readAllBytes(file)));
  }

  /// Reads a policy.
  ///
  /// @param place what messages name as its file
  public static Policy parse(String place, Bytes text) throws MalformedException {
    return new PolicyParser(place).parse(text);
  }

  /// What is demanded of an image: the most specific scope that names it speaks, alone.
  public Demands demandsOf(ImageIdentity image) {
    Map<String, List<Requirement>> scopes = transports.getOrDefault(image.transport(), Map.of());
    for (String scope : image.scopes()) {
      List<Requirement> found = scopes.get(scope);
      if (found != null) {
        return demands(image, scope, found);
      }
    }
    List<Requirement> everywhere = scopes.get("");
    return everywhere == null
        ? new Demands(place + ", default", fallback)
        : demands(image, "", everywhere);
  }

  private Demands demands(ImageIdentity image, String scope, List<Requirement> found) {
    return new Demands(place + ", " + image.transport() + " scope \"" + scope + "\"", found);
  }
}
