package dev.stowage.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// What neither Maven nor the module system can say about the rooms.
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.stowage");

  @Test
  void arrowsRunOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("model")
        .definedBy("dev.stowage.model..")
        .layer("linux")
        .definedBy("dev.stowage.linux..")
        .layer("archive")
        .definedBy("dev.stowage.archive..")
        .layer("config")
        .definedBy("dev.stowage.config..")
        .layer("store")
        .definedBy("dev.stowage.store..")
        .layer("registry")
        .definedBy("dev.stowage.registry..")
        .layer("transfer")
        .definedBy("dev.stowage.transfer..")
        .layer("engine")
        .definedBy("dev.stowage.engine..")
        .layer("cli")
        .definedBy("dev.stowage.cli..")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("engine")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("transfer")
        .mayOnlyBeAccessedByLayers("engine", "cli")
        .whereLayer("registry")
        .mayOnlyBeAccessedByLayers("transfer", "engine", "cli")
        .whereLayer("store")
        .mayOnlyBeAccessedByLayers("transfer", "engine", "cli")
        .check(CLASSES);
  }

  @Test
  void nativeCallsAreMadeInOneRoom() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.stowage.linux..")
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java\\.lang\\.foreign\\.(Linker|SymbolLookup|FunctionDescriptor).*")
        .check(CLASSES);
  }

  @Test
  void theEnvironmentIsReadInOneRoom() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.stowage.config..")
        .should()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("dev.stowage.(**)").should().beFreeOfCycles().check(CLASSES);
  }
}
