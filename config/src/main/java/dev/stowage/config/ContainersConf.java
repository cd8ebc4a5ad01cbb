package dev.stowage.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The table `engine` of containers.conf(5), put together from all its files.
///
/// @param files those that were read
record ContainersConf(Merged engine, List<Path> files) {

  /// Reads the files.
  ///
  /// @throws dev.stowage.model.NotFoundException if a variable names a file that is not there
  /// @throws dev.stowage.model.MalformedException if a file is not what it should be
  static ContainersConf read(Surroundings surroundings) throws IOException {
    List<Path> files = new ArrayList<>();
    List<Toml.Table> tables = new ArrayList<>();
    for (ConfigFiles.Read read :
        new ConfigFiles(
                surroundings,
                "containers.conf",
                Optional.of("CONTAINERS_CONF"),
                ConfigFiles.MainFiles.ALL)
            .read()) {
      files.add(read.table().file());
      tables.add(read.table());
    }
    return new ContainersConf(new Merged(tables).table("engine"), files);
  }
}
