package dev.stowage.archive;

import dev.stowage.linux.Isal;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;

class IsalGunzipTest extends GunzipContract {
  @BeforeAll
  static void theLibraryIsInstalled() {
    Assumptions.assumeTrue(Isal.here().isPresent(), "no libisal.so.2 on this machine");
  }

  @Override
  Inflation inflation() {
    return new Inflation.OfIsal(Isal.here().orElseThrow().inflater());
  }
}
