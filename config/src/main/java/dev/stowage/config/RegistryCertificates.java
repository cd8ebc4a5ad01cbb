package dev.stowage.config;

import dev.stowage.model.MalformedException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// The certificates to use with one registry beside the system's.
///
/// @param directory where they are; empty where there are none
/// @param authorities files with certificates of authorities that are trusted too (`*.crt`)
/// @param clients what this client shows of itself (`*.cert` with `*.key`)
/// @see <a
///   href="https://github.com/containers/container-libs/blob/main/image/docs/containers-certs.d.5.md">
///   containers-certs.d(5)</a>
public record RegistryCertificates(
    Optional<Path> directory, List<Path> authorities, List<Client> clients) {

  /// A client's certificate with its key.
  public record Client(Path certificate, Path key) {}

  public RegistryCertificates {
    authorities = List.copyOf(authorities);
    clients = List.copyOf(clients);
  }

  /// The certificates for a registry.
  ///
  /// @param host with its port exactly where the image's name has one
  /// @param chosen the directory that `--cert-dir` names, in which the files themselves are
  /// @throws MalformedException if a certificate is without its key, or the reverse
  public static RegistryCertificates find(
      Surroundings surroundings, String host, Optional<Path> chosen) throws IOException {
    if (chosen.isPresent()) {
      return in(surroundings.directory().resolve(chosen.get()));
    }
    Path[] places = {
      surroundings.user().home().resolve(".config/containers/certs.d"),
      surroundings.system("/etc/containers/certs.d"),
      surroundings.system("/etc/docker/certs.d")
    };
    for (Path place : places) {
      Path directory = place.resolve(host);
      if (Files.exists(directory)) {
        return in(directory);
      }
    }
    return none();
  }

  private static RegistryCertificates none() {
    return new RegistryCertificates(Optional.empty(), List.of(), List.of());
  }

  private static RegistryCertificates in(Path directory) throws IOException {
    TreeSet<String> names = new TreeSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        names.add(String.valueOf(file.getFileName()));
      }
    } catch (NoSuchFileException | NotDirectoryException | AccessDeniedException e) {
      return none();
    }
    List<Path> authorities = new ArrayList<>();
    List<Client> clients = new ArrayList<>();
    for (String name : names) {
      if (name.endsWith(".crt")) {
        authorities.add(directory.resolve(name));
      } else if (name.endsWith(".cert")) {
        String key = name.substring(0, name.length() - ".cert".length()) + ".key";
        if (!names.contains(key)) {
          throw new MalformedException(
              directory
                  + ": missing key "
                  + key
                  + " for client certificate "
                  + name
                  + ". Note that CA certificates should use the extension .crt");
        }
        clients.add(new Client(directory.resolve(name), directory.resolve(key)));
      } else if (name.endsWith(".key")) {
        String certificate = name.substring(0, name.length() - ".key".length()) + ".cert";
        if (!names.contains(certificate)) {
          throw new MalformedException(
              directory + ": missing client certificate " + certificate + " for key " + name);
        }
      }
    }
    return new RegistryCertificates(Optional.of(directory), authorities, clients);
  }
}
