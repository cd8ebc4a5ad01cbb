package dev.stowage.engine;

import dev.stowage.config.EngineConfig;
import dev.stowage.model.Finding;
import dev.stowage.model.Repair;
import dev.stowage.registry.Retries;
import dev.stowage.transfer.place.LayerForms;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The upkeep of a store, with the registries that its images came from.
final class Upkeeping {
  private final Engine engine;

  Upkeeping(Engine engine) {
    this.engine = engine;
  }

  List<Finding> check(CheckOptions options) throws IOException {
    return List.copyOf(engine.store().upkeep().check(options.level(), options.unused()));
  }

  List<Repair> repair(RepairOptions options, Consumer<Repair> told) throws IOException {
    Retries retries = Places.retries(EngineConfig.read(engine.surroundings()), Optional.empty());
    try (Places places = new Places(engine, retries, engine.context().listener())) {
      RegistrySupply supply =
          new RegistrySupply(
              places.desk(options.access()), LayerForms.read(engine.store()), options.from());
      return engine
          .store()
          .upkeep()
          .repair(options.level(), options.mode(), options.lost(), supply, told);
    }
  }

  List<Finding> reclaim(CheckOptions options, Repair.Mode mode) throws IOException {
    return new ArrayList<>(engine.store().upkeep().reclaim(options.unused(), mode));
  }
}
